from __future__ import annotations

import numpy as np
import pytest

from core.preprocessing import timing
from core.preprocessing.steps import Centre


def test_the_fastest_call_counts_for_a_thousand_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.009, 1.0, 1.002, 2.0, 2.005])
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(clock))
    values = np.zeros((100, 28, 28), np.uint8)
    assert timing.milliseconds(Centre(), values, repeats=3) == pytest.approx(20)  # 2 ms for 100 are 20 ms for 1,000


def test_a_slow_step_is_timed_once() -> None:
    calls: list[int] = []
    timing.best_seconds(lambda: calls.append(1), repeats=3, enough=0)
    assert calls == [1]
