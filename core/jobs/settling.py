"""How a training has ended, written from the ledger into its run."""

from __future__ import annotations

from core.ledger.current import ledger
from core.ledger.states import State
from core.runs import artifacts, checkpoints, registry
from core.runs.run import Run


def cancel_unfinished(run: Run) -> bool:
    """Cancel a training of this process, whatever moment it was interrupted in; False for one that had finished."""
    if registry.get(run.run_id).state.active:
        if ledger().record(run.run_id) is None:
            ledger().add(run.run_id, "training", run.owner)
        if ledger().end(run.run_id, State.CANCELLED, "Cancelled by its owner."):
            settle(run.run_id)
    return registry.get(run.run_id).state is State.CANCELLED


def settle(run_id: str) -> None:
    """Write into a run how its job has ended, as the ledger says; changes nothing while the job is to end.

    What an interrupted or cancelled run had stored is deleted, unless its process may still live on another machine;
    of an interrupted one the history of its epochs stays.
    """
    job = ledger().record(run_id)
    if job is None or job.state.active:
        return
    reason = job.reason
    if job.state is State.CANCELLED:
        artifacts.discard(run_id)
        checkpoints.remove(run_id)
    elif job.state is State.INTERRUPTED and ledger().surely_gone(job):
        artifacts.discard(run_id, keep=(artifacts.HISTORY,))
    if job.state is State.INTERRUPTED:
        specification = registry.get(run_id).specification
        kept = "resume it from its last epoch, or " if checkpoints.exists(run_id) else ""
        parent = ", or continue from the parent run" if specification and specification.parent else ""
        reason = f"{job.reason.rstrip('.')}; {kept}train again{parent}."
    registry.enter(run_id, job.state, reason=reason)
    ledger().settle(run_id)
