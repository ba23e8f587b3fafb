from __future__ import annotations

import io
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

from core.cells import as_csv
from core.data.sample import load_sample
from core.evaluation.calibration import softmax
from core.evaluation.metrics import evaluate
from core.takeaway.run_files import as_parquet, prediction_table

TEST = load_sample().test


def sure_and_sometimes_wrong() -> np.ndarray:
    """Probabilities of which many are far below the smallest step of float32."""
    scores = np.random.default_rng(0).normal(size=(len(TEST), 10)) * 20
    return softmax(scores.astype(np.float32))


def yes_or_no() -> np.ndarray:
    """Predictions of 0 and 1, the first nine wrong."""
    read = TEST.labels.astype(int)
    read[:9] = (read[:9] + 1) % 10
    return np.eye(10, dtype=np.float32)[read]


@pytest.mark.parametrize("rows", [sure_and_sometimes_wrong(), yes_or_no()], ids=["sure", "yes or no"])
def test_scikit_learn_finds_our_log_loss_in_what_is_downloaded(rows: np.ndarray) -> None:
    ours = evaluate(TEST.labels, rows).log_loss
    table = prediction_table(TEST, rows)
    for read in (pd.read_csv(io.StringIO(as_csv(table))), pd.read_parquet(io.BytesIO(as_parquet(table)))):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            theirs = log_loss(read["true"], read[[f"p{digit}" for digit in range(10)]].to_numpy())
        assert ours == pytest.approx(theirs, abs=1e-6)
        assert read["index"].to_list() == TEST.index.tolist()
