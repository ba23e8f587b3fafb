"""A clock that jumps, as after a laptop's sleep or a correction, ends no living job and loses no result."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.jobs.recovery import recover
from core.ledger.states import State
from core.runs import registry
from tests.core.jobs.polling import until
from tests.faults.conftest import assert_whole
from tests.faults.servers import PROJECT, QUEUE, lines, serving

CLOCK = """
import os, time
_true = time.time

def _shifted():
    try:
        with open(os.environ["CLOCK_FILE"]) as file:
            return _true() + float(file.read() or 0)
    except OSError:
        return _true()

time.time = _shifted
"""
"""Read by Python when it starts, as `sitecustomize`: every process of the server has this clock."""


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seconds", [300, -300])
def test_a_training_outlives_a_jump_of_the_clock(seconds: int, tmp_path: Path, migrated: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(CLOCK)
    clock = tmp_path / "clock"
    clock.write_text("0")
    path = os.pathsep.join((str(tmp_path), str(PROJECT)))
    with serving(QUEUE, "cnn:2000:1", "logistic:300:2", PYTHONPATH=path, CLOCK_FILE=str(clock)) as server:
        at_work, waiting = lines(server, 2)
        until(lambda: (found := registry.get(at_work)).progress and found.progress.fraction > 0.05, 300)
        clock.write_text(str(seconds))
        for _ in range(3):
            recover()
            assert registry.get(at_work).state is State.RUNNING
        until(lambda: not any(registry.get(run_id).state.active for run_id in (at_work, waiting)), 400)
    for run_id in (at_work, waiting):
        assert_whole(registry.get(run_id))
