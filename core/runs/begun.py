"""The job of a run that is made in this process: entered into the ledger and started, or the run has failed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from core.errors import RegistryError
from core.ledger.current import ledger
from core.ledger.lease import Lease
from core.ledger.states import State
from core.runs import registry
from core.runs.run import Run

if TYPE_CHECKING:
    from core.ledger.store import Kind


def begin_here(run: Run, kind: Kind) -> Lease | None:
    """Start the job of a queued run in this process; None where another process has started it.

    Raises
    ------
    RegistryError
        The ledger cannot be used; the run has failed then, and is not left queued.
    """
    try:
        ledger().add(run.run_id, kind, run.owner)
        return ledger().start(run.run_id)
    except RegistryError as error:
        with suppress(RegistryError):
            ledger().end(run.run_id, State.FAILED, str(error))
        registry.enter(run.run_id, State.FAILED, reason=str(error))
        raise
