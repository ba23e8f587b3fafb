"""How a Keras training tells of itself: reports, the best epoch, divergence in words, and an early end."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import TrainingError
from core.models.cnn.judge import Judge, Judged
from core.models.cnn.network import CnnParameters, quiet_keras
from core.models.kind import Monitor
from core.text import percent

if TYPE_CHECKING:
    import keras

REPORT_EVERY = 0.5
"""Seconds between two reports within an epoch."""


class Best:
    """The epoch that is kept: the best so far by validation accuracy, and by validation loss among equals; or the last.

    Parameters
    ----------
    last : bool
        Keep the last epoch, whatever its accuracy.
    """

    def __init__(self, last: bool = False) -> None:
        self._last = last
        self.rank = (-math.inf, -math.inf)
        self.epoch = 0
        self.weights: list[Any] = []

    def offer(self, epoch: int, accuracy: float, loss: float, weights: list[Any]) -> None:
        """Keep these weights when they are better than all before, or always."""
        if self._last or (accuracy, -loss) > self.rank:
            self.rank, self.epoch, self.weights = (accuracy, -loss), epoch, weights


class Progress:
    """Follows one training of `network`: `steps` steps an epoch, `batch` images a step.

    Judges every epoch and offers it to `best`, and ends the training when the monitor asks for it or the patience is
    used up.
    `done` epochs were trained by a process before this one.
    """

    def __init__(
        self,
        network: keras.Model,
        parameters: CnnParameters,
        monitor: Monitor,
        judge: Judge,
        best: Best,
        steps: int,
        batch: int,
        done: int = 0,
    ) -> None:
        self._network, self._parameters, self._monitor = network, parameters, monitor
        self._judge, self._best = judge, best
        self._steps, self._batch = steps, batch
        self._epoch, self._reported, self._before = done, 0.0, done / parameters.epochs
        self._started = self._epoch_started = self._epoch_trained = time.perf_counter()

    def callback(self) -> Any:
        """Return what Keras calls."""
        return quiet_keras().callbacks.LambdaCallback(
            on_epoch_begin=self._begin_epoch,
            on_train_batch_end=self._end_batch,
            on_epoch_end=self._end_epoch,
        )

    def _begin_epoch(self, epoch: int, logs: Any = None) -> None:
        self._epoch, self._epoch_started = epoch, time.perf_counter()

    def _end_batch(self, step: int, logs: Mapping[str, Any]) -> None:
        now = time.perf_counter()
        if now - self._reported < REPORT_EVERY:
            return
        self._reported = now
        self._refuse_divergence(logs, step)
        done = step + 1
        fraction = (self._epoch * self._steps + done) / (self._parameters.epochs * self._steps)
        speed = done * self._batch / (now - self._epoch_started)
        left = (now - self._started) * (1 - fraction) / (fraction - self._before)
        self._monitor.report(
            fraction,
            f"epoch {self._epoch + 1} of {self._parameters.epochs}, batch {done} of {self._steps}, "
            f"{speed:,.0f} images a second, {_duration(left)} left",
        )
        self._network.stop_training = self._monitor.stop_requested()

    def _end_epoch(self, epoch: int, logs: Mapping[str, float]) -> None:
        self._epoch_trained = time.perf_counter()
        self._refuse_divergence(logs, self._steps - 1)
        judged = self._judge()
        self._best.offer(epoch + 1, judged.accuracy, judged.loss, self._network.get_weights())
        self._monitor.report(
            (epoch + 1) / self._parameters.epochs,
            f"epoch {epoch + 1} of {self._parameters.epochs}: validation accuracy {percent(judged.accuracy)}",
            step=epoch + 1,
            metrics=self._metrics(logs, judged),
        )
        self._monitor.validated(epoch + 1, self._parameters.epochs, lambda: judged.scores)
        patience = self._parameters.patience
        impatient = patience > 0 and epoch + 1 - self._best.epoch >= patience
        self._network.stop_training = impatient or self._monitor.stop_requested()

    def _metrics(self, logs: Mapping[str, float], judged: Judged) -> dict[str, float]:
        return {
            "loss": logs["loss"],
            "accuracy": logs["accuracy"],
            "validation_loss": judged.loss,
            "validation_accuracy": judged.accuracy,
            "learning_rate": float(self._network.optimizer.learning_rate),
            "images_per_second": self._steps * self._batch / (self._epoch_trained - self._epoch_started),
        }

    def _refuse_divergence(self, logs: Mapping[str, Any], step: int) -> None:
        if not math.isfinite(float(logs["loss"])):
            raise TrainingError(
                f"The training diverged: in epoch {self._epoch + 1}, by batch {step + 1}, the loss was no longer a "
                f"number. Lower `learning_rate`, now {self._parameters.learning_rate:g}."
            )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
