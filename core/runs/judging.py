"""What a run answers for the images that judge: stored for MNIST's, asked once for a test set of one's own."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import numpy as np

from core.arrays import Float32Array
from core.data.dataset import Dataset
from core.data.judging import FULL_VALIDATION, JudgingSet
from core.data.npz_cache import NpzCache
from core.errors import InputError, UnknownRunError
from core.models.serving.shipped import PREDICTIONS_FILE, shipped
from core.runs.artifacts import Predictions, named
from core.runs.leaderboard import check_rows, predictions
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.text import percent

_answers = NpzCache("answers", most_bytes=300_000_000)


def may_be_judged(run: Run, images: JudgingSet, dataset: Dataset) -> bool:
    """Return whether a run's figures on these images can be given and mean something."""
    if images.own:
        return run.finished and run.has_model
    if images.name == FULL_VALIDATION:
        return run.shipped
    return run.finished and run.fingerprint == dataset.fingerprint


def accuracy_in_words(run: Run, split: str, dataset: Dataset) -> str:
    """Return a run's accuracy with the number of its images, where they are these: "98.20 % of 500 images"."""
    share = run.metrics.get(f"{split}_accuracy")
    known = share is not None and run.fingerprint == dataset.fingerprint
    return percent(share) + (f" of {len(dataset.evaluation_split(split)):,} images" if known else "")


def widest(name: str, runs: Sequence[Run], dataset: Dataset) -> str:
    """Return the name of the images that are meant: beside the sample, all 5,000 validate shipped models alone."""
    whole = name == "validation" and dataset.is_sample and all(run.shipped for run in runs)
    return FULL_VALIDATION if whole else name


def check_may_be_judged(run: Run, images: JudgingSet, dataset: Dataset) -> None:
    """Raise UnknownRunError or InputError, with the reason, unless `may_be_judged`."""
    if not run.finished:
        raise UnknownRunError(f"Run {run.short_id} ({run.name}) is {run.state.value}, so it cannot be compared.")
    if images.own and not run.has_model:
        raise InputError(run.why_no_model)
    if images.name == FULL_VALIDATION and not run.shipped:
        raise UnknownRunError(
            f"Run {run.short_id} ({run.name}) was trained on some of the 5,000 images; only the shipped models are "
            "evaluated on all of them."
        )
    if not may_be_judged(run, images, dataset):
        raise UnknownRunError(
            f"Run {run.short_id} ({run.name}) was evaluated on other images than the current data set; metrics of "
            "different images cannot be compared."
        )


def answers(run: Run, images: JudgingSet, dataset: Dataset) -> Float32Array:
    """Return a run's probabilities (n, 10) float32 of images; a test set of one's own is read by its model, once.

    Raises
    ------
    RegistryError
        The stored predictions or the model are missing or damaged.
    InputError
        The run has no model to ask.
    """
    if images.name == FULL_VALIDATION and run.shipped:
        with named(run):
            rows = Predictions.load(shipped()[run.run_id].folder / PREDICTIONS_FILE).validation
    elif images.own:
        known = known_answers(run, images)
        rows = _asked(run, images) if known is None else known
    else:
        check_may_be_judged(run, images, dataset)
        return predictions(run, dataset).of(images.name)
    check_rows(rows, run, len(images.split), images.title)
    return rows


def _asked(run: Run, images: JudgingSet) -> np.ndarray:
    rows = predictor(run).predict_proba(images.split.images)
    with contextlib.suppress(OSError):  # a full disk costs time when it is asked again, nothing else
        _answers.write(_key(run, images), {"probabilities": rows})
    return rows


def is_known(run: Run, images: JudgingSet) -> bool:
    """Return whether a run has been asked about a test set of one's own before."""
    return _answers.path(_key(run, images)).exists()


def known_answers(run: Run, images: JudgingSet) -> np.ndarray | None:
    """Return what a run has answered before for a test set of one's own; None where it has not been asked."""
    stored = _answers.read(_key(run, images))
    return None if stored is None else stored.get("probabilities")


def _key(run: Run, images: JudgingSet) -> str:
    return f"{images.fingerprint}-{run.run_id}-{run.created.timestamp():.0f}"
