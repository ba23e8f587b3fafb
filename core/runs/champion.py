"""The model that answers when nobody names one: chosen by a person, for a reason, kept in MLflow's model registry."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from core.data.dataset import Dataset
from core.errors import InputError, RegistryError, UnknownRunError
from core.models.serving.shipped import shipped
from core.permissions import Actor, require, require_writable
from core.runs import artifacts
from core.runs.database import client, registry_errors
from core.runs.leaderboard import find
from core.runs.mlflow_model import MLMODEL, log_shipped
from core.runs.model_cache import model_folder
from core.runs.names import clean_name
from core.runs.run import Run
from core.temporary import temporary_folder

REGISTERED = "digit-lab"
ALIAS = "champion"
MAX_REASON = 500


@dataclass(frozen=True)
class Choice:
    """One time that somebody named a champion."""

    version: str
    run_id: str
    reason: str
    chosen_by: str
    at: datetime
    current: bool


def crown(run: Run, reason: str, *, actor: Actor) -> None:
    """Make a finished run the champion.

    Raises
    ------
    NotAllowedError
        The run is somebody else's.
    InputError
        Without a reason, or for a run that is not finished, or has no model that could answer.
    """
    require(actor, "crown", run.owner, what=run.name)
    if not run.finished:
        raise InputError(f"Only a finished run can be champion; {run.short_id} is {run.state.value}.")
    if not run.has_model:
        raise InputError(f"Only a model can be champion. {run.why_no_model}")
    if not reason.strip():
        raise InputError("Give a reason why this run becomes champion.")
    _complete(run)
    tags = {"run": run.run_id, "reason": reason.strip()[:MAX_REASON], "by": clean_name(actor.name)}
    with registry_errors():
        _ensure_registered()
        source, made = (_shipped_source(run), _made(run)) if run.shipped else (f"runs:/{run.run_id}/model", "")
        version = client().create_model_version(
            REGISTERED, source, None if run.shipped else run.run_id, tags={**tags, "shipped": made}
        )
        client().set_registered_model_alias(REGISTERED, ALIAS, version.version)


def _complete(run: Run) -> None:
    """Describe the model of a run that an older version wrote, so that MLflow loads it too."""
    with suppress(RegistryError):  # a model that is lost
        folder = model_folder(run)
        if not run.shipped and not (folder / MLMODEL).exists():
            with temporary_folder() as place:
                shutil.copytree(folder, place / artifacts.MODEL)
                artifacts.store(run.run_id, place)


def _made(run: Run) -> str:
    """Return which files a shipped model is of: a newer release replaces them."""
    return f"{run.run_id} {run.created.isoformat()}"


def _shipped_source(run: Run) -> str:
    """Return where MLflow finds a shipped model: where an earlier choice put the same files, else it is logged now."""
    for version in client().search_model_versions(f"name = '{REGISTERED}'"):
        if version.tags.get("shipped") == _made(run):
            return str(version.source)
    card = shipped()[run.run_id]
    return log_shipped(card.folder, card.specification, run.run_id)


def history() -> list[Choice]:
    """Return every choice of a champion, the newest first."""
    with registry_errors():
        if not _registered():
            return []
        current = _current_version()
        versions = client().search_model_versions(f"name = '{REGISTERED}'")
    choices = [
        Choice(
            version=str(version.version),
            run_id=version.tags.get("run", version.run_id or ""),
            reason=version.tags.get("reason", ""),
            chosen_by=version.tags.get("by", ""),
            at=datetime.fromtimestamp(version.creation_timestamp / 1000, UTC),
            current=str(version.version) == current,
        )
        for version in versions
    ]
    return sorted(choices, key=lambda choice: -int(choice.version))


def undo(*, actor: Actor) -> None:
    """Take back the newest choice, as who made it or an administrator: the one before it holds again, or none."""
    require_writable()
    choices = history()
    current = next((place for place, choice in enumerate(choices) if choice.current), None)
    if current is None:
        raise InputError("There is no champion to undo.")
    require(actor, "undo", choices[current].chosen_by, what="the choice of the champion")
    with registry_errors():
        if current + 1 < len(choices):
            client().set_registered_model_alias(REGISTERED, ALIAS, choices[current + 1].version)
        else:
            client().delete_registered_model_alias(REGISTERED, ALIAS)
        client().delete_model_version(REGISTERED, choices[current].version)


def champion(dataset: Dataset) -> Run | None:
    """Return the champion's run, or None where nobody was chosen or the run is gone."""
    choice = next((choice for choice in history() if choice.current), None)
    if choice is None:
        return None
    try:
        run = find(choice.run_id, dataset)
    except UnknownRunError:
        return None
    return run if run.has_model else None


def _registered() -> bool:
    return any(model.name == REGISTERED for model in client().search_registered_models(f"name = '{REGISTERED}'"))


def _ensure_registered() -> None:
    if not _registered():
        client().create_registered_model(REGISTERED, description="The champion models of Digit Lab")


def _current_version() -> str | None:
    model = client().get_registered_model(REGISTERED)
    return str(model.aliases[ALIAS]) if ALIAS in model.aliases else None
