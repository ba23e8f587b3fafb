from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.jobs.estimate import duration, estimate
from core.jobs.hardware import environment
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.runs.run import Run, State

SPECIFICATION = Specification.from_preset("cnn", "fast")


def run_of(specification: Specification, seconds: float) -> Run:
    return Run(
        run_id="a" * 32, name="", model=specification.model, state=State.FINISHED, owner="", fingerprint="", key="",
        created=datetime.now(UTC), specification=specification, seconds={"total": seconds}, environment=environment(),
    )  # fmt: skip


def test_nothing_comparable_is_said_to_be_unknown() -> None:
    assert estimate(SPECIFICATION, []).seconds is None
    assert "unknown" in estimate(SPECIFICATION, []).in_words


def test_the_median_of_equal_runs_counts() -> None:
    runs = [run_of(SPECIFICATION, seconds) for seconds in (20, 30, 70)]
    assert estimate(SPECIFICATION, runs).seconds == pytest.approx(30)
    assert estimate(SPECIFICATION, runs).based_on == 3


def test_more_images_take_longer_by_the_kind_s_power() -> None:
    half = SPECIFICATION.model_copy(update={"experiment": Experiment(limit=27_500)})
    assert estimate(SPECIFICATION, [run_of(half, 10)]).seconds == pytest.approx(20)


def test_another_machine_or_recipe_does_not_count() -> None:
    run = run_of(SPECIFICATION, 10)
    assert estimate(SPECIFICATION, [replace(run, environment={"processor": "other", "cores": 64})]).seconds is None
    assert estimate(Specification.from_preset("svm", "fast"), [run]).seconds is None


@pytest.mark.parametrize(("seconds", "said"), [(3.2, "3 s"), (200, "3 min"), (7000, "1.9 h")])
def test_time_spans_are_said_as_people_do(seconds: float, said: str) -> None:
    assert duration(seconds) == said
