"""The design's figures, in the run that takes their measure; by hand: `python -m pytest -m load -n 0 tests/load`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load.load import measure
from tests.load.phase import misses, report

SESSIONS, MINUTES = 20, 10.0


@pytest.mark.load
@pytest.mark.timeout(3600)
def test_twenty_people_at_work_while_a_network_trains(tmp_path: Path) -> None:
    ours, floor = measure(SESSIONS, MINUTES, tmp_path)
    assert not misses(ours, floor), "\n" + report(ours, floor)
