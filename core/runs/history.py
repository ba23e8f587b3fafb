"""How a training learned: its validation probabilities after each epoch, stored while it goes on.

Each step is a file of its own among the run's artefacts, `history/00000008.npy`, (n, 10) float16, so that what was
stored by a process that is killed stays. All steps together take at most 5 MB: of longer trainings every n-th is
stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.arrays import Float32Array
from core.damage import DAMAGE
from core.data.dataset import Dataset
from core.data.whole_file import whole_file
from core.errors import RegistryError
from core.evaluation.calibration import softmax
from core.models.kind import CLASSES
from core.models.serving.shipped import FOLDER
from core.runs import artifacts, registry
from core.runs.run import Run

EXAMPLE = FOLDER / "history.npz"
MOST_BYTES = 5_000_000
HEADER = 128
"""Bytes of a `.npy` file before its array."""


@dataclass(frozen=True, eq=False)
class History:
    """The steps of a training that were stored, in their order.

    Attributes
    ----------
    unit : str
        What the steps count, "epochs" or "trees".
    steps : (e,) int64
    probabilities : (e, n, 10) float16
        Of the validation images in their order: the softmax of the model's scores, before calibration.
    """

    unit: str
    steps: np.ndarray
    probabilities: np.ndarray


class HistoryWriter:
    """Stores the history of one run whose fit goes on in this process; `unit` is what its steps count."""

    def __init__(self, run_id: str, unit: str) -> None:
        self._run_id, self._unit = run_id, unit
        self._begun, self._images = False, 1
        self._kept: int | None = None

    def keep(self, step: int, last: int, scores: Callable[[], Float32Array]) -> None:
        """Store the probabilities of a step, unless it lies closer to the one stored before than there is room for.

        Parameters
        ----------
        step, last : int
            Which step it is, and the number of the last one; that is always stored.
        scores : callable
            Returns the scores (n, 10) float32 of the validation images.

        Raises
        ------
        RegistryError, OSError
            It cannot be written.
        """
        first, self._begun = not self._begun, True
        if first:
            self._kept = self._stored_before(step)
        if self._kept is not None and step != last and step - self._kept < apart(last, self._images):
            return
        probabilities = softmax(scores()).astype(np.float16)
        artifacts.store_array(self._run_id, artifacts.HISTORY, name_of(step), probabilities)
        self._kept, self._images = step, len(probabilities)
        if first:
            registry.change(self._run_id, history=self._unit)

    def _stored_before(self, step: int) -> int | None:
        """Return the last step that a process which died had stored; what it had stored from `step` on is deleted."""
        stored = artifacts.stored_arrays(self._run_id, artifacts.HISTORY)
        for name in stored:
            if name >= name_of(step):
                artifacts.discard_one(self._run_id, f"{artifacts.HISTORY}/{name}.npy")
        return max((int(name) for name in stored if name < name_of(step)), default=None)


def name_of(step: int) -> str:
    """Return under which name a step is stored; names are in the order of the steps."""
    return f"{step:08}"


def apart(last: int, images: int) -> int:
    """Return how many steps lie at least between two that are stored, so that all of 0 to `last` take at most 5 MB."""
    most = MOST_BYTES // (images * CLASSES * np.dtype(np.float16).itemsize + HEADER)
    return -(-last // max(1, most - 2))


@dataclass(frozen=True, eq=False)
class Example:
    """The history that ships with the program, so that one can be played before anything was trained.

    Attributes
    ----------
    name : str
        Of the run it was taken from.
    """

    name: str
    history: History


def ship(run: Run, path: Path = EXAMPLE) -> Path:
    """Write a run's history as the example that ships; raises RegistryError where it has none."""
    found = load(run)
    if found is None:
        raise RegistryError(f"{run.name} ({run.short_id}) has no history to ship; train a CNN or a forest.")
    with whole_file(path) as staging, staging.open("wb") as file:
        np.savez_compressed(file, name=run.name, unit=found.unit, steps=found.steps, probabilities=found.probabilities)
    return path


def example(dataset: Dataset, path: Path = EXAMPLE) -> Example | None:
    """Return the example for the validation images at hand; the sample's are 500 of the full MNIST's 5,000."""
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as stored:
        rows = stored["probabilities"]
        rows = rows[:, dataset.validation.index] if dataset.is_sample else rows
        return Example(str(stored["name"]), History(str(stored["unit"]), stored["steps"], rows))


def load(run: Run) -> History | None:
    """Return a run's history; None where none is stored, or the training has not ended (more steps may come).

    Raises
    ------
    RegistryError
        It is lost or damaged.
    """
    if not run.history or run.state.active:
        return None
    with artifacts.named(run):
        return _read(artifacts.local(run, artifacts.HISTORY), run.history)


def _read(folder: Path, unit: str) -> History:
    paths = sorted(folder.glob("*.npy"))
    try:
        rows = [np.load(path, allow_pickle=False) for path in paths]
        steps = np.array([int(path.stem) for path in paths])
        probabilities = np.stack(rows)
    except DAMAGE as error:
        raise RegistryError("The stored history of its training is missing or damaged.") from error
    if probabilities.ndim != 3 or probabilities.shape[2] != CLASSES:
        raise RegistryError("The stored history of its training is damaged.")
    return History(unit, steps, probabilities)
