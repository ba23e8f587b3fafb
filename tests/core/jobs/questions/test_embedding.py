from __future__ import annotations

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import DataError, ParameterError
from core.jobs.questions import embedding
from core.models.kind import Silent
from core.preprocessing.recipe import RECIPES


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.sources.load_dataset", load_sample)


def test_tsne_keeps_two_far_groups_apart() -> None:
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.normal(0, 1, (40, 30)), rng.normal(20, 1, (40, 30))]).astype(np.float32)
    places = embedding.tsne(rows)
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distances, np.inf)

    assert places.shape == (80, 2) and places.dtype == np.float32
    np.testing.assert_array_equal(distances.argmin(axis=1) < 40, np.arange(80) < 40)


def test_a_job_lays_out_the_mapped_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "tsne", lambda rows, verbose: rows[:, :2])
    question = embedding.question(RECIPES["raw"], "validation", 500, load_sample().fingerprint)
    assert embedding.run(*question.arguments)["places"].shape == (500, 2)


def test_scikit_learn_still_prints_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[float, str]] = []

    class Listener(Silent):
        def report(self, fraction: float, message: str, **more: object) -> None:
            heard.append((fraction, message))

    monkeypatch.setattr(embedding, "monitor_of_job", Listener)
    question = embedding.question(RECIPES["raw"], "validation", 200, load_sample().fingerprint)
    embedding.run(*question.arguments)
    assert heard[0] == (50 / 600, "iteration 50 of 600")
    assert [fraction for fraction, _ in heard] == sorted({fraction for fraction, _ in heard})


def test_a_worker_with_other_data_refuses() -> None:
    with pytest.raises(DataError, match=r"has other data \(sample\)"):
        embedding.run(RECIPES["raw"].model_dump_json(), "test", 500, "0" * 16)


@pytest.mark.parametrize("limit", [199, 5001])
def test_the_number_of_dots_has_a_range(limit: int) -> None:
    with pytest.raises(ParameterError, match=rf"`limit` must be between 200 and 5,000; got {limit:,}\."):
        embedding.mapped(load_sample(), "test", limit)


def test_there_are_three_splits() -> None:
    with pytest.raises(ParameterError, match=r"`split` must be one of train, validation, test; got all\."):
        embedding.named(load_sample(), "all")
