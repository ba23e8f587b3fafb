from __future__ import annotations

import optuna
import pandas as pd
import pytest

from core.charts import tuning

optuna.logging.set_verbosity(optuna.logging.WARNING)


def searched(trials: int) -> optuna.Study:
    """A search whose first trial failed, for the figures."""
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=3))
    study.tell(study.ask(), state=optuna.trial.TrialState.FAIL)
    for _ in range(trials):
        trial = study.ask()
        score = (
            0.9 - 0.01 * abs(trial.suggest_float("C", 0.1, 10, log=True) - 1) + trial.suggest_int("degree", 1, 3) / 99
        )
        trial.report(score, 1)
        study.tell(trial, score)
    return study


def drawn(trials: int) -> optuna.Study:
    return tuning.finished_study(searched(trials).trials)


def test_trials_keep_their_numbers_beside_one_that_failed_and_scores_are_percent():
    study, shown = searched(3), drawn(3)
    assert shown.best_trial.number == study.best_trial.number
    assert shown.best_value == pytest.approx(100 * study.best_value)
    assert shown.best_trial.intermediate_values[1] == pytest.approx(100 * study.best_value)
    assert study.best_value < 1


def test_the_history_ends_at_the_best():
    study = drawn(6)
    figure = tuning.history(study)
    best = next(trace for trace in figure.data if trace.name == "Best Value")
    assert max(best.y) == pytest.approx(study.best_value)
    assert figure.layout.yaxis.title.text == "Validation accuracy (%)"
    assert figure.data[-1].name == f"Best: trial {study.best_trial.number}"
    assert figure.data[-1].y[0] == study.best_value
    assert all(figure.data[-1].marker.size > (trace.marker.size or 0) for trace in figure.data[:-1])


def test_scores_are_percent_in_every_figure():
    study = drawn(8)
    values = [trial.value for trial in study.trials if trial.value is not None]
    parallel = tuning.parallel_coordinates(study)
    best, worst = (f"{end(values):.1f}" for end in (max, min))
    assert {text.text for text in parallel.layout.annotations if text.x == 0} >= {best, worst}
    (boldest,) = [trace for trace in parallel.data if trace.line.width == 5]
    assert boldest.customdata[0][1] == f"{study.best_value:.3g}"
    contour = tuning.contour(study, "C", "degree")
    assert contour.data[0].colorbar.title.text == "Validation accuracy (%)"
    assert contour.data[-1].x[0] == study.best_params["C"]
    assert sum(tuning.importances(study).data[0].x) == pytest.approx(100)


@pytest.mark.parametrize(
    "draw",
    [tuning.history, tuning.parallel_coordinates, tuning.slices, tuning.importances,
     lambda study: tuning.contour(study, "C", "degree"), lambda study: tuning.intermediate_scores(study, "Epoch")],
)  # fmt: skip
def test_every_figure_says_so_when_there_is_too_little_and_draws_when_there_is_enough(draw):
    empty = draw(drawn(0))
    assert len(empty.data) == 0 and empty.layout.annotations[0].text
    full = draw(drawn(8))
    assert len(full.data) > 0
    assert full.layout.paper_bgcolor or full.layout.template.layout.paper_bgcolor == "rgba(0, 0, 0, 0)"


def test_the_timeline_has_a_bar_a_trial_on_its_worker():
    rows = pd.DataFrame(
        {"number": [0, 1, 2], "state": ["complete", "pruned", "running"], "worker": ["a 1", "b 2", ""],
         "started": [100.0, 101.0, None], "ended": [104.0, 103.0, None]}
    )  # fmt: skip
    figure = tuning.worker_timeline(rows)
    assert [(tuple(bar.y), tuple(bar.x), tuple(bar.base)) for bar in figure.data] == [
        (("a 1",), (4.0,), (0.0,)),
        (("b 2",), (2.0,), (1.0,)),
    ]


def test_strategies_are_lines_of_the_best_so_far():
    table = pd.DataFrame({"trials": [1, 2], "seconds": [3.0, 5.0], "best": [0.9, 0.95]})
    figure = tuning.best_so_far({"one": table, "none": table.iloc[:0]})
    assert tuple(figure.data[0].y) == (90.0, 95.0)
    assert tuple(tuning.best_so_far({"one": table}, "trials").data[0].x) == (1, 2)


def test_a_curve_has_training_beside_validation():
    table = pd.DataFrame({"value": [100, 1000], "training": [1.0, 0.99], "validation": [0.8, 0.9]})
    figure = tuning.scores_against(table, "Training images", log=True)
    assert [trace.name for trace in figure.data] == ["Training", "Validation"]
    assert figure.layout.xaxis.type == "log"
    assert tuning.scores_against(table.iloc[:0], "x").layout.annotations
