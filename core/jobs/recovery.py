"""Recovery after a death, an act of its own: servers repeat it, commands that list or start jobs begin with it."""

from __future__ import annotations

from core.jobs.settling import settle
from core.ledger.current import ledger
from core.settings import settings


def recover() -> None:
    """Give up the jobs whose process has died, and write into the runs how their jobs have ended.

    A training, trial or search that may be queued again waits for a server that adopts it. Changes nothing where this
    installation is read-only.

    Raises
    ------
    RegistryError
        The ledger or the run registry cannot be used.
    """
    if settings().readonly:
        return
    ledger().recover()
    for job in [*ledger().records(kind="training"), *ledger().records(kind="import")]:
        if not job.state.active and not job.settled:
            settle(job.id)
