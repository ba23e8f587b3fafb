"""When each image was learned, and which were forgotten again, from what a model answered after each step of its fit.

Toneva et al., "An empirical study of example forgetting during deep neural network learning" (ICLR 2019): an image is
forgotten when it was classified correctly after one step and wrongly after the next. They count on training images and
after each batch; here it is on validation images and between the steps that were stored.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.arrays import UInt8Array

KINDS = {"last": "Learned last", "forgotten": "Forgotten again", "never": "Never learned"}


def learning_events(labels: UInt8Array, probabilities: np.ndarray, steps: np.ndarray) -> pd.DataFrame:
    """Tell of every image when it was learned and how often it was forgotten.

    Parameters
    ----------
    labels : (n,) uint8
    probabilities : (e, n, 10) floats
        After each of e steps, at least one.
    steps : (e,) integers
        What the steps are called, such as the number of the epoch.

    Returns
    -------
    DataFrame, a row an image
        `position`, `digit`, `answer` after the last step and its `probability`; `learned`, the step since which it is
        classified correctly without a break (NaN where it is not at the end); `ever`, whether it was correct at
        any step; `forgotten`, how many times it was correct and then wrong.
    """
    images = np.arange(len(labels))
    right = probabilities.argmax(axis=2) == labels  # (e, n)
    since = len(steps) - np.cumprod(right[::-1], axis=0).sum(axis=0)  # (n,), e for those that are wrong at the end
    answer = probabilities[-1].argmax(axis=1)
    return pd.DataFrame(
        {
            "position": images,
            "digit": labels,
            "answer": answer,
            "probability": probabilities[-1][images, answer].astype(np.float32),
            "learned": np.append(steps.astype(float), np.nan)[since],
            "ever": right.any(axis=0),
            "forgotten": (right[:-1] & ~right[1:]).sum(axis=0),
        }
    )


def remarkable(events: pd.DataFrame, kind: str, first: int) -> pd.DataFrame:
    """Return the rows of `learning_events` of one kind, the most remarkable first.

    Parameters
    ----------
    kind : "last", "forgotten" or "never"
        Learned after step `first`, the latest first; forgotten at least once, the most often first; never correct.
    """
    if kind == "last":
        chosen = events[events["learned"] > first]
        return chosen.sort_values(["learned", "probability"], ascending=[False, True], kind="stable")
    if kind == "forgotten":
        chosen = events[events["forgotten"] > 0].assign(wrong=lambda rows: rows["learned"].isna())
        chosen = chosen.sort_values(["forgotten", "wrong", "learned"], ascending=False, kind="stable")
        return chosen.drop(columns="wrong")
    return events[~events["ever"]].sort_values("probability", ascending=False, kind="stable")


def hardest(labels: UInt8Array, probabilities: np.ndarray, count: int) -> np.ndarray:
    """Return the positions (e, count) of the images whose own digit has the least probability after each step."""
    own = probabilities[:, np.arange(len(labels)), labels]
    return np.asarray(np.argsort(own, axis=1, kind="stable")[:, :count])


def accuracies(labels: UInt8Array, probabilities: np.ndarray) -> np.ndarray:
    """Return the share (e,) of the images (n,) that were classified correctly after each step, 0 to 1."""
    return np.asarray((probabilities.argmax(axis=2) == labels).mean(axis=1))
