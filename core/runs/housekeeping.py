"""Names, notes, tags and the trash."""

from __future__ import annotations

import json
import shutil

from core.errors import InputError, RegistryError
from core.permissions import Actor, require
from core.runs import artifacts, checkpoints, registry
from core.runs.database import client, is_database, registry_errors
from core.runs.internals import delete_for_good
from core.runs.names import checked_name, clean_name, printable_text
from core.runs.registry import unused_name
from core.runs.run import Run
from core.settings import settings

MAX_NOTE = 5000
MAX_TAGS = 20


def rename(run: Run, name: str, *, actor: Actor) -> None:
    """Give a run another name: one printable line of at most 120 characters."""
    _require(actor, "rename", run)
    cleaned = checked_name(name)
    if not cleaned:
        raise InputError("A run's name needs at least one printable character.")
    with registry_errors():
        client().update_run(run.run_id, name=unused_name(cleaned, of=run.run_id))


def note(run: Run, text: str, *, actor: Actor) -> None:
    """Write a note on a run, at most 5,000 characters; MLflow shows it too."""
    _require(actor, "write a note on", run)
    if len(text) > MAX_NOTE:
        raise InputError(f"A note has at most {MAX_NOTE:,} characters; got {len(text):,}.")
    with registry_errors():
        client().set_tag(run.run_id, "mlflow.note.content", printable_text(text))


def tag(run: Run, tags: tuple[str, ...], *, actor: Actor) -> None:
    """Set all tags of a run, at most 20."""
    _require(actor, "tag", run)
    cleaned = tuple(dict.fromkeys(filter(None, (clean_name(entry)[:40] for entry in tags))))
    if len(cleaned) > MAX_TAGS:
        raise InputError(f"A run has at most {MAX_TAGS} tags; got {len(cleaned)}.")
    registry.change(run.run_id, labels=json.dumps(cleaned))


def delete(run: Run, *, actor: Actor) -> None:
    """Move a run to the trash; a run that is still at work is cancelled first, by its owner."""
    _require(actor, "delete", run)
    if run.state.active:
        raise InputError(f"Run {run.short_id} is {run.state.value}; cancel it first.")
    with registry_errors():
        client().delete_run(run.run_id)


def restore(run: Run, *, actor: Actor) -> str:
    """Bring a run back from the trash; returns what became of it, in a sentence.

    A run whose files are gone, as after a purge that did not end, says so.
    """
    _require(actor, "restore", run)
    with registry_errors():
        client().restore_run(run.run_id)
    try:
        artifacts.local(run, artifacts.PREDICTIONS)
    except RegistryError:
        lost = " Its files are gone, so it can only be looked at or deleted." if run.finished else ""
        return f"{run.name} was restored.{lost}"
    return f"{run.name} was restored."


def purge(*, actor: Actor) -> tuple[int, int]:
    """Empty the trash for good.

    Returns
    -------
    (int, int)
        How many runs went, and how many bytes of artefacts that freed.

    Raises
    ------
    NotAllowedError
        One of the runs in the trash is not the actor's to delete; nothing goes then.
    RegistryError
        With a tracking server, which only its own `mlflow gc` may empty.
    """
    runs = registry.all_runs(deleted=True)
    for run in runs:
        _require(actor, "purge", run)
    if not is_database(settings().tracking_uri):
        raise RegistryError("The trash of a tracking server is emptied on the server, with `mlflow gc`.")
    freed = 0
    for run in runs:
        folder = settings().artifacts / run.run_id
        freed += artifacts.disk_use(folder)
        with registry_errors():  # the run first: files without a run are only space, a run without files is a puzzle
            delete_for_good(client(), run.run_id)
        shutil.rmtree(folder, ignore_errors=True)
        checkpoints.remove(run.run_id)
    return len(runs), freed


def _require(actor: Actor, action: str, run: Run) -> None:
    require(actor, action, run.owner, what=run.name)
    if run.shipped:
        raise InputError(f"{run.name} is a shipped model and cannot be changed.")
