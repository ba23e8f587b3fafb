"""How a running trial tells its intermediate scores, and hears whether to go on: through its record in the ledger.

Workers need no way to the studies' database, and only the coordinator decides.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Collection

from core.errors import RegistryError
from core.ledger.current import ledger
from core.ledger.lease import Lease

POLL_SECONDS = 0.1
ANSWER_SECONDS = 30.0

logger = logging.getLogger(__name__)


class TrialReporter:
    """A worker's side: stores scores; where the search prunes, waits for the coordinator's answer to each.

    Parameters
    ----------
    lease : Lease
        Of the trial's job.
    waits : bool
        Whether to wait for an answer; a coordinator that is silent for half a minute means go on.
    """

    def __init__(self, lease: Lease, *, waits: bool) -> None:
        self._lease, self._waits = lease, waits
        self._scores: list[tuple[int, float]] = []

    def __call__(self, step: int, accuracy: float) -> bool:
        """Store the score of a step; returns whether to go on, as where it cannot be stored: the next one brings it."""
        self._scores.append((step, accuracy))
        try:
            self._lease.report(scores=self._scores)
        except RegistryError as error:
            logger.warning("The score of step %d was not stored: %s", step, error)
            return True
        return not self._waits or self._answer(step)

    def _answer(self, step: int) -> bool:
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            job = self._lease.record()
            answer = json.loads(job.request) if job and job.request else None
            if answer and answer[0] >= step:
                return bool(answer[1])
            time.sleep(POLL_SECONDS)
        return True


def reported(job_ids: Collection[str]) -> dict[str, list[tuple[int, float]]]:
    """Return the scores that trials have told so far, as (step, accuracy), by job; asked for all at once."""
    jobs = ledger().records(ids=job_ids) if job_ids else []
    return {job.id: [(int(step), float(score)) for step, score in job.progress.get("scores", ())] for job in jobs}


def answer(job_id: str, step: int, go_on: bool) -> None:
    """Say whether a trial goes on after a step."""
    ledger().request(job_id, json.dumps([step, go_on]))
