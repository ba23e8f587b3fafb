from __future__ import annotations

from pathlib import Path

from core.data.sources import load_dataset
from core.runs import registry
from core.runs.leaderboard import predictions
from tests.benchmarks.crowd import fill


def test_runs_of_the_crowd_are_finished_and_no_two_alike(migrated: Path) -> None:
    fill(3)
    dataset, runs = load_dataset(), registry.all_runs()
    assert [run.finished and run.external for run in runs] == [True] * 3
    assert {run.fingerprint for run in runs} == {dataset.fingerprint}
    assert len({predictions(run, dataset).test.tobytes() for run in runs}) == 3
