"""Train the not-a-digit score and write it beside `core.explain.novelty`; needs the full MNIST and some minutes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from core.data.sources import load_dataset
from core.explain.novelty import PATH, load_novelty
from core.reading.novelty_training.lettering import JUDGING_FONTS, JUDGING_HERSHEY, faces
from core.reading.novelty_training.samples import Samples

TRAINING, EPOCHS, BATCH, RATE = 200_000, 7, 256, 0.004
JUDGED = 500
FALSE_ALARMS = 0.008
"""Share of MNIST's validation digits that may be refused: below the 2 % that are promised, as other digits differ."""

KINDS = {
    "letter": "letters",
    "doodle": "small drawings",
    "scribble": "scribbles",
    "noise": "noise",
    "inverted": "inverted digits",
    "joined": "several digits as one",
}


def main() -> None:
    """Train, export, choose the threshold on the validation digits, and measure what is caught."""
    dataset = load_dataset()
    pictures, classes = Samples(dataset.train.images, dataset.train.labels, faces(), seed=1).make(TRAINING)
    train(pictures, classes, PATH)
    digits = dataset.validation
    PATH.with_suffix(".json").write_text(json.dumps({"threshold": 0.5, "false_alarms": 0, "caught": {}}), "utf-8")
    novelty = load_novelty()
    scores = novelty.score(digits.images)
    threshold = float(np.quantile(scores, 1 - FALSE_ALARMS))
    judging = Samples(digits.images, digits.labels, faces(JUDGING_FONTS, JUDGING_HERSHEY), seed=2)
    caught = {name: float((novelty.score(judging.of(kind, JUDGED)) > threshold).mean()) for kind, name in KINDS.items()}
    figures = {"threshold": threshold, "false_alarms": float((scores > threshold).mean()), "caught": caught}
    PATH.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    json.dump(figures, sys.stdout, indent=1)


def train(pictures: np.ndarray, classes: np.ndarray, path: Path) -> None:
    """Fit a small network to pictures (n, 28, 28) uint8 of thirteen classes (n,) and export it as ONNX."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    keras.utils.set_random_seed(0)
    network = build()
    steps = EPOCHS * (len(pictures) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(RATE / 20, steps, warmup_target=RATE, warmup_steps=steps // 4)
    network.compile(keras.optimizers.AdamW(rate, weight_decay=1e-4), "sparse_categorical_crossentropy")
    network.fit(pictures[..., None], classes, batch_size=BATCH, epochs=EPOCHS, verbose=2)
    network.export(path, format="onnx", verbose=False)


def build() -> Any:
    """Return the network: about 40,000 weights."""
    from keras import Input, Sequential, layers

    def block(width: int) -> list[Any]:
        return [layers.Conv2D(width, 3, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU()]

    return Sequential(
        [
            Input((28, 28, 1)), layers.Rescaling(1 / 255), *block(16), layers.MaxPooling2D(), *block(32), *block(32),
            layers.MaxPooling2D(), *block(64), layers.MaxPooling2D(), layers.Flatten(), layers.Dropout(0.3),
            layers.Dense(13, activation="softmax"),
        ]
    )  # fmt: skip


if __name__ == "__main__":
    main()
