from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import InputError
from core.models.score_graph import score_graph
from core.report.takeaway import as_csv, prediction_table
from core.runs import external
from core.runs.leaderboard import predictions, predictor

DATASET = load_sample()


@pytest.fixture(autouse=True)
def _registry(migrated: Path) -> None:
    """Start from a registry that opens at once."""


def rows_of(split: str, wrong: int) -> np.ndarray:
    labels = DATASET.judges(split).labels.astype(int)
    read = labels.copy()
    read[:wrong] = (read[:wrong] + 1) % 10
    return np.where(np.arange(10) == read[:, None], 0.91, 0.01).astype(np.float32)


def csv_of(split: str, wrong: int = 0) -> bytes:
    return as_csv(prediction_table(DATASET.judges(split), rows_of(split, wrong))).encode()


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
        (lambda text: text.replace("0.91", "many", 1), "something in row 1 that is not a number"),
        (lambda text: "", "not a CSV file"),
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


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(InputError, match="not an ONNX model"):
        external.import_onnx(b"nonsense", DATASET)
    narrow = score_graph(
        [("MatMul", ["features", "weights"], "scores", {})], {"weights": np.zeros((5, 10), np.float32)}, 5
    )
    with pytest.raises(InputError, match=r"784 numbers\); it is n x 5"):
        external.import_onnx(narrow.SerializeToString(), DATASET)
