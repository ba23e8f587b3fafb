from __future__ import annotations

import time

from core.jobs.lease import Lease
from core.models.specification import Specification
from core.runs import registry
from core.runs.run import State
from tests.core.jobs.polling import until


def test_a_lease_is_renewed_for_as_long_as_the_work_lasts() -> None:
    run_id = registry.create(Specification.from_preset("logistic", "fast"), "f" * 16).run_id
    registry.enter(run_id, State.RUNNING)
    registry.renew_lease(run_id, seconds=0.01)
    with Lease(run_id, every=0.05):
        first = registry.get(run_id).lease
        until(lambda: registry.get(run_id).lease > first)
        assert registry.get(run_id).lease > time.time()
    assert registry.get(run_id).state is State.RUNNING
