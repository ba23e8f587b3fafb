"""What fine-tuning made: kept beside its owner's digits, told as before and after, and asked beside other models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.arrays import UInt8Array
from core.data.own_digits import folder_of
from core.errors import DataError
from core.jobs.cluster.executor import Executor
from core.jobs.fine_tuning import FEWEST, FineTuned
from core.ledger.states import State
from core.models.serving.predictor import MODEL_FILE, SPECIFICATION_FILE, Predictor
from core.text import percent
from core.ui.text import sentence

FIGURES = "before_after.json"


def job_of(owner: str) -> str:
    """Return the job under which the executor knows an owner's fine-tuning; one at a time."""
    return f"fine-tuning-{folder_of(owner).name}"


def tuned_folder(owner: str) -> Path:
    """Return where an owner's fine-tuned model lies."""
    return folder_of(owner) / "fine_tuned"


def collect(owner: str, executor: Executor) -> None:
    """Keep the result of a fine-tuning that has ended, or say why it failed."""
    job_id = job_of(owner)
    try:
        outcome = executor.outcome(job_id)
    except KeyError:
        return  # nothing has been asked since the server started
    if outcome is None or outcome.state is State.CANCELLED:
        return
    if outcome.state is State.FINISHED:
        keep(owner, outcome.value)
        executor.forget(job_id)
    else:
        st.error(f"The fine-tuning failed: {sentence(outcome.reason)}", icon=":material/error:")


def keep(owner: str, outcome: FineTuned) -> None:
    """Write the model and its figures; raises DataError where they cannot be written."""
    try:
        _write(tuned_folder(owner), outcome)
    except OSError as error:
        raise DataError(f"The fine-tuned network could not be stored: {error.strerror or error}.") from error


def _write(folder: Path, outcome: FineTuned) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
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


def show_tuned_answer(owner: str, image: UInt8Array) -> None:
    """Show what the owner's fine-tuned network reads in a picture (28, 28) uint8; nothing where there is none."""
    path = tuned_folder(owner) / MODEL_FILE
    if not path.exists():
        return
    (row,) = _tuned(str(path.parent), path.stat().st_mtime).predict_proba(image[None])
    st.caption(
        f":material/school: Your fine-tuned network predicts **{row.argmax()}** with probability "
        f"{100 * row.max():.1f} %."
    )


@st.cache_resource(show_spinner=False, max_entries=8)
def _tuned(folder: str, changed: float) -> Predictor:
    return Predictor.load(Path(folder))


def show_outcome(owner: str) -> None:
    """Show the accuracy before and after on MNIST's test set and the held-out digits, so that forgetting is visible."""
    figures = figures_of(owner)
    if figures is None:
        return
    st.markdown(f"**Before and after** fine-tuning on {figures['learned']} of your digits")
    mnist, own = st.columns(2)
    _metric(mnist, "Accuracy on the MNIST test images", figures["mnist"])
    if figures["own"]:
        _metric(own, f"Accuracy on your {figures['judged']} held-out digits", figures["own"])
    else:
        own.caption(
            f"Too few held-out digits for an evaluation: {figures['judged']} of at least {FEWEST}. Save more digits."
        )


def _metric(place: st.delta_generator.DeltaGenerator, title: str, pair: Sequence[float]) -> None:
    before, after = pair
    change = f"{100 * (after - before):+.2f} points, from {100 * before:.2f} %"
    place.metric(title, percent(after), change)
