"""The MNIST test images whose label people did not confirm.

Northcutt, Athalye and Mueller (2021, "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks",
NeurIPS Datasets and Benchmarks) showed 100 suspicious test images to five people each. On 15 of them fewer than three
of the five chose the given label: 10 got another digit from most, 3 were neither digit to most, 2 had no majority. The
votes are those of `mturk/mnist_mturk.json` in https://github.com/cleanlab/label-errors; see https://labelerrors.com.

The images stay in every score: a score without them could not be compared with anybody else's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SOURCE = "Northcutt, Athalye, Mueller 2021, https://labelerrors.com"


@dataclass(frozen=True)
class LabelError:
    """One doubted label, and what five people said; of the digits they were asked about only."""

    index: int  # position among the 10,000 test images
    given: int  # the data set's label
    guessed: int  # the digit that a model proposed instead
    for_given: int  # people, of five
    for_guessed: int
    for_neither: int

    @property
    def suggested(self) -> int | None:
        """The digit most people chose, or None where they found neither or did not agree."""
        return self.guessed if self.for_guessed >= 3 else None


LABEL_ERRORS: tuple[LabelError, ...] = (
    LabelError(947, 8, 9, 0, 5, 0),
    LabelError(1621, 0, 6, 2, 3, 0),
    LabelError(1901, 9, 4, 2, 3, 0),
    LabelError(2130, 4, 9, 2, 2, 1),
    LabelError(2462, 2, 0, 0, 4, 1),
    LabelError(2597, 5, 3, 0, 4, 1),
    LabelError(2654, 6, 1, 0, 2, 3),
    LabelError(3520, 6, 4, 2, 0, 3),
    LabelError(3558, 5, 0, 1, 4, 0),
    LabelError(5937, 5, 3, 1, 3, 1),
    LabelError(6651, 0, 6, 0, 5, 0),
    LabelError(6783, 1, 6, 2, 3, 0),
    LabelError(8527, 4, 9, 2, 2, 1),
    LabelError(9679, 6, 3, 2, 0, 3),
    LabelError(9729, 5, 6, 2, 3, 0),
)


def is_label_error(index: np.ndarray) -> np.ndarray:
    """Mark the doubted ones among test images given by their positions in the 10,000; (n,) bool.

    Only for images of the test set: a position in the training file says nothing here.
    """
    return np.isin(index, [error.index for error in LABEL_ERRORS])
