from __future__ import annotations

import numpy as np
import pytest

from core.errors import ParameterError, TrainingError
from core.models.cnn import training as cnn_training
from core.models.cnn.kind import scores
from core.models.cnn.network import CnnParameters
from core.models.cnn.training import fit
from core.models.kind import Silent, TrainingData
from tests.core.models.cnn.cnn_data import TINY, Listener, toy


def trained(data: TrainingData, parameters: CnnParameters = TINY, **options: object):
    return fit(data, parameters, **{"seed": 0, "threads": 1, "monitor": Silent(), **options})


def accuracy(network, data: TrainingData) -> float:
    found = scores(network, data.validation_features).argmax(axis=1)
    return float((found == data.validation_labels).mean())


@pytest.fixture(scope="module")
def first():
    listener = Listener()
    return trained(toy(), TINY.changed(["epochs=6"]), monitor=listener), listener


def test_learns_and_keeps_its_best_epoch(first) -> None:
    network, listener = first
    best = max(epoch["validation_accuracy"] for epoch in listener.epochs.values())
    assert accuracy(network, toy()) == pytest.approx(best)
    assert best > 0.95


def test_reports_within_and_after_every_epoch(first) -> None:
    _, listener = first
    assert sorted(listener.epochs) == [1, 2, 3, 4, 5, 6]
    assert listener.fractions == sorted(listener.fractions)
    assert listener.fractions[-1] == pytest.approx(1)
    assert listener.messages[0].startswith("epoch 1 of 6, batch 1 of 20, ")
    assert listener.messages[0].endswith(" left")
    judged = {"loss", "accuracy", "validation_loss", "validation_accuracy"}
    assert set(listener.epochs[1]) == judged | {"learning_rate", "images_per_second"}


def test_every_epoch_offers_the_scores_of_its_network(first) -> None:
    network, listener = first
    labels = toy().validation_labels
    assert list(listener.scores) == [1, 2, 3, 4, 5, 6]
    for epoch, rows in listener.scores.items():
        assert (rows.argmax(axis=1) == labels).mean() == pytest.approx(listener.epochs[epoch]["validation_accuracy"])
    figures = {
        epoch: (figure["validation_accuracy"], -figure["validation_loss"]) for epoch, figure in listener.epochs.items()
    }
    kept = listener.scores[max(figures, key=figures.__getitem__)]
    np.testing.assert_allclose(kept, scores(network, toy().validation_features), atol=1e-4)


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 40, 214, 255, 256, 257, 429, 6875])
def test_steps_that_run_at_once_fill_an_epoch_but_for_a_sixteenth(count: int) -> None:
    at_once, steps = cnn_training._steps(count)
    assert steps % at_once == 0
    assert 1 <= at_once <= 16
    assert count - count / 16 < steps <= count


def test_same_seed_same_scores() -> None:
    data, parameters = toy(64), TINY.changed(["dropout=0.3", "epochs=1"])
    one, two, other = (scores(trained(data, parameters, seed=seed), data.validation_features) for seed in (1, 1, 2))
    np.testing.assert_allclose(one, two, atol=1e-3)
    assert np.abs(one - other).max() > 0.01


def test_averaged_weights_are_those_that_are_judged() -> None:
    data, listener = toy(), Listener()
    network = trained(data, TINY.changed(["average_weights=true", "epochs=3"]), monitor=listener)
    best = max(epoch["validation_accuracy"] for epoch in listener.epochs.values())
    assert accuracy(network, data) == pytest.approx(best)


def test_stop_keeps_what_was_learned() -> None:
    listener = Listener(patience=1)
    network = trained(toy(), TINY.changed(["epochs=50"]), monitor=listener)
    assert max(listener.epochs) <= 2
    assert accuracy(network, toy()) == pytest.approx(max(e["validation_accuracy"] for e in listener.epochs.values()))


def test_patience_ends_a_training_that_no_longer_improves() -> None:
    listener = Listener()
    settings = ["epochs=50", "patience=1", "learning_rate=1e-5", "schedule=constant"]
    trained(toy(160), TINY.changed(settings), monitor=listener)
    assert len(listener.epochs) < 50


def test_goes_on_from_a_network_and_never_ends_below_it(first) -> None:
    network, _ = first
    ruin = TINY.changed(["epochs=1", "learning_rate=1", "optimiser=sgd"])
    assert accuracy(trained(toy(), ruin, start=network), toy()) >= accuracy(network, toy())


def test_goes_on_to_the_last_epoch_where_that_is_kept(first) -> None:
    data, listener = toy(), Listener()
    moved = TINY.changed(["epochs=2", "learning_rate=1", "optimiser=sgd", "keep=last"])
    found = scores(trained(data, moved, start=first[0], monitor=listener), data.validation_features)
    np.testing.assert_allclose(found, listener.scores[2], atol=1e-3)


def test_goes_on_only_with_the_same_network(first) -> None:
    with pytest.raises(ParameterError, match="keeps its network"):
        trained(toy(32), TINY.changed(["width=12"]), start=first[0])


def test_few_images_fill_one_batch() -> None:
    listener = Listener()
    trained(toy(5), TINY.changed(["epochs=1"]), monitor=listener)
    assert "batch 1 of 1" in listener.messages[0]


def test_divergence_is_told_in_words() -> None:
    data = toy(32)
    data.train_features[:] *= 1e30  # finite, but not after two convolutions
    with pytest.raises(TrainingError, match=r"diverged: in epoch \d.* Lower `learning_rate`, now 0\.01"):
        trained(data, TINY.changed(["normalisation=none"]))


def test_missing_memory_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(cnn_training, "batches", exhausted)
    with pytest.raises(TrainingError, match="ran out of memory; lower `batch_size`, now 16"):
        trained(toy(32))


def test_features_that_are_no_numbers_are_refused() -> None:
    data = toy(32)
    data.train_features[3, 2, 2, 0] = np.nan
    with pytest.raises(TrainingError, match="not numbers"):
        trained(data)


def test_flat_features_are_refused() -> None:
    data = toy(32)
    flat = data.train_features.reshape(32, -1)
    with pytest.raises(ParameterError, match="recipe that ends with an image"):
        trained(toy(32, train_features=flat))


def test_one_class_is_refused() -> None:
    with pytest.raises(TrainingError, match="at least two digits to tell apart; got 1"):
        trained(toy(32, train_labels=np.full(32, 7, np.uint8)))


def test_a_digit_that_nobody_showed_is_hardly_ever_read() -> None:
    data = toy(320)
    kept = data.train_labels != 4
    rows = {name: getattr(data, name)[kept] for name in ("train_features", "train_labels", "train_images")}
    found = scores(trained(toy(320, **rows), TINY.changed(["epochs=4"])), data.validation_features)
    assert np.isfinite(found).all()
    assert (found.argmax(axis=1) != 4).all()


def test_fifty_images_are_learned() -> None:
    data = toy(50)
    found = scores(trained(data, TINY.changed(["epochs=20"])), data.validation_features).argmax(axis=1)
    assert (found == data.validation_labels).mean() > 0.4


def test_constant_pictures_give_finite_scores() -> None:
    flat = np.full((60, 12, 12, 1), 0.5, np.float32)
    found = scores(trained(toy(60, train_features=flat)), flat)
    assert np.isfinite(found).all()
    assert np.ptp(found, axis=0).max() < 1e-5  # the same picture, the same answer
