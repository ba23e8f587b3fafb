from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.cli.runs import import_run
from core.data.sources import load_dataset
from core.errors import InputError
from core.report.takeaway import as_csv, prediction_table
from core.runs import external
from tests.core.cli.conftest import Command


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
    assert "its predictions were imported, so there is no model to ask" in finished.stderr


def test_predictions_of_a_model_from_elsewhere_become_a_run(
    migrated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = load_dataset()
    files = [tmp_path / f"{split}.csv" for split in ("validation", "test")]
    for file in files:
        split = dataset.judges(file.stem)
        certain = np.eye(10, dtype=np.float32)[split.labels]
        file.write_text(as_csv(prediction_table(split, certain)))
    import_run(files, name="from afar", json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["model"], told["metrics"]["test_accuracy"]) == ("from afar", "external", 1.0)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["a.csv"], "Import one .onnx file, or two CSV files, of validation and of test predictions; got 1: a.csv"),
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
