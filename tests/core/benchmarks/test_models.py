from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.benchmarks.models import _error_row


@pytest.mark.parametrize(("accuracy", "reached"), [(0.9943, True), (0.9944, True), (0.9942, False)])
def test_an_error_that_is_just_the_reach_counts_as_reached(accuracy: float, reached: bool) -> None:
    run = SimpleNamespace(metrics={"test_accuracy": accuracy})
    assert _error_row("SVM", [run], "test", 0.0057).reached is reached
