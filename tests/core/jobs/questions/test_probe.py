from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import DataError
from core.jobs.questions import probe
from core.jobs.questions.kept import Answer
from core.preprocessing.recipe import RECIPES


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.sources.load_dataset", load_sample)


def answered(predictions: np.ndarray) -> Answer:
    figures = {"numbers": 784, "explained": 1.0, "preparing_ms": 20.0, "seconds": 1.5}
    return {"predictions": predictions, **{name: np.array(value) for name, value in figures.items()}}


def test_a_probe_reads_every_validation_image() -> None:
    question = probe.question(RECIPES["deskewed"], "neighbours", 1000, load_sample().fingerprint)
    answer = probe.run(*question.arguments)
    table = probe.probe_table(load_sample().validation.labels, {"Deskewed": answer})

    row = table.iloc[0]
    assert (row["images"], row["numbers"], row["explained"]) == (500, 784, 1)
    assert 0.85 < row["low"] < row["accuracy"] < row["high"] < 1
    assert row["correct"] == (answer["predictions"] == load_sample().validation.labels).sum()


def test_a_worker_with_other_data_refuses() -> None:
    with pytest.raises(DataError, match=r"has other data \(sample\)"):
        probe.run(RECIPES["raw"].model_dump_json(), "neighbours", 1000, "0" * 16)


def test_the_images_are_always_the_same_and_keep_the_shares() -> None:
    train = load_sample().train
    chosen = probe.few(train, 1000)
    np.testing.assert_array_equal(chosen, probe.few(train, 1000))
    np.testing.assert_array_equal(np.bincount(train.labels[chosen]), [100] * 10)
    assert len(probe.few(train, 10**6)) == len(train)


def test_the_interval_is_wilsons() -> None:
    """90 of 100: 82.6 to 94.5 %, as statsmodels computes."""
    labels = np.zeros(100, np.uint8)
    predictions = np.repeat(np.array([0, 1], np.uint8), [90, 10])
    row = probe.probe_table(labels, {"raw": answered(predictions)}).iloc[0]
    assert (row["accuracy"], row["low"], row["high"]) == pytest.approx((0.9, 0.8256, 0.9448), abs=1e-4)


def test_the_verdict_names_direction_and_interval() -> None:
    labels = np.zeros(1000, np.uint8)
    raw, better, same = (np.repeat(np.array([1, 0], np.uint8), [wrong, 1000 - wrong]) for wrong in (100, 40, 98))
    told = probe.verdicts(labels, {"raw": answered(raw), "deskewed": answered(better), "blurred": answered(same)})

    assert len(told) == 2
    assert told[0].startswith("**deskewed** is 6.0 points better than **raw** (between +4")
    assert told[1].startswith("No significant difference between **blurred** and **raw**: +0.2 points")


def test_recipe_judge_size_and_data_make_the_question() -> None:
    recipe, other = RECIPES["raw"], RECIPES["deskewed"]
    keys = {
        probe.question(*arguments).key
        for arguments in (
            (recipe, "linear", 1000, "a"), (other, "linear", 1000, "a"), (recipe, "neighbours", 1000, "a"),
            (recipe, "linear", 2000, "a"), (recipe, "linear", 1000, "b"),
        )
    }  # fmt: skip
    assert len(keys) == 5
    assert replace(probe.question(recipe, "linear", 1000, "a")).key in keys
