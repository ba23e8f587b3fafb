"""Home folders that earlier versions wrote are opened by this one, wherever they are unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.data import own_digits
from core.data.sample import load_sample
from core.jobs.tuning.view import all_views
from core.ledger.states import State
from core.runs import artifacts, champion, registry
from core.runs.leaderboard import find, leaderboard
from core.runs.model_cache import predictor

HOMES = sorted(Path(__file__).parent.glob("home-*.zip"))


@pytest.fixture(params=HOMES, ids=lambda path: path.stem)
def old_home(request: pytest.FixtureRequest, home: Path) -> Path:
    with zipfile.ZipFile(request.param) as archive:
        archive.extractall(home)
    return home


def test_there_is_a_home_of_the_first_version() -> None:
    assert HOMES[0].name == "home-0.1.0.zip"
    assert all(path.stat().st_size < 200_000 for path in HOMES)


def test_everything_in_an_old_home_is_there(old_home: Path) -> None:
    dataset = load_sample()
    runs = {run.name: run for run in registry.all_runs()}
    first, failed = runs["the first"], runs["on other data"]
    assert (first.state, first.owner, first.tags, first.note) == (
        State.FINISHED, "ada", ("old",), "kept from version to version",
    )  # fmt: skip
    assert failed.state is State.FAILED and "holds other data" in failed.reason
    assert first.specification is not None and first.specification.experiment.limit == 300
    assert [run.name for run in leaderboard(list(runs.values()), dataset.fingerprint)] == ["the first"]

    stored = artifacts.predictions(first)
    np.testing.assert_allclose(predictor(first).predict_proba(dataset.test.images), stored.test, atol=1e-5)
    right = (stored.test.argmax(axis=1) == dataset.test.labels).mean()
    assert right == pytest.approx(first.metrics["test_accuracy"])
    native = first.specification.kind.load(artifacts.local(first, artifacts.NATIVE) / "logistic.skops")
    assert native.weights.shape[1] == 10 or native.weights.shape[0] == 10

    assert champion.champion(dataset) == find(first.run_id, dataset)
    (search,) = all_views()
    assert (search.name, search.state, len(search.trials)) == ("two trials", "finished", 2)
    assert search.best is not None and search.best.score is not None and search.best.score > 0.5
    (digit,) = own_digits.own_digits("ada")
    np.testing.assert_array_equal(digit.image, load_sample().train.images[0])


def test_an_old_home_can_be_written_to(old_home: Path) -> None:
    first = next(run for run in registry.all_runs() if run.name == "the first")
    registry.change(first.run_id, group="new")
    assert registry.get(first.run_id).group == "new"
    (old_home / "new.txt").write_text("stored by this version")
    artifacts.store(first.run_id, _folder_of(old_home / "new.txt"))
    assert (old_home / "artifacts" / first.run_id / "artifacts" / "new.txt").exists()


def _folder_of(file: Path) -> Path:
    folder = file.parent / "to_store"
    folder.mkdir()
    file.rename(folder / file.name)
    return folder
