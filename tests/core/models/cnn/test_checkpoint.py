from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import ParameterError, TrainingError
from core.models.cnn.kind import scores
from core.models.cnn.network import CnnParameters
from core.models.cnn.training import fit
from tests.core.models.cnn.cnn_data import TINY, Listener, toy

PARAMETERS = TINY.changed(["epochs=4", "average_weights=true"])


class Killed(BaseException):
    """What ends a process."""


class Mortal(Listener):
    """Dies in the third epoch."""

    def report(self, fraction: float, message: str, **told: object) -> None:
        super().report(fraction, message, **told)  # type: ignore[arg-type]
        if message.startswith("epoch 3"):
            raise Killed


def trained(folder: Path | None, listener: Listener, parameters: CnnParameters = PARAMETERS, count: int = 160):
    return fit(toy(count), parameters, seed=0, threads=1, monitor=listener, checkpoint=folder)


@pytest.fixture
def left(tmp_path: Path) -> Path:
    with pytest.raises(Killed):
        trained(tmp_path / "checkpoint", Mortal())
    return tmp_path / "checkpoint"


def test_goes_on_after_the_last_whole_epoch_as_if_nothing_had_happened(left: Path) -> None:
    whole, rest = Listener(), Listener()
    trained(None, whole)
    trained(left, rest)
    assert sorted(rest.epochs) == [3, 4]
    assert rest.epochs[3]["loss"] < whole.epochs[1]["loss"]
    for epoch in (3, 4):
        assert rest.epochs[epoch]["learning_rate"] == pytest.approx(whole.epochs[epoch]["learning_rate"])
    assert rest.fractions[0] > 0.5


def test_the_best_epoch_may_be_one_before_the_death(left: Path) -> None:
    with np.load(left / "best.npz") as stored:
        before = float(stored["rank"][0])
    after, ruin = Listener(), PARAMETERS.changed(["learning_rate=1", "schedule=constant"])
    network = trained(left, after, ruin)
    found = scores(network, toy().validation_features).argmax(axis=1)
    best = max(before, *(epoch["validation_accuracy"] for epoch in after.epochs.values()))
    assert (found == toy().validation_labels).mean() == pytest.approx(best)


def test_one_epoch_is_kept(left: Path) -> None:
    assert sorted(path.name for path in left.iterdir()) == ["best.npz", "epoch-0002.weights.h5"]


def test_another_network_and_a_damaged_file_are_refused(left: Path) -> None:
    with pytest.raises(ParameterError, match="keeps its network"):
        trained(left, Listener(), PARAMETERS.changed(["width=12"]))
    (left / "epoch-0002.weights.h5").write_bytes(b"no weights")
    with pytest.raises(TrainingError, match="is damaged; delete the folder"):
        trained(left, Listener())


def test_a_training_goes_on_where_no_epoch_can_be_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a file").touch()
    listener = Listener()
    trained(tmp_path / "a file" / "checkpoint", listener)
    assert sorted(listener.epochs) == [1, 2, 3, 4]
    assert "Epoch 2 could not be kept" in caplog.text
