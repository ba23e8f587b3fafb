"""How a Keras training tells of itself: one callback that reports, keeps the best epoch and ends early."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

from core.errors import TrainingError
from core.models.cnn_network import CnnParameters, quiet_keras
from core.models.kind import Monitor

REPORT_EVERY = 0.5
"""Seconds between two reports within an epoch."""


class Best:
    """The best epoch so far: by validation accuracy, and by validation loss among equals."""

    def __init__(self) -> None:
        self.rank = (-math.inf, -math.inf)
        self.epoch = 0
        self.weights: list[Any] = []

    def offer(self, epoch: int, accuracy: float, loss: float, weights: list[Any]) -> None:
        """Keep these weights when they are better than all before."""
        if (accuracy, -loss) > self.rank:
            self.rank, self.epoch, self.weights = (accuracy, -loss), epoch, weights


def progress(parameters: CnnParameters, monitor: Monitor, best: Best, *, steps: int, batch: int) -> Any:
    """Make the Keras callback of one training: `steps` steps an epoch, `batch` images a step."""

    class Progress(quiet_keras().callbacks.Callback):  # type: ignore[misc]
        def on_train_begin(self, logs: Any = None) -> None:
            self.epoch, self.started, self.reported = 0, time.perf_counter(), 0.0

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.epoch, self.epoch_started = epoch, time.perf_counter()

        def on_train_batch_end(self, step: int, logs: Any = None) -> None:
            now = time.perf_counter()
            if now - self.reported < REPORT_EVERY:
                return
            self.reported = now
            _refuse_divergence(logs, self.epoch, step, parameters)
            if monitor.stop_requested():
                self.model.stop_training = True
            fraction = (self.epoch * steps + step + 1) / (parameters.epochs * steps)
            speed = (step + 1) * batch / (now - self.epoch_started)
            monitor.report(fraction, self._message(step, speed, (now - self.started) * (1 - fraction) / fraction))

        def _message(self, step: int, speed: float, left: float) -> str:
            return (
                f"epoch {self.epoch + 1} of {parameters.epochs}, batch {step + 1} of {steps}, "
                f"{speed:,.0f} images a second, {_duration(left)} left"
            )

        def on_test_begin(self, logs: Any = None) -> None:
            self.trained = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            _refuse_divergence(logs, epoch, steps - 1, parameters)
            best.offer(epoch + 1, logs["val_accuracy"], logs["val_loss"], self.model.get_weights())
            monitor.report(
                (epoch + 1) / parameters.epochs,
                f"epoch {epoch + 1} of {parameters.epochs}: validation accuracy {logs['val_accuracy']:.2%}",
                step=epoch + 1,
                metrics={
                    "loss": logs["loss"],
                    "accuracy": logs["accuracy"],
                    "validation_loss": logs["val_loss"],
                    "validation_accuracy": logs["val_accuracy"],
                    "learning_rate": float(self.model.optimizer.learning_rate),
                    "images_per_second": steps * batch / (self.trained - self.epoch_started),
                },
            )
            patient = not parameters.patience or epoch + 1 - best.epoch < parameters.patience
            if monitor.stop_requested() or not patient:
                self.model.stop_training = True

    return Progress()


def _refuse_divergence(logs: Mapping[str, Any], epoch: int, step: int, parameters: CnnParameters) -> None:
    if not math.isfinite(float(logs["loss"])):
        raise TrainingError(
            f"The training diverged: in epoch {epoch + 1}, by batch {step + 1}, the loss was no longer a number. "
            f"Lower `learning_rate`, now {parameters.learning_rate:g}."
        )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
