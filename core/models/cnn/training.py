"""Training of the convolutional network: from data and parameters to the weights of its best epoch."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import ParameterError, TrainingError
from core.models.cnn.batches import batches
from core.models.cnn.checkpoint import SAME_NETWORK, Checkpoint
from core.models.cnn.judge import Judge
from core.models.cnn.network import CnnParameters, build, optimiser, quiet_keras
from core.models.cnn.progress import Best, Progress
from core.models.kind import Monitor, TrainingData

if TYPE_CHECKING:
    import keras

MOST_STEPS_AT_ONCE = 16
"""Steps between two returns to Python, which cost a small network a tenth of its time."""

log = logging.getLogger(__name__)


def fit(
    data: TrainingData,
    parameters: CnnParameters,
    *,
    seed: int,
    threads: int,
    monitor: Monitor,
    start: keras.Model | None = None,
    checkpoint: Path | None = None,
) -> keras.Model:
    """Train a network and return it with the weights of its best epoch on validation, or of its last (`keep`).

    Parameters
    ----------
    start : keras.Model, optional
        A network of the same shape to go on from; its own accuracy counts as epoch 0, where the best is kept.
    checkpoint : Path, optional
        A folder that keeps the last epoch. What is in it already, by a process that died, is gone on from.

    Raises
    ------
    ParameterError
        When the network does not fit the features, or `start` does not fit the parameters.
    TrainingError
        When the features hold NaN, the loss diverges or the memory does not suffice.
    """
    _refuse(data)
    keras = quiet_keras()
    _limit_threads(threads)
    keras.utils.set_random_seed(seed)
    _, height, width, _ = data.train_features.shape
    network = build(parameters, height, width)
    if start is not None:
        _go_on_from(start, network)
    best, kept = Best(last=parameters.keep == "last"), Checkpoint(checkpoint) if checkpoint else None
    _train(network, data, parameters, seed=seed, monitor=monitor, best=best, fresh=start is None, kept=kept)
    log.info("kept epoch %d with validation accuracy %.4f", best.epoch, best.rank[0])
    finished = build(parameters, height, width)
    finished.set_weights(best.weights)
    return finished


def _train(
    network: keras.Model,
    data: TrainingData,
    parameters: CnnParameters,
    *,
    seed: int,
    monitor: Monitor,
    best: Best,
    fresh: bool,
    kept: Checkpoint | None,
) -> None:
    import tensorflow as tf

    batch = min(parameters.batch_size, len(data.train_labels))
    at_once, steps = _steps(len(data.train_labels) // batch)
    _compile(network, parameters, steps, at_once)
    done = kept.restore(network, best) if kept else 0
    judge = Judge(network, data, parameters.label_smoothing)
    progress = Progress(network, parameters, monitor, judge, best, steps, batch, done)
    try:
        if done:
            log.info("going on after epoch %d of %d", done, parameters.epochs)
        elif not fresh:
            judged = judge()
            best.offer(0, judged.accuracy, judged.loss, network.get_weights())
            monitor.validated(0, parameters.epochs, lambda: judged.scores)
        network.fit(
            batches(data, batch, seed=seed + done),
            initial_epoch=done,
            epochs=parameters.epochs,
            steps_per_epoch=steps,
            callbacks=[
                *_averaging(parameters),
                progress.callback(),
                *([kept.callback(network, best)] if kept else []),
            ],
            shuffle=False,
            verbose=0,
        )
    except (MemoryError, tf.errors.ResourceExhaustedError) as error:
        raise TrainingError(
            f"The training ran out of memory; lower `batch_size`, now {parameters.batch_size}, "
            f"or `width`, now {parameters.width}."
        ) from error


def _steps(batches_of_all: int) -> tuple[int, int]:
    """Return the steps per call and per epoch, a multiple of the former; at most 6 % are left out.

    What an epoch leaves out begins the next, as the batches go on without end.
    """
    at_once = min(MOST_STEPS_AT_ONCE, max(1, batches_of_all // MOST_STEPS_AT_ONCE))
    return at_once, batches_of_all // at_once * at_once


def _compile(network: keras.Model, parameters: CnnParameters, steps: int, at_once: int) -> None:
    """Compile without XLA: on two cores it made a step three to twelve times slower."""
    keras = quiet_keras()
    network.compile(
        optimizer=optimiser(parameters, steps * parameters.epochs),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=parameters.label_smoothing),
        metrics=["accuracy"],
        steps_per_execution=at_once,
        jit_compile=False,
    )


def _averaging(parameters: CnnParameters) -> list[Any]:
    """Return what puts averaged weights into the network between epochs; first, so that they are judged and kept."""
    return [quiet_keras().callbacks.SwapEMAWeights(swap_on_epoch=True)] if parameters.average_weights else []


def _go_on_from(start: keras.Model, network: keras.Model) -> None:
    if [weight.shape for weight in start.weights] != [weight.shape for weight in network.weights]:
        raise ParameterError(SAME_NETWORK)
    network.set_weights(start.get_weights())


def _refuse(data: TrainingData) -> None:
    if data.train_features.ndim != 4:
        raise ParameterError("The convolutional network needs images; choose a recipe that ends with an image.")
    if not len(data.train_labels):
        raise TrainingError("There are no training images left.")
    if (data.train_labels == data.train_labels[0]).all():
        raise TrainingError("A classifier needs at least two digits to tell apart; got 1.")
    if not (np.isfinite(data.train_features).all() and np.isfinite(data.validation_features).all()):
        raise TrainingError("The features hold values that are not numbers (NaN); change the recipe.")


def _limit_threads(threads: int) -> None:
    """Limit TensorFlow's threads; a process that has already used TensorFlow keeps the limit it had."""
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    except RuntimeError:
        log.info("TensorFlow is already running with its own number of threads")
