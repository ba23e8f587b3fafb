"""Pruners end what falls behind, and only that; samplers ask what they promise."""

from __future__ import annotations

import optuna
import pytest
from optuna.trial import TrialState

from core.jobs.tuning.strategy import pruner_of, sampler_of
from tests.core.jobs.searching import small_search

STEPS = (1, 3, 9)


def states(pruner: str, scores: list[float], seed: int = 0) -> list[TrialState]:
    """Let trials report a constant score each, step by step, until they are told to end."""
    search = small_search(pruner=pruner, seed=seed)
    study = optuna.create_study(direction="maximize", pruner=pruner_of(search), study_name="mine")
    for score in scores:
        trial = study.ask()
        for step in STEPS:
            trial.report(score, step)
            if trial.should_prune():
                study.tell(trial, state=TrialState.PRUNED)
                break
        else:
            study.tell(trial, score)
    return [trial.state for trial in study.trials]


@pytest.mark.parametrize("pruner", ["median", "hyperband"])
def test_a_trial_that_falls_behind_good_ones_is_ended(pruner: str) -> None:
    found = states(pruner, [0.9] * 12 + [0.1] * 12)
    assert TrialState.PRUNED in found[12:]
    assert set(found[:12]) == {TrialState.COMPLETE}


def test_the_median_ends_every_worse_trial_and_no_better_one() -> None:
    assert states("median", [0.5, 0.6, 0.7, 0.8, 0.1, 0.9]) == [TrialState.COMPLETE] * 4 + [
        TrialState.PRUNED,
        TrialState.COMPLETE,
    ]


def test_without_a_pruner_every_trial_runs_to_its_end() -> None:
    assert set(states("none", [0.9] * 12 + [0.1] * 12)) == {TrialState.COMPLETE}


def asked(sampler: str, numbers: range, seed: int = 0, trials: int = 9) -> list[float]:
    search = small_search("C=0.01:10", sampler=sampler, seed=seed, trials=trials)
    found = []
    for number in numbers:
        study = optuna.create_study(sampler=sampler_of(search, number, trials))
        found.append(search.space.suggest(study.ask())["C"])
    return found


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_a_search_that_goes_on_asks_for_the_trials_that_were_left(sampler: str) -> None:
    whole = asked(sampler, range(6))
    assert whole[3:] == asked(sampler, range(3, 6))
    assert len(set(whole)) == 6
    assert whole != asked(sampler, range(6), seed=1)
