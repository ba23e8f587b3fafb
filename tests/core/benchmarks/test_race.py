from __future__ import annotations

import numpy as np
import pytest

from core.benchmarks import race
from core.benchmarks.start_line import Finish, run_ours
from core.data.sample import load_sample
from core.errors import TrainingError


def test_the_clock_stops_at_the_first_epoch_that_meets_the_target() -> None:
    finish = Finish()
    finish.report(0.1, "begun")
    finish.report(0.3, "epoch 1", step=1, metrics={"validation_accuracy": 0.95})
    assert not finish.stop_requested()
    finish.report(0.6, "epoch 2", step=2, metrics={"validation_accuracy": 0.991})
    reached = finish.at
    finish.judged(0.999)
    assert (finish.best, finish.at, finish.stop_requested()) == (0.991, reached, True)


def test_a_kind_runs_from_data_to_accuracy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.sources.load_dataset", load_sample)
    finish = run_ours("fourier", "instant", 0)
    assert 0.9 < finish.best < 1
    assert finish.at > 0


def test_seconds_stand_beside_the_peers_seed_by_seed() -> None:
    row = race.row_of("svm", "instant", [(4.0, 0.992), (6.0, 0.991)], [(80.0, 0.99), (60.0, 0.991)])
    np.testing.assert_allclose(row.ratios, [0.05, 0.1])
    assert row.what == "Support vector machine, instant: process start to 99.0 %"
    assert row.note == "validation accuracy 99.10 to 99.20 %"
    assert row.reached is True


def test_a_kind_that_misses_the_target_tells_its_accuracy() -> None:
    row = race.row_of("forest", "default", [(40.0, 0.985), (44.0, 0.986)], [(80.0, 0.99)] * 2)
    assert (row.unit, list(row.ours), row.reached) == ("share", [0.985, 0.986], False)
    assert row.note == "99.0 % missed with 2 of 2 seeds after 42.0 s"


def test_a_process_that_fails_is_told() -> None:
    with pytest.raises(TrainingError, match=r"process of svm nowhere 0 failed: .*has no preset 'nowhere'"):
        race.timed(["svm", "nowhere", "0"])
