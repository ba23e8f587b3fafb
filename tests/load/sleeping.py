"""A trial that sleeps where others fit, so that what a search costs besides its trials can be measured."""

from __future__ import annotations

import time
from typing import Any

from core.jobs.tuning.trial_evaluation import worker_name
from core.jobs.tuning.trial_reporter import TrialReporter
from core.ledger.lease import current_lease

SECONDS = 3.0
STEPS = 3


def run_trial(search_json: str, values: dict[str, Any]) -> dict[str, Any]:
    """Sleep, telling a score at each step; the accuracy depends on the values alone."""
    started, lease = time.time(), current_lease()
    assert lease is not None
    tell = TrialReporter(lease, waits=False)
    accuracy = 0.9 + 0.05 / (1.0 + abs(float(values["C"]) - 1.0))
    for step in range(1, STEPS + 1):
        time.sleep(SECONDS / STEPS)
        tell(step, accuracy * step / STEPS)
    score = {"accuracy": accuracy, "folds": [accuracy], "seconds": SECONDS, "pruned": False}
    return {"score": score, "started": started, "ended": time.time(), "worker": worker_name()}
