from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.cells import as_csv
from core.data.sample import load_sample
from core.errors import InputError, RegistryError
from core.models.serving.score_graph import score_graph
from core.permissions import operator
from core.report.parameters import all_settings
from core.report.seeds import configurations
from core.runs import champion, external
from core.runs.external import read_predictions
from core.runs.leaderboard import predictions
from core.runs.model_cache import model_folder, predictor
from core.takeaway.run_files import model_files, prediction_table, reproduction

DATASET = load_sample()


@pytest.fixture(autouse=True)
def _registry(migrated: Path) -> None:
    """Start from a registry that opens at once."""


def rows_of(split: str, wrong: int) -> np.ndarray:
    labels = DATASET.evaluation_split(split).labels.astype(int)
    read = labels.copy()
    read[:wrong] = (read[:wrong] + 1) % 10
    return np.where(np.arange(10) == read[:, None], 0.91, 0.01).astype(np.float32)


def csv_of(split: str, wrong: int = 0) -> bytes:
    return as_csv(prediction_table(DATASET.evaluation_split(split), rows_of(split, wrong))).encode()


def test_our_own_downloads_come_back_as_a_run() -> None:
    run = external.import_predictions(csv_of("validation", 10), csv_of("test", 25), DATASET, name="from afar")
    assert (run.name, run.model, run.external, run.specification) == ("from afar", "external", True, None)
    assert run.metrics["test_accuracy"] == pytest.approx(0.95)
    assert predictions(run, DATASET).test == pytest.approx(rows_of("test", 25), abs=1e-6)


def test_rows_in_any_order_without_a_head_are_read() -> None:
    split, rows = DATASET.test, rows_of("test", 5)
    order = np.random.default_rng(0).permutation(len(split))
    lines = [",".join(map(str, [split.index[place], *rows[place]])) for place in order]
    assert external.read_predictions("\n".join(lines).encode(), split, "test file") == pytest.approx(rows)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("0.91", "0.51", 1), "sum to 1; row 1 sums to 0.6"),
        (lambda text: "\n".join(text.splitlines()[:-1]), "each of the 500 images once; got 499 rows"),
        (lambda text: text.replace("0.91", "many", 1), "a value in row 1 that is not a number"),
        (lambda text: "", "not a CSV file"),
        (lambda text: re.sub(r"(?m)^(\d+),", r"\1.5,", text, count=1), r"has the index \d+\.5 in row 1"),
        (lambda text: "1,2,3\n4,5,6", "got 3 columns"),
    ],
)
def test_bad_files_are_refused_by_name(change, says: str) -> None:
    bad = change(csv_of("test").decode()).encode()
    with pytest.raises(InputError, match=says):
        external.import_predictions(csv_of("validation"), bad, DATASET)


def linear_model(ink: float) -> bytes:
    """Class means as weights, for ink of 0..1 or 0..255."""
    images = DATASET.train.images.reshape(-1, 784) / 255.0
    means = np.stack([images[DATASET.train.labels == digit].mean(axis=0) for digit in range(10)])
    constants = {
        "weights": (means.T / ink).astype(np.float32),
        "bias": (-0.5 * (means**2).sum(axis=1)).astype(np.float32),
    }
    nodes = [("MatMul", ["features", "weights"], "sums", {}), ("Add", ["sums", "bias"], "scores", {})]
    return score_graph(nodes, constants, 784).SerializeToString()


@pytest.mark.parametrize("ink", [1.0, 255.0])
def test_an_onnx_model_is_judged_and_served_whatever_its_ink(ink: float) -> None:
    run = external.import_onnx(linear_model(ink), DATASET, name="means")
    images = DATASET.train.images.reshape(-1, 784) / 255.0
    means = np.stack([images[DATASET.train.labels == digit].mean(axis=0) for digit in range(10)])
    nearest = ((DATASET.test.images.reshape(-1, 1, 784) / 255.0 - means) ** 2).sum(axis=2).argmin(axis=1)
    assert run.metrics["test_accuracy"] == pytest.approx(np.mean(nearest == DATASET.test.labels), abs=0.003)
    assert predictor(run).predict_proba(DATASET.test.images) == pytest.approx(predictions(run, DATASET).test, abs=1e-5)


def test_an_imported_model_answers_new_pictures_as_its_own_files_do(tmp_path: Path) -> None:
    run = external.import_onnx(linear_model(255.0), DATASET, name="means")
    assert run.has_model and run.trained_as is None
    assert not configurations([run, run])
    assert all_settings(run) == {"model": "external"}
    for name, content in model_files(run)().items():
        (tmp_path / name).write_bytes(content)
    image = DATASET.test.images[0]
    cv2.imwrite(str(tmp_path / "digit.png"), image)
    command = [sys.executable, "use.py", "digit.png"]
    used = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)
    assert used.returncode == 0, used.stderr
    assert used.stdout.split()[0] == str(predictor(run).predict(image[None])[0])
    assert not used.stderr


def test_a_damaged_model_says_whose_it_is_and_the_way_out() -> None:
    run = external.import_onnx(linear_model(1.0), DATASET, name="means")
    (model_folder(run) / "model.onnx").write_bytes(b"nothing")
    says = rf"means \({run.short_id}\): the stored model is damaged\. Import it again, or delete it\."
    with pytest.raises(RegistryError, match=says):
        predictor(run)


def test_imported_predictions_have_no_model_and_say_so() -> None:
    run = external.import_predictions(csv_of("validation"), csv_of("test"), DATASET, name="from afar")
    assert not run.has_model
    with pytest.raises(InputError, match=r"from afar \(.+\): its predictions were imported, so there is no model"):
        predictor(run)
    with pytest.raises(InputError, match=r"Only a model can be champion\. from afar"):
        champion.crown(run, "the best there is", actor=operator())
    with pytest.raises(InputError, match="from afar was imported, so no script can reproduce its training"):
        reproduction(run, DATASET)


def scikit_model(**options: bool) -> tuple[bytes, np.ndarray]:
    """A fitted LogisticRegression as scikit-learn's users export it, and its own probabilities on test."""
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression

    rows = DATASET.train.images[::4].reshape(-1, 784).astype(np.float32) / 255
    model = LogisticRegression(C=0.01, max_iter=200).fit(rows, DATASET.train.labels[::4])
    test = DATASET.test.images.reshape(-1, 784).astype(np.float32) / 255
    return to_onnx(model, rows[:1], options=options or None).SerializeToString(), model.predict_proba(test)


@pytest.mark.parametrize("options", [{}, {"zipmap": False}])
def test_a_model_of_scikit_learn_is_taken_by_its_probabilities(options: dict[str, bool]) -> None:
    content, own = scikit_model(**options)
    run = external.import_onnx(content, DATASET)
    assert (predictions(run, DATASET).test.argmax(axis=1) == own.argmax(axis=1)).mean() > 0.995


def test_a_model_whose_digits_come_one_by_one_is_told_the_way_out() -> None:
    content, _ = scikit_model(zipmap="columns")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"output of n x 10 numbers .*; it has output_label, i0.*`zipmap` False"):
        external.import_onnx(content, DATASET)


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(InputError, match="not an ONNX model"):
        external.import_onnx(b"nonsense", DATASET)
    narrow = score_graph(
        [("MatMul", ["features", "weights"], "scores", {})], {"weights": np.zeros((5, 10), np.float32)}, 5
    )
    with pytest.raises(InputError, match=r"784 numbers\); got n x 5"):
        external.import_onnx(narrow.SerializeToString(), DATASET)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b",".join([b"1"] * 1_000_000), "has a line of 1,999,999 characters"),
        (b"index,p0\n" + b"1" * 19_000_000, "has a line of 19,000,000 characters"),
        (b"1" * 200_000_000, "is larger than 20 MB"),
        (b"index,p0\n0,\0\n", "has bytes that are not text"),
        (b'"' * 5_001, "is not a CSV file"),
        (b"", "is not a CSV file"),
    ],
    ids=["a million columns", "one long line", "200 MB", "NUL", "quotes", "empty"],
)
def test_a_hostile_csv_is_refused_before_it_is_parsed(content: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_predictions(content, DATASET.validation, "validation file")
