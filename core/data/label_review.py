"""What people decided about labels of the training set: a list beside the data, never in it.

Each decision is a line of a file below `DIGITLAB_HOME`, one file a data set. Lines are only added: taking a decision
back adds a line that names it, so nothing is lost. Several people can review at once:
each reads and writes while the others wait.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from core.data.dataset import CLASSES, Dataset
from core.data.whole_file import whole_file
from core.errors import DataError, InputError, ParameterError
from core.file_lock import file_lock
from core.permissions import Actor, operator, require, require_writable
from core.preprocessing.experiments import MOST_CORRECTIONS, Correction
from core.settings import settings

FOLDER = "label_reviews"
LOCK_SECONDS = 10.0
Verdict = Literal["keep", "relabel", "leave out"]
VERDICTS: tuple[Verdict, ...] = ("keep", "relabel", "leave out")


@dataclass(frozen=True)
class Decision:
    """What somebody decided about one label.

    Attributes
    ----------
    position : int
        Of the image in the training set.
    given : int
        The label of the data.
    label : int or None
        The label to train with; None where the image is left out.
    owner : str
        Who decided.
    at : float
        Seconds since the epoch.
    mark : str
        Names the decision in the file.
    """

    position: int
    given: int
    label: int | None
    owner: str
    at: float
    mark: str

    @property
    def verdict(self) -> Verdict:
        """What is done with the label."""
        if self.label is None:
            return "leave out"
        return "keep" if self.label == self.given else "relabel"

    @property
    def in_words(self) -> str:
        """The verdict as a caption: "kept", "now 9", "left out"."""
        return {"keep": "kept", "relabel": f"now {self.label}", "leave out": "left out"}[self.verdict]


def decide(dataset: Dataset, position: int, label: int | None, actor: Actor | None = None) -> Decision:
    """Write down the label to train an image with: its own to keep it, None to leave the image out.

    Raises
    ------
    ReadOnlyError, NotAllowedError
        Nothing may be changed here, or somebody else decided about this image and the actor is no administrator.
    ParameterError
        There is no such image or digit.
    DataError
        The file cannot be written.
    """
    actor = actor or operator()
    if not 0 <= position < len(dataset.train):
        raise ParameterError(f"`position` must be between 0 and {len(dataset.train) - 1:,}; got {position:,}.")
    if label is not None and not 0 <= label < CLASSES:
        raise ParameterError(f"`label` must be between 0 and {CLASSES - 1}; got {label}.")
    given = int(dataset.train.labels[position])
    decision = Decision(position, given, label, actor.name, time.time(), uuid.uuid4().hex[:12])
    require_writable()
    with _alone(dataset):
        earlier = decisions(dataset).get(position)
        if earlier is None:
            require(actor, "review", what="labels")
        else:
            require(actor, "revise", earlier.owner, what=f"the label of training image {position}")
        _add(dataset, asdict(decision))
    return decision


def undo(dataset: Dataset, actor: Actor | None = None) -> Decision:
    """Take the actor's last decision back, and return it; what was decided about the image before holds again.

    Raises
    ------
    ReadOnlyError, NotAllowedError
        Nothing may be changed here.
    InputError
        There is nothing of the actor's to take back.
    """
    actor = actor or operator()
    require(actor, "review", what="labels")
    with _alone(dataset):
        own = [decision for decision in _standing(dataset) if decision.owner == actor.name]
        if not own:
            raise InputError(f"There is no decision of {actor.name} about this data set's labels to undo.")
        _add(dataset, {"undone": own[-1].mark})
    return own[-1]


def decisions(dataset: Dataset) -> dict[int, Decision]:
    """Return what holds for each reviewed image, by its position in the training set, in order."""
    latest = {decision.position: decision for decision in _standing(dataset)}
    return dict(sorted(latest.items()))


def corrections(dataset: Dataset) -> tuple[Correction, ...]:
    """Return the reviewed labels as a training takes them: those that are changed or left out.

    Raises
    ------
    InputError
        There are more than a training's specification holds.
    """
    changed = tuple(
        (found.position, found.given, found.label) for found in decisions(dataset).values() if found.verdict != "keep"
    )
    if len(changed) > MOST_CORRECTIONS:
        raise InputError(f"A training takes up to {MOST_CORRECTIONS} reviewed labels; {len(changed):,} are changed.")
    return changed


def counts(found: Sequence[Decision]) -> dict[Verdict, int]:
    """Return how many labels are kept, changed and left out."""
    return {verdict: sum(decision.verdict == verdict for decision in found) for verdict in VERDICTS}


def path_of(dataset: Dataset) -> Path:
    """Return where the decisions about a data set are kept."""
    return settings().home / FOLDER / f"{dataset.fingerprint}.jsonl"


def _standing(dataset: Dataset) -> list[Decision]:
    """Return the decisions that were not taken back, the oldest first."""
    path = path_of(dataset)
    try:
        state = path.stat()
    except OSError:
        return []
    return list(_read(path, state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, size: int) -> tuple[Decision, ...]:
    try:
        lines = path.read_text("utf-8").splitlines()
        entries = [json.loads(line) for line in lines if line]
        undone = {entry["undone"] for entry in entries if "undone" in entry}
        found = [Decision(**entry) for entry in entries if "undone" not in entry]
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"The list of reviewed labels {path} is damaged ({error}); mend or remove it.") from error
    return tuple(decision for decision in found if decision.mark not in undone)


@contextmanager
def _alone(dataset: Dataset) -> Iterator[None]:
    """Keep others from writing meanwhile, so that nobody decides on what has just changed; raises DataError."""
    path = path_of(dataset)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with file_lock(path.with_suffix(".lock"), LOCK_SECONDS):
            yield
    except OSError as error:
        raise DataError(f"The decision cannot be written to {path}: {error.strerror or error}.") from error


def _add(dataset: Dataset, entry: dict[str, object]) -> None:
    """Add a line; on a full disk the list stays as it was."""
    path = path_of(dataset)
    earlier = path.read_text("utf-8") if path.exists() else ""
    with whole_file(path) as staging:
        staging.write_text(earlier + json.dumps(entry) + "\n", "utf-8")
