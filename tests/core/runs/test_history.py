"""What a training keeps of each epoch: half precision, at most 5 MB, whole after a kill."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import RegistryError
from core.evaluation.forgetting import accuracies
from core.ledger.states import State
from core.models.specification import Specification
from core.runs import artifacts, history, registry
from core.runs.history import MOST_BYTES, HistoryWriter, apart
from core.runs.run import Run


def scores(step: int, images: int = 4) -> np.ndarray:
    return np.random.default_rng(step).normal(size=(images, 10)).astype(np.float32)


@pytest.fixture
def run(migrated: Path) -> Run:
    return registry.create(Specification.from_preset("cnn", "fast"), "f" * 16)


def ended(run: Run, state: State = State.FINISHED) -> Run:
    registry.enter(run.run_id, state)
    return registry.get(run.run_id)


def test_every_step_is_stored_as_probabilities_in_half_precision(run: Run) -> None:
    writer = HistoryWriter(run.run_id, "epochs")
    for step in (1, 2, 3):
        writer.keep(step, 3, lambda step=step: scores(step))
    kept = history.load(ended(run))
    assert kept is not None and kept.unit == "epochs"
    assert kept.steps.tolist() == [1, 2, 3]
    assert kept.probabilities.dtype == np.float16
    powers = np.exp(scores(2).astype(np.float64))
    np.testing.assert_allclose(kept.probabilities[1], powers / powers.sum(axis=1, keepdims=True), atol=1e-3)


def test_what_was_stored_survives_the_end_of_a_run_that_did_not_finish(run: Run, home: Path) -> None:
    HistoryWriter(run.run_id, "epochs").keep(1, 8, lambda: scores(1))
    folder = home / "artifacts" / run.run_id / "artifacts"
    (folder / "model").mkdir()
    (folder / artifacts.HISTORY / "00000002.npy.0f.part").write_bytes(b"half")  # of a process that was killed
    artifacts.discard(run.run_id, keep=(artifacts.HISTORY,))
    assert [path.name for path in folder.iterdir()] == [artifacts.HISTORY]
    kept = history.load(ended(run, State.INTERRUPTED))
    assert kept is not None and kept.steps.tolist() == [1]
    artifacts.discard(run.run_id)
    assert list(folder.iterdir()) == []


def test_a_training_that_is_resumed_goes_on_with_its_history(run: Run) -> None:
    first, second = HistoryWriter(run.run_id, "epochs"), HistoryWriter(run.run_id, "epochs")
    for step in (1, 2, 3):
        first.keep(step, 3, lambda step=step: scores(step))
    second.keep(2, 3, lambda: scores(9))  # which goes on after epoch 1
    kept = history.load(ended(run))
    assert kept is not None and kept.steps.tolist() == [1, 2]
    assert kept.probabilities[1].argmax(axis=1).tolist() == scores(9).argmax(axis=1).tolist()


@pytest.mark.parametrize(("last", "images"), [(8, 5000), (26, 5000), (60, 5000), (200, 5000), (500, 500), (7, 60_000)])
def test_all_steps_together_take_at_most_5_mb(last: int, images: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: dict[str, int] = {}

    def stored(run_id: str, folder: str, name: str, array: np.ndarray) -> None:
        sizes[name] = array.nbytes + 128

    monkeypatch.setattr("core.runs.history.artifacts.store_array", stored)
    monkeypatch.setattr("core.runs.history.artifacts.stored_arrays", lambda run_id, folder: [])
    monkeypatch.setattr("core.runs.history.registry.change", lambda run_id, **tags: None)
    writer, rows = HistoryWriter("0" * 32, "epochs"), np.zeros((images, 10), np.float32)
    for step in range(1, last + 1):
        writer.keep(step, last, lambda: rows)
    assert sum(sizes.values()) <= MOST_BYTES
    assert f"{last:08}" in sizes
    assert len(sizes) >= min(last, MOST_BYTES // (images * 20 + 128)) // 2


def test_trainings_of_up_to_47_epochs_lose_none() -> None:
    assert apart(47, 5000) == 1


def test_a_run_without_a_history_has_none_and_one_that_is_lost_is_told(run: Run, home: Path) -> None:
    assert history.load(ended(run)) is None
    registry.change(run.run_id, history="epochs")
    with pytest.raises(RegistryError, match=r"has no history: the file is missing\. Train it again, or delete it\."):
        history.load(registry.get(run.run_id))
    folder = home / "artifacts" / run.run_id / "artifacts" / artifacts.HISTORY
    folder.mkdir(parents=True)
    (folder / "00000001.npy").write_bytes(b"not an array")
    with pytest.raises(RegistryError, match="history of its training is missing or damaged"):
        history.load(registry.get(run.run_id))


def test_the_shipped_history_is_of_a_training_that_learned() -> None:
    dataset = load_sample()
    shipped = history.example(dataset)
    assert shipped is not None and shipped.history.unit == "epochs"
    found = accuracies(dataset.validation.labels, shipped.history.probabilities.astype(np.float32))
    assert len(found) == 8 and found[0] < found[-1] and found[-1] > 0.98


def test_a_history_is_shipped_whole(run: Run, tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="has no history to ship; train a CNN or a forest"):
        history.ship(ended(run), tmp_path / "history.npz")
    rows = scores(1, images=5_000)
    HistoryWriter(run.run_id, "epochs").keep(1, 1, lambda: rows)
    sample = load_sample()
    kept = history.example(sample, history.ship(ended(run), tmp_path / "history.npz"))
    assert kept is not None and kept.name == run.name
    np.testing.assert_array_equal(
        kept.history.probabilities[0].argmax(axis=1), rows[sample.validation.index].argmax(axis=1)
    )
