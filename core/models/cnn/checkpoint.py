"""The last epoch of an unfinished training: its network, its optimiser and the best epoch so far, in a folder."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from core.errors import ParameterError, TrainingError
from core.models.cnn.network import quiet_keras
from core.models.cnn.progress import Best

if TYPE_CHECKING:
    import keras

SAME_NETWORK = (
    "A continued training keeps its network: do not change `blocks`, `convolutions`, `width`, `kernel`, "
    "`padding` and `normalisation`."
)
BEST = "best.npz"

log = logging.getLogger(__name__)


class Checkpoint:
    """One training's checkpoint. A file appears whole, so that a kill while it is written leaves the epoch before.

    Parameters
    ----------
    folder : Path
        Made when the first epoch ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def restore(self, network: keras.Model, best: Best) -> int:
        """Set a compiled network, its optimiser and the best epoch to what is stored.

        Returns
        -------
        int
            Epochs that were done; 0, and nothing changed, where nothing is stored.

        Raises
        ------
        ParameterError
            Another network, or another optimiser, wrote it.
        TrainingError
            A file is damaged.
        """
        stored = sorted(self._folder.glob("epoch-*.weights.h5"))
        if not stored:
            return 0
        network.optimizer.build(network.trainable_variables)
        try:
            network.load_weights(stored[-1])
            self._restore_best(best)
        except ValueError as error:
            raise ParameterError(SAME_NETWORK) from error
        except (OSError, KeyError, BadZipFile) as error:
            raise TrainingError(
                f"The checkpoint in {self._folder} is damaged; delete the folder, and train again."
            ) from error
        return int(stored[-1].name.removeprefix("epoch-").partition(".")[0])

    def callback(self, network: keras.Model, best: Best) -> Any:
        """Return what Keras calls when an epoch begins, with the training's own weights in place, not averaged ones."""

        def save(epoch: int, logs: Any = None) -> None:
            if not epoch:
                return
            try:
                self._save(network, best, epoch)
            except OSError as error:  # such as a full disk; the training itself needs none of it
                log.warning("Epoch %d could not be kept, so a training that dies begins before it: %s", epoch, error)

        return quiet_keras().callbacks.LambdaCallback(on_epoch_begin=save)

    def _save(self, network: keras.Model, best: Best, epoch: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        network.save_weights(unfinished := self._folder / "unfinished.weights.h5", overwrite=True)
        weights = {f"weight_{place}": weight for place, weight in enumerate(best.weights)}
        np.savez(part := self._folder / "unfinished.npz", epoch=best.epoch, rank=best.rank, **weights)
        part.replace(self._folder / BEST)
        earlier = list(self._folder.glob("epoch-*.weights.h5"))
        unfinished.replace(kept := self._folder / f"epoch-{epoch:04}.weights.h5")
        for path in earlier:
            if path != kept:
                path.unlink()

    def _restore_best(self, best: Best) -> None:
        with np.load(self._folder / BEST, allow_pickle=False) as stored:
            accuracy, loss = stored["rank"].tolist()
            count = sum(name.startswith("weight_") for name in stored.files)
            best.rank, best.epoch = (accuracy, loss), int(stored["epoch"])
            best.weights = [stored[f"weight_{place}"] for place in range(count)]
