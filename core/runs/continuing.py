"""Going on with a finished training: the same network and preprocessing, for more epochs or with other settings."""

from __future__ import annotations

from collections.abc import Iterable

from core.errors import InputError
from core.ledger.states import State
from core.models.specification import Specification
from core.runs import checkpoints
from core.runs.run import Run


def continued(parent: Run, settings: Iterable[str] = ()) -> Specification:
    """Return the training that goes on from a run's network, with `name=value` settings changed.

    Raises
    ------
    InputError
        The run is none of a network, or is not finished.
    ParameterError
        For an unknown parameter, or a value out of range.
    """
    specification = parent.trained_as
    if specification is None or not specification.kind.continues:
        raise InputError(f"{parent.name} cannot be continued; only a network can. Train a new run instead.")
    if not parent.finished:
        raise InputError(f"{parent.name} cannot be continued, as it is {parent.state}; only a finished run can.")
    parameters = specification.checked_parameters().changed(settings).model_dump()
    return specification.anew(parameters=parameters, parent=parent.run_id)


def resumable(run: Run) -> bool:
    """Return whether a training was interrupted after an epoch that this machine has kept.

    One that fails has no epoch kept, unless it was to be resumed and could not be started.
    """
    ended = run.state in (State.INTERRUPTED, State.FAILED) and not run.deleted
    return ended and run.trained_as is not None and checkpoints.exists(run.run_id)


def require_resumable(run: Run) -> None:
    """Raise InputError where a run cannot go on from its own last epoch."""
    if not resumable(run):
        raise InputError(
            f"{run.name} cannot be resumed: only a network can whose training was interrupted after its first epoch, "
            "on the machine that trained it. Train it again."
        )
