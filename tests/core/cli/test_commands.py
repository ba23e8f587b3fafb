"""The command line as a user meets it."""

from __future__ import annotations

import errno
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.data.sample import load_sample
from core.data.sources import load_dataset
from core.runs import registry

PROJECT = Path(__file__).parents[3]

Command = Callable[..., Any]
Document = Callable[..., Any]


def test_train_evaluate_and_list_a_run(document: Document, command: Command) -> None:
    trained = document("train", "logistic", "--preset", "fast", "--limit", "600", "--seed", "4")
    assert trained["status"] == "finished"
    assert trained["metrics"]["test_accuracy"] > 0.7
    assert {"f1_macro", "precision_weighted", "log_loss"} <= trained["metrics"].keys()
    assert trained["seconds"]["fit"] > 0

    evaluated = document("evaluate", trained["run_id"][:8])
    matrix = np.array(evaluated["confusion_matrix"])
    assert evaluated["accuracy"] == pytest.approx(trained["metrics"]["test_accuracy"])
    assert evaluated["accuracy"] == pytest.approx(np.trace(matrix) / matrix.sum())
    assert [row["digit"] for row in evaluated["per_class"]] == list(range(10))

    listed = document("runs")
    assert trained["run_id"] in [run["run_id"] for run in listed]

    again = document("train", "logistic", "--preset", "fast", "--limit", "600", "--seed", "4", "--reuse")
    assert again["run_id"] == trained["run_id"]

    assert command("runs", "rename", trained["run_id"][:8], "../../<b>x</b>").returncode == 0
    assert document("runs")[0]["name"] == "../../<b>x</b>"
    assert command("runs", "delete", trained["run_id"][:8]).returncode == 0
    assert trained["run_id"] not in [run["run_id"] for run in document("runs")]
    assert command("runs", "restore", trained["run_id"][:8]).returncode == 0


def test_tables_say_on_how_many_images_a_run_was_trained_and_evaluated(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    dataset = load_dataset()
    sizes = [len(dataset.evaluation_split(split)) for split in ("validation", "test")]
    trained = command("train", "logistic", "--preset", "fast", "--limit", "600", "--seed", "4").stdout
    assert re.search(r"trained on +│ 600 images ", trained)
    for split, size in zip(("validation", "test"), sizes, strict=True):
        assert re.search(rf"{split} accuracy +│ \d\d\.\d\d % of {size:,} images ", trained)
    listed = command("runs").stdout
    assert all(f"{split}, {size:,} images" in listed for split, size in zip(("validation", "test"), sizes, strict=True))
    assert re.search(r"logistic +│ finished +│ 600 images ", listed)
    assert re.search(r"cnn +│ finished +│ all images ", listed)
    assert "other images" not in listed

    registry.change(registry.all_runs()[0].run_id, fingerprint="of-other-images")
    listed = command("runs").stdout
    assert re.search(r"600 images +│ \d\d\.\d\d % \*", listed)
    assert "* of other images than the current data set's." in listed


def test_several_seeds_are_one_group_with_their_spread(document: Document) -> None:
    told = document("train", "logistic", "--preset", "fast", "--limit", "400", "--seeds", "2", "--left-out", "9")
    assert [run["specification"]["seed"] for run in told["runs"]] == [0, 1]
    assert {run["group"] for run in told["runs"]} == {told["group"]}
    accuracies = [run["metrics"]["test_accuracy"] for run in told["runs"]]
    assert told["metrics"]["test_accuracy"]["mean"] == pytest.approx(np.mean(accuracies))
    assert told["metrics"]["test_accuracy"]["std"] == pytest.approx(np.std(accuracies, ddof=1))
    assert told["runs"][0]["specification"]["experiment"]["left_out"] == [9]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("svm", "--continue", "cnn"), "is a run of cnn, not of svm"),
        (("cnn", "--continue", "cnn", "--recipe", "raw"), "remove --recipe"),
        (("svm", "--augment", "shift=1"), "svm does not"),
        (("svm", "--teacher", "cnn"), "svm does not"),
        (("cnn", "--average", "cnn", "--average", "svm"), "is a run of svm, not of cnn; write `train svm`"),
        (("cnn", "--average", "cnn", "--average", "cnn", "--set", "epochs=2"), "trains nothing; remove --set"),
        (("cnn", "--teacher", "nobody"), "There is no run 'nobody'"),
        (("cnn", "--augment", "shift=99"), "`shift` must be between 0 and 6; got 99"),
        (("cnn", "--augment", "shift"), "must be name=value"),
        (("svm", "--recipe", "deskew.nothing"), "There is no step 'nothing'"),
        (("svm", "--left-out", "12"), "`left_out` must"),
        (("svm", "--wrong-labels", "2"), "`wrong_labels` must"),
    ],
)
def test_a_training_that_cannot_be_asked_for_is_refused(
    command: Command, document: Document, arguments: tuple[str, ...], words: str
) -> None:
    refused = command("train", *arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert words in refused.stderr
    assert document("runs") == [run for run in document("runs") if run["shipped"]]


def test_data_says_what_is_there(document: Document, command: Command) -> None:
    told = document("data")
    assert set(told) >= {"source", "train", "validation", "test", "fingerprint"}
    assert f"{told['train']:,} images" in command("data").stdout


def test_data_exports_the_digits_that_the_page_shows(document: Document, command: Command, tmp_path: Path) -> None:
    asked = ("--images", "3", "--digit", "7", "--order", "most unusual first", "--output", str(tmp_path))
    table = Path(document("data", *asked)["exported"])
    assert [row.split(",")[1] for row in table.read_text("utf-8").splitlines()[1:]] == ["7", "7", "7"]
    assert (tmp_path / "mean_7.png").exists()
    refused = command("data", "--images", "99999", "--split", "train", "--output", str(tmp_path))
    assert refused.returncode == 2
    assert "got 99,999." in refused.stderr


def test_predict_reads_an_image_file_as_it_is(document: Document, tmp_path: Path) -> None:
    sample = load_sample()
    path = tmp_path / "digit.png"
    Image.fromarray(sample.test.images[3]).save(path)
    (read,) = document("predict", str(path))
    assert read["text"] == str(sample.test.labels[3])
    (digit,) = read["digits"]
    assert sum(digit["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert digit["probability"] == max(digit["probabilities"])


def test_predict_reads_canvas_drawings(document: Document, tmp_path: Path) -> None:
    one = {"objects": [stroke([["M", 140, 40], ["L", 140, 240]])]}
    (tmp_path / "one.json").write_text(json.dumps(one))
    (tmp_path / "many.jsonl").write_text("\n".join([json.dumps(one), json.dumps({"objects": []}), json.dumps(one)]))
    (single,) = document("predict", str(tmp_path / "one.json"))
    assert single["text"] == "1"
    many = document("predict", str(tmp_path / "many.jsonl"))
    assert [reading["text"] for reading in many] == ["1", "", "1"]
    assert many[1]["warnings"]


def stroke(path: list[list[Any]]) -> dict[str, Any]:
    points = np.array([command[-2:] for command in path], float)
    low, high = points.min(axis=0), points.max(axis=0)
    return {
        "type": "path", "version": "4.4.0", "originX": "left", "originY": "top",
        "left": low[0], "top": low[1], "width": high[0] - low[0], "height": high[1] - low[1],
        "scaleX": 1, "scaleY": 1, "angle": 0, "strokeWidth": 18, "path": path,
        "pathOffset": {"x": (low[0] + high[0]) / 2, "y": (low[1] + high[1]) / 2},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("predict", "nowhere.png"), "nowhere.png: "),
        (("predict", "{text}"), "text.png: "),
        (("predict", "{empty}"), "empty.png: "),
        (("evaluate", "nobody"), "There is no run 'nobody'"),
        (("evaluate", ""), "There is no run ''"),
        (("train", "svm", "--set", "C=1e9"), "`C` must be between"),
        (("train", "svm", "--set", "gama=1"), "There is no parameter `gama`; did you mean `gamma`?"),
        (("train", "cnn", "--set", "epochs"), "A setting must be name=value"),
        (("train", "svn"), "There is no model 'svn'; did you mean svm?"),
        (("train", "svm", "--preset", "best"), "has no preset 'best'; there are"),
        (("train", "svm", "--limit", "0"), "`limit` must be between"),
        (("train", "svm", "--seed", "-1"), "`seed` must be between"),
        (("benchmark", "speed"), "There is no benchmark 'speed'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_nonsense_gets_one_sentence_and_exit_code_2(
    command: Command, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "text.png").write_text("this is no picture")
    (tmp_path / "empty.png").write_bytes(b"")
    paths = {"text": tmp_path / "text.png", "empty": tmp_path / "empty.png"}
    finished = command(*(argument.format(**paths) for argument in arguments))
    told = [line for line in finished.stderr.splitlines() if line.strip()]
    assert finished.returncode == 2, finished.stderr
    assert len(told) == 1
    assert sentence in told[0]
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""


def test_it_runs_as_a_program() -> None:
    program = [sys.executable, "-m", "core", "train", "svm", "--set", "C=-1"]
    finished = subprocess.run(program, cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert finished.returncode == 2
    assert finished.stderr.startswith("digit-lab: `C` must be between")


def test_doctor_finds_this_installation_well(document: Document) -> None:
    told = document("doctor")
    assert told["ok"], told
    assert {finding["what"] for finding in told["findings"]} >= {"data", "home folder", "disk use", "run registry"}


def test_a_damaged_registry_is_told_by_the_doctor(command: Command, home: Path) -> None:
    (home / "runs.db").write_bytes(b"no database" * 400)
    finished = command("doctor", "--json")
    assert finished.returncode == 1
    findings = {finding["what"]: finding for finding in json.loads(finished.stdout)["findings"]}
    assert not findings["run registry"]["ok"]
    assert "damaged" in findings["run registry"]["seen"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("train", "svm", "--limit", "10"), "PCA with 100 components needs at least 101 training images; got 10"),
        (("train", "svm", "--preset", "fast", "--limit", "60"), "needs at least 61 training images; got 60"),
        (("train", "knn", "--limit", "10"), "PCA with 50 components needs at least 51 training images; got 10"),
        (("tune", "svm", "--limit", "10"), "PCA with 100 components needs at least 101 training images; got 10"),
        (("train", "forest", "--limit", "60000"), "the training images there are; got 60,000"),
    ],
)
def test_too_few_images_and_too_many_are_refused_before_a_run_exists(
    command: Command, document: Document, arguments: tuple[str, ...], says: str
) -> None:
    finished = command(*arguments)
    assert finished.returncode == 2
    assert says in finished.stderr
    assert [run for run in document("runs") if not run["shipped"]] == []


def test_what_the_operating_system_refuses_is_a_sentence(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    finished = command("data", "look", "x" * 300)
    assert (
        finished.returncode == 1 and finished.stderr == f"digit-lab: {'x' * 200} cannot be used: File name too long.\n"
    )

    def full(document: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("core.cli.data.print_json", full)
    finished = command("data", "--json")
    assert finished.returncode == 1 and finished.stderr.startswith("digit-lab: A disk is full: ")
