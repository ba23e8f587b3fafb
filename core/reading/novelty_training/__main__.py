"""Train the not-a-digit score and write it beside `core.explain.novelty`; needs the full MNIST and some minutes.

With `measure` as its argument it keeps the network and threshold that are there, and measures what they catch. The
network that ships was trained by an earlier version of this program; its figures are measured by this one.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from core.data.dataset import Split
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
    """Train, export and choose the threshold on the validation digits, unless only to measure; then measure."""
    dataset = load_dataset()
    figures = PATH.with_suffix(".json")
    if sys.argv[1:] != ["measure"]:
        pictures, classes = Samples(dataset.train.images, dataset.train.labels, faces(), seed=1).make(TRAINING)
        train(pictures, classes, PATH)
        figures.write_text(json.dumps({"threshold": 0.5, "false_alarms": 0, "caught": {}}), "utf-8")
        scores = load_novelty().score(dataset.validation.images)
        threshold = float(np.quantile(scores, 1 - FALSE_ALARMS))
        figures.write_text(json.dumps({"threshold": threshold, "false_alarms": 0, "caught": {}}), "utf-8")
        load_novelty.cache_clear()
    measured = measure(dataset.validation)
    figures.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    json.dump(measured, sys.stdout, indent=1)


def measure(digits: Split) -> dict[str, Any]:
    """Return threshold, false alarms on digits, and the share caught of each kind that nothing was fitted on."""
    novelty = load_novelty()
    judging = Samples(digits.images, digits.labels, faces(JUDGING_FONTS, JUDGING_HERSHEY), seed=2)
    caught = {name: novelty.score(judging.of(kind, JUDGED)) > novelty.threshold for kind, name in KINDS.items()}
    return {
        "threshold": novelty.threshold,
        "false_alarms": float((novelty.score(digits.images) > novelty.threshold).mean()),
        "caught": {name: float(found.mean()) for name, found in caught.items()},
    }


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
