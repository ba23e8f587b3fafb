from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.cells import as_csv
from core.cli.exchange import import_run
from core.data.sources import load_dataset
from core.errors import InputError
from core.runs import external
from core.takeaway.run_files import prediction_table
from tests.core.cli.conftest import Command, Document

pytestmark = pytest.mark.data


def imported(tmp_path: Path) -> str:
    """The id of a run of perfect predictions."""
    dataset = load_dataset()
    contents = [
        as_csv(prediction_table(split, np.eye(10, dtype=np.float32)[split.labels])).encode()
        for split in (dataset.validation, dataset.test)
    ]
    return external.import_predictions(*contents, dataset, name="from afar").run_id


def test_predictions_cannot_be_asked_to_predict(command: Command, tmp_path: Path) -> None:
    finished = command("predict", "digit.png", "--model", imported(tmp_path))
    assert finished.returncode == 2
    assert "its predictions were imported, so there is no model to predict with" in finished.stderr


def test_predictions_of_a_model_from_elsewhere_become_a_run(
    migrated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = load_dataset()
    files = [tmp_path / f"{split}.csv" for split in ("validation", "test")]
    for file in files:
        split = dataset.evaluation_split(file.stem)
        certain = np.eye(10, dtype=np.float32)[split.labels]
        file.write_text(as_csv(prediction_table(split, certain)))
    import_run(files, name="from afar", json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["model"], told["metrics"]["test_accuracy"]) == ("from afar", "external", 1.0)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["a.csv"], r"of validation and of test predictions; got 1: a\.csv\. Runs are ranked by validation accuracy"),
        (["a.onnx", "b.csv", "c.csv"], "got 3: a.onnx, b.csv, c.csv"),
        (["missing.onnx"], "missing.onnx cannot be read: No such file or directory"),
    ],
)
def test_other_files_are_refused_by_name(home: Path, tmp_path: Path, names: list[str], says: str) -> None:
    for name in names:
        if name != "missing.onnx":
            (tmp_path / name).touch()
    with pytest.raises(InputError, match=says):
        import_run([tmp_path / name for name in names])


def test_commands_that_change_a_run_say_what_they_did(command: Command, document: Document, tmp_path: Path) -> None:
    run_id = imported(tmp_path)
    short = run_id[:8]
    said = {
        ("rename", short, "near by"): f"{short} was renamed to near by (before: from afar).",
        ("note", short, "Give a reason"): f"{short} (near by) has a new note.",
        ("tag", short, "one", "two"): f"{short} (near by) has the tags one, two.",
        ("delete", short): f"{short} (near by) was moved to the trash; `runs restore` restores it.",
        ("restore", short): f"{short} (near by) was restored.",
    }
    for arguments, words in said.items():
        assert command("runs", *arguments).stdout == f"{words}\n"
    assert document("runs", "tag", short)["tags"] == []
    assert document("runs", "note", short, "other words")["note"] == "other words"
    assert document("runs", "delete", short)["deleted"]
    assert not document("runs", "restore", short)["deleted"]


def test_a_model_is_exported_whole(command: Command, document: Document, tmp_path: Path) -> None:
    told = document("runs", "export", "forest", "--output", str(tmp_path / "out"))
    names = sorted(Path(name).name for name in told["files"])
    assert not told["missing"]
    endings = [".json", ".zip", "-reproduce.py", "-test.csv", "-test.parquet", "-validation.csv", "-validation.parquet"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert len(names) == len(endings)
    assert all(any(name.endswith(ending) for name in names) for ending in endings)
    with zipfile.ZipFile(next((tmp_path / "out").glob("*.zip"))) as package:
        assert {"model.onnx", "use.py", "preprocess.py", "specification.json"} == set(package.namelist())


def test_what_others_were_needed_for_is_exported_without_a_script(command: Command, tmp_path: Path) -> None:
    finished = command("runs", "export", "cnn", "--output", str(tmp_path / "out"))
    assert finished.returncode == 0
    assert "is the mean of other networks, which no script can hold" in finished.stderr
    assert len(list((tmp_path / "out").iterdir())) == 6


def test_of_predictions_what_there_is_is_exported_and_comes_back(command: Command, tmp_path: Path) -> None:
    finished = command("runs", "export", imported(tmp_path), "--output", str(tmp_path / "out"))
    assert finished.returncode == 0
    assert len(finished.stdout.split()) == 4
    assert "its predictions were imported" in finished.stderr
    assert "no script can reproduce its training" in finished.stderr
    files = [str(next((tmp_path / "out").glob(f"*-{split}.csv"))) for split in ("validation", "test")]
    assert command("runs", "import", *files).returncode == 0


def test_a_champion_is_crowned_for_a_reason_and_taken_back(command: Command, document: Document) -> None:
    used = document("runs")[0]["name"]
    assert command("runs", "champion").stdout.startswith(f"There is no champion; {used} is used")
    assert command("runs", "champion", "svm").returncode == 2
    assert command("runs", "champion", "svm", "--undo").returncode == 2
    told = document("runs", "champion", "svm", "--reason", "quick enough")
    assert told["champion"] == "svm"
    assert [choice["reason"] for choice in told["choices"]] == ["quick enough"]
    assert "quick enough" in command("runs", "champion").stdout
    assert document("runs", "champion", "--undo") == {"champion": None, "choices": []}
