"""The design's figures, in the run that takes their measure; by hand: `python -m pytest -m load -n 0 tests/load`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load.load import measure, report
from tests.load.visits import ACTIONS

SESSIONS, MINUTES = 20, 10.0
TIMES_THE_FLOOR = 2.0
MOST_MEGABYTES = 600
SHARE_OF_SPEED = 1 / 1.25


@pytest.mark.load
@pytest.mark.timeout(3600)
def test_twenty_people_at_work_while_a_network_trains(tmp_path: Path) -> None:
    ours, floor = measure(SESSIONS, MINUTES, tmp_path)
    told = report(ours, floor)
    assert not ours.errors, told
    assert max(megabytes for _, megabytes in ours.megabytes) < MOST_MEGABYTES, told
    ratios = {action: ours.percentile(action, 95) / floor.percentile(action, 95) for action in ACTIONS}
    assert all(ratio <= TIMES_THE_FLOOR for ratio in ratios.values()), told
    assert ours.images_per_second and floor.images_per_second, told
    assert ours.images_per_second >= SHARE_OF_SPEED * floor.images_per_second, told
