"""What people do with fine-tuning: start it, keep what it made; one at a time for each owner."""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path
from typing import Any

import numpy as np

from core.data.own_digits import arrays, folder_of, own_digits
from core.errors import DataError
from core.jobs.cluster.executor import Executor
from core.jobs.fine_tuning import FUNCTION, FineTuned, require_enough
from core.ledger.limits import require_room
from core.ledger.states import State
from core.models.serving.predictor import MODEL_FILE, SPECIFICATION_FILE
from core.permissions import Actor, require

FIGURES = "before_after.json"
TITLE = "the fine-tuning on your digits"


def job_of(owner: str) -> str:
    """Return the job under which the executor knows an owner's fine-tuning."""
    return f"fine-tuning-{folder_of(owner).name}"


def tuned_folder(owner: str) -> Path:
    """Return where an owner's fine-tuned model lies."""
    return folder_of(owner) / "fine_tuned"


def start(executor: Executor, run_id: str, fingerprint: str, actor: Actor) -> None:
    """Queue the fine-tuning of a network on the actor's own digits.

    Raises
    ------
    NotAllowedError, ReadOnlyError
        The actor may not, or nothing may be started here.
    InputError
        There are too few digits to learn from, or one is under way.
    """
    require(actor, "fine-tune")
    digits = own_digits(actor.name)
    images, labels = arrays(digits)
    held_out = np.array([digit.held_out for digit in digits], bool)
    require_enough(~held_out)
    require_room("fine-tuning", actor.name)
    executor.forget(job_of(actor.name))
    executor.submit_later(
        job_of(actor.name), FUNCTION, run_id, fingerprint, images, labels, held_out,
        owner=actor.name, resource="training", title=TITLE, kind="fine-tuning",
    )  # fmt: skip


def collect(owner: str, executor: Executor) -> str:
    """Keep the result of a fine-tuning that has ended; returns why it failed, "" where it did not.

    Raises
    ------
    DataError
        The result cannot be written; it stays to be collected again.
    """
    try:
        outcome = executor.outcome(job_of(owner))
    except KeyError:
        return ""  # nothing has been asked since the server started
    if outcome is None or outcome.state is State.CANCELLED:
        return ""
    if outcome.state is not State.FINISHED:
        return outcome.reason
    keep(owner, outcome.value)
    executor.forget(job_of(owner))
    return ""


def keep(owner: str, outcome: FineTuned) -> None:
    """Put a model and its figures in the place of the last ones, whole or not at all; raises DataError."""
    folder = tuned_folder(owner)
    staging = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}.part")
    try:
        _write(staging, outcome)
        shutil.rmtree(folder, ignore_errors=True)
        staging.rename(folder)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise DataError(f"The fine-tuned network could not be stored: {error.strerror or error}.") from error


def _write(folder: Path, outcome: FineTuned) -> None:
    folder.mkdir(parents=True, mode=0o700)
    (folder / MODEL_FILE).write_bytes(outcome.graph)
    (folder / SPECIFICATION_FILE).write_text(outcome.specification, "utf-8")
    figures = {"mnist": outcome.mnist, "own": outcome.own, "learned": outcome.learned, "judged": outcome.judged}
    (folder / FIGURES).write_text(json.dumps(figures), "utf-8")


def figures_of(owner: str) -> dict[str, Any] | None:
    """Return before and after of the last fine-tuning: `mnist`, `own`, `learned`, `judged`.

    None where there is none.
    """
    try:
        figures: dict[str, Any] = json.loads((tuned_folder(owner) / FIGURES).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return figures
