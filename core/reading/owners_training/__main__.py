"""Train the network that says of each pixel of ink where the middle of its digit lies; needs the full MNIST.

It takes about ten minutes of one core. The network that ships was trained by this program in two runs, of 150 and of
1,400 steps.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from core.data.sources import load_dataset
from core.reading.owners import HEIGHT, OFFSETS, PATH
from core.reading.owners_training.samples import line_of, targets

STEPS, BATCH, RATE, SEED = 1_500, 64, 0.006, 1


def main() -> None:
    """Train on lines of MNIST's training digits and write the network beside `core.reading.owners`."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    keras.utils.set_random_seed(SEED)
    network = build()
    rate = keras.optimizers.schedules.CosineDecay(RATE / 20, STEPS, warmup_target=RATE, warmup_steps=STEPS // 8)
    network.compile(keras.optimizers.AdamW(rate, weight_decay=1e-4), loss)
    network.fit(batches(load_dataset().train.images), steps_per_epoch=STEPS // 20, epochs=20, verbose=2)
    network.export(PATH, format="onnx", verbose=False)


def batches(images: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield lines (BATCH, HEIGHT, WIDTH, 1) float32 and what the network is to say of them, without an end."""
    rng = np.random.default_rng(SEED)
    while True:
        lines = [line_of(images, rng) for _ in range(BATCH)]
        yield np.stack([line.ink for line in lines])[..., None].astype(np.float32), targets(lines)


def loss(wanted: Any, logits: Any) -> Any:
    """Return the cross-entropy of each pixel, times its ink."""
    from keras import ops

    each = ops.sum(wanted * ops.log_softmax(logits, axis=-1), axis=-1)
    return -ops.sum(each, axis=(1, 2)) / (ops.sum(wanted, axis=(1, 2, 3)) + 1e-6)


def build() -> Any:
    """Return a U-Net (Ronneberger, Fischer and Brox, 2015) of about 130,000 weights, for lines of any width."""
    from keras import Input, Model, layers

    def block(x: Any, width: int) -> Any:
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    def joined(x: Any, beside: Any, width: int) -> Any:
        wide = layers.UpSampling2D()(layers.Conv2D(width, 1, use_bias=False)(x))
        return block(layers.Add()([wide, beside]), width)

    start = Input((HEIGHT, None, 1))
    fine = block(block(layers.Rescaling(1 / 255)(start), 16), 16)
    middle = block(block(layers.MaxPooling2D()(fine), 32), 32)
    coarse = block(block(layers.MaxPooling2D()(middle), 48), 48)
    whole = block(block(layers.MaxPooling2D()(coarse), 64), 64)
    x = joined(joined(joined(whole, coarse, 48), middle, 32), fine, 16)
    return Model(start, layers.Conv2D(OFFSETS + 1, 1)(x))


if __name__ == "__main__":
    main()
