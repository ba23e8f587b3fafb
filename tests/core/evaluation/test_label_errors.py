from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from core.evaluation.label_errors import LABEL_ERRORS, is_label_error

pytestmark = pytest.mark.data


def test_counts_are_those_of_the_paper() -> None:
    # Northcutt et al. 2021, table 1 and its text: of 15, 10 correctable, 3 neither, 2 without agreement
    assert len(LABEL_ERRORS) == 15
    assert sum(error.suggested is not None for error in LABEL_ERRORS) == 10
    assert sum(error.for_neither >= 3 for error in LABEL_ERRORS) == 3
    assert all(error.for_given < 3 for error in LABEL_ERRORS)
    assert all(error.for_given + error.for_guessed + error.for_neither == 5 for error in LABEL_ERRORS)


def test_marks_test_images_by_position() -> None:
    assert is_label_error(np.array([946, 947, 9729])).tolist() == [False, True, True]


def test_given_labels_are_those_of_the_test_set() -> None:
    file = Path(os.environ.get("DIGITLAB_DATA_DIR", "nowhere")) / "mnist.npz"
    if not file.exists():
        pytest.skip("The full MNIST is not here: set DIGITLAB_DATA_DIR to the folder with mnist.npz.")
    with np.load(file) as arrays:
        labels = arrays["y_test"]

    assert [labels[error.index] for error in LABEL_ERRORS] == [error.given for error in LABEL_ERRORS]
