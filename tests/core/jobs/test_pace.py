from __future__ import annotations

import pytest

from core.jobs.pace import MOST, Pace


def test_the_rest_takes_as_long_as_its_share_did() -> None:
    pace = Pace().heard(100.0, 0.2).heard(110.0, 0.4)
    assert pace.seconds_left(110.0) == pytest.approx(30.0)
    assert pace.seconds_left(115.0) == pytest.approx(25.0)


def test_nothing_is_said_before_there_are_two_reports() -> None:
    assert Pace().seconds_left(1.0) is None
    assert Pace().heard(1.0, 0.1).heard(2.0, 0.1).seconds_left(3.0) is None


def test_a_slow_beginning_is_forgotten() -> None:
    pace = Pace().heard(0.0, 0.01)
    for step in range(MOST + 5):  # a minute of compiling, then a hundredth a second
        pace = pace.heard(60.0 + step, 0.02 + 0.01 * step)
    assert pace.seconds_left(60.0 + MOST + 4) == pytest.approx((1 - 0.26) / 0.01)


def test_a_job_that_begins_again_has_a_new_pace() -> None:
    assert Pace().heard(0.0, 0.5).heard(10.0, 0.9).heard(20.0, 0.0).reports == ((20.0, 0.0),)
