"""The peer of the CNN: the network of Keras' "Simple MNIST convnet" example, written after its description.

Two convolutions of 32 and 64 filters (3 x 3), each with 2 x 2 max pooling, dropout of one half, one dense layer: 34,826
weights, Adam, batches of 128 (https://keras.io/examples/vision/mnist_convnet/).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from core.data.dataset import Dataset

BATCH = 128


def keras_example() -> Any:
    """Return the compiled network, untrained; takes (n, 28, 28, 1) float32 in 0..1."""
    import keras

    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(64, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def pixels(images: np.ndarray) -> np.ndarray:
    """Return pictures (n, 28, 28) uint8 as the example takes them: (n, 28, 28, 1) float32 in 0..1."""
    return images[..., None].astype(np.float32) / 255


def trained_keras_example(dataset: Dataset, epochs: int, seed: int) -> Any:
    """Train the example for so many epochs."""
    import keras

    keras.utils.set_random_seed(seed)
    model = keras_example()
    model.fit(pixels(dataset.train.images), dataset.train.labels, batch_size=BATCH, epochs=epochs, verbose=0)
    return model


def train_by_epoch(dataset: Dataset, split: str, epochs: int, seed: int) -> Iterator[tuple[int, float, float]]:
    """Train the example; after each epoch: its number, seconds of training so far, accuracy on `split`."""
    import keras

    keras.utils.set_random_seed(seed)
    model, spent = keras_example(), 0.0
    train, judge = pixels(dataset.train.images), dataset.evaluation_split(split)
    for epoch in range(1, epochs + 1):
        started = time.perf_counter()
        model.fit(train, dataset.train.labels, batch_size=BATCH, epochs=1, verbose=0)
        spent += time.perf_counter() - started
        _, accuracy = model.evaluate(pixels(judge.images), judge.labels, batch_size=1000, verbose=0)
        yield epoch, spent, float(accuracy)
