"""How a running trial tells its intermediate scores, and hears whether to go on: notes on the scheduler's board.

Workers need no way to the studies' database, and only the coordinator decides.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.jobs.cluster.claim import Noticeboard

if TYPE_CHECKING:
    from core.jobs.cluster.executor import Executor

REPORTS = "digitlab-trial-scores"
ANSWERS = "digitlab-trial-answers"
POLL_SECONDS = 0.1
ANSWER_SECONDS = 30.0


class Watch:
    """A worker's side: posts scores; where the search prunes, waits for the coordinator's word after each.

    Parameters
    ----------
    job_id : str
    waits : bool
        Whether to wait for an answer; a coordinator that is silent for half a minute means go on.
    """

    def __init__(self, job_id: str, *, waits: bool) -> None:
        from distributed import get_worker

        self._job_id, self._waits = job_id, waits
        self._board = Noticeboard(get_worker())
        self._scores: list[tuple[int, float]] = []

    def __call__(self, step: int, accuracy: float) -> bool:
        """Post the score of a step; returns whether to go on."""
        self._scores.append((step, accuracy))
        self._board.pin(REPORTS, self._job_id, self._scores)
        return not self._waits or self._answer(step)

    def _answer(self, step: int) -> bool:
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            answer = self._board.read(ANSWERS, self._job_id)
            if answer and answer[0] >= step:
                return bool(answer[1])
            time.sleep(POLL_SECONDS)
        return True


def posted(executor: Executor, job_id: str) -> list[tuple[int, float]]:
    """Return the scores that a running trial has told so far, as (step, accuracy)."""
    return [(int(step), float(score)) for step, score in executor.note(REPORTS, job_id) or ()]


def answer(executor: Executor, job_id: str, step: int, go_on: bool) -> None:
    """Say whether a trial goes on after a step."""
    executor.pin(ANSWERS, job_id, [step, go_on])


def wipe(executor: Executor, job_id: str) -> None:
    """Take a trial's notes off the board."""
    for board in (REPORTS, ANSWERS):
        executor.pin(board, job_id, None)
