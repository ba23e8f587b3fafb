from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

from core.data.sample import load_sample
from core.jobs.estimate import _two_unknowns, duration, estimate, expected_seconds, shipped_seconds
from core.jobs.hardware import environment
from core.ledger.states import State
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.runs.run import Progress, Run
from core.runs.shipped import shipped_runs

SPECIFICATION = Specification.from_preset("cnn", "fast")


def run_of(specification: Specification, total: float, **changes: Any) -> Run:
    run = Run(
        run_id="a" * 32, name="", model=specification.model, state=State.FINISHED, owner="", fingerprint="", key="",
        created=datetime.now(UTC), specification=specification, seconds={"total": total}, environment=environment(),
    )  # fmt: skip
    return replace(run, **changes)


def limited(model: str, limit: int, *settings: str) -> Specification:
    return Specification.from_preset(model, "fast", settings=settings, experiment=Experiment(limit=limit))


def test_nothing_comparable_is_said_to_be_unknown() -> None:
    assert estimate(SPECIFICATION, []).seconds is None
    assert "no similar training has run" in estimate(SPECIFICATION, []).in_words


def test_the_median_of_equal_runs_counts() -> None:
    runs = [run_of(SPECIFICATION, seconds) for seconds in (20, 30, 70)]
    assert estimate(SPECIFICATION, runs).seconds == pytest.approx(30)
    assert estimate(SPECIFICATION, runs).based_on == 3


def test_more_images_take_longer_by_the_kind_s_power() -> None:
    half = SPECIFICATION.model_copy(update={"experiment": Experiment(limit=27_500)})
    assert estimate(SPECIFICATION, [run_of(half, 10)]).seconds == pytest.approx(20)


def test_judging_takes_as_long_for_any_size_and_data_is_loaded_once() -> None:
    half = SPECIFICATION.model_copy(update={"experiment": Experiment(limit=27_500)})
    run = run_of(half, 0, seconds={"load": 4.0, "fit": 10.0, "total": 29.0})
    assert estimate(SPECIFICATION, [run]).seconds == pytest.approx(2 * 10 + 15)


def test_several_sizes_tell_what_does_not_grow() -> None:
    """A fit of 6 s and 1 ms an image, known at two sizes, is foretold at a third."""
    runs = [run_of(limited("cnn", size), 6 + size / 1000) for size in (2000, 20_000)]
    assert estimate(limited("cnn", 8000), runs).seconds == pytest.approx(14)


def test_before_anything_has_run_the_shipped_model_tells_the_time_scaled_to_the_work() -> None:
    shipped = replace(run_of(SPECIFICATION, 100), shipped=True, seconds={"fit": 100.0}, environment={})
    assert shipped_seconds(SPECIFICATION, [shipped]) == pytest.approx(100)
    assert shipped_seconds(limited("cnn", 5500), [shipped]) == pytest.approx(10)
    assert shipped_seconds(Specification.from_preset("svm", "fast"), [shipped]) is None
    assert shipped_seconds(SPECIFICATION, [run_of(SPECIFICATION, 100)]) is None


@pytest.mark.parametrize("model", ["svm", "forest"])
def test_a_model_that_shipped_before_a_parameter_was_added_still_tells_the_time_of_its_preset(model: str) -> None:
    runs = shipped_runs(load_sample())
    told = shipped_seconds(Specification.from_preset(model, "reference"), runs)
    assert told == pytest.approx(next(run for run in runs if run.model == model).seconds["fit"])


def test_a_training_with_a_teacher_tells_nothing_of_one_without() -> None:
    taught = SPECIFICATION.model_copy(update={"teacher": "svm"})
    assert estimate(SPECIFICATION, [run_of(taught, 100)]).seconds is None
    assert estimate(taught, [run_of(taught, 100)]).seconds == pytest.approx(100)


def test_a_size_far_from_all_that_ran_is_said_to_be_unknown() -> None:
    told = estimate(SPECIFICATION, [run_of(limited("cnn", 2000), 10)])
    assert told.seconds is None
    assert "much larger or smaller" in told.in_words


def test_another_machine_data_set_recipe_or_cost_does_not_count() -> None:
    run = run_of(SPECIFICATION, 10)
    assert estimate(SPECIFICATION, [replace(run, environment={"processor": "other", "cores": 64})]).seconds is None
    assert estimate(SPECIFICATION, [run], fingerprint="another").seconds is None
    assert estimate(Specification.from_preset("svm", "fast"), [run]).seconds is None
    assert estimate(SPECIFICATION, [replace(run, reason="Stopped early on request")]).seconds is None
    costly = run_of(limited("svm", 5000, "C=100"), 10)
    assert estimate(limited("svm", 5000), [costly]).seconds is None


def test_what_is_left_of_a_running_training() -> None:
    running = run_of(SPECIFICATION, 0, state=State.RUNNING, progress=Progress(0.75, "", 0.0))
    assert expected_seconds(running, [run_of(SPECIFICATION, 40)]).seconds == pytest.approx(10)


@given(st.lists(st.tuples(st.floats(0.1, 10), st.floats(0.1, 10)), min_size=2, max_size=6))
def test_the_line_is_scipy_s(rows: list[tuple[float, float]]) -> None:
    table, targets = np.array(rows), np.ones(len(rows))
    found = np.array(_two_unknowns(table, targets))
    assert (found >= 0).all()
    best = nnls(table, targets)[1]
    assert np.linalg.norm(table @ found - targets) == pytest.approx(best, abs=1e-6)


def test_nine_of_ten_are_within_a_factor_of_one_and_a_half() -> None:
    """Synthetic trainings whose cost is known: a start, a share an image, a noise of a fifth, at drawn sizes."""
    rng = np.random.default_rng(0)
    start = {"cnn": 8.0, "forest": 1.0, "svm": 0.5, "logistic": 1.0, "knn": 0.2}
    an_image = {"cnn": 2e-3, "forest": 8e-4, "svm": 2e-6, "logistic": 5e-4, "knn": 5e-4}
    runs: list[Run] = []
    factors = []
    for _ in range(200):
        model = str(rng.choice(list(start)))
        size = int(np.exp(rng.uniform(np.log(1000), np.log(55_000))))
        specification = limited(model, size)
        power = 1.7 if model == "svm" else 1.0
        fit = (start[model] + an_image[model] * size**power) * np.exp(rng.normal(0, 0.2))
        guess = estimate(specification, runs).seconds
        if guess is not None:
            factors.append(max(guess / (fit + 5), (fit + 5) / guess))
        runs.insert(0, run_of(specification, 0, seconds={"fit": fit, "total": fit + 5}))
    assert len(factors) > 150
    assert np.quantile(factors, 0.9) < 1.5


@pytest.mark.parametrize(("seconds", "said"), [(3.2, "3 s"), (200, "3 min"), (7000, "1.9 h")])
def test_time_spans_are_said_as_people_do(seconds: float, said: str) -> None:
    assert duration(seconds) == said
