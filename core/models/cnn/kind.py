"""The convolutional network as a kind of model: its presets, its scores, its ONNX graph, its file."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import Float32Array
from core.models.cnn.network import CnnParameters, quiet_keras
from core.models.cnn.training import fit
from core.models.kind import ModelKind, Preset
from core.preprocessing.augment import Augmentation
from core.preprocessing.recipe import RECIPES

if TYPE_CHECKING:
    import keras
    from onnx import ModelProto

OPSET = 18
SCORED_AT_ONCE = 1000


def scores(native: keras.Model, features: Float32Array) -> Float32Array:
    """Return logits (n, 10) float32 of features (n, h, w, 1) float32."""
    starts = range(0, len(features), SCORED_AT_ONCE)
    parts = [np.asarray(native(features[start : start + SCORED_AT_ONCE], training=False)) for start in starts]
    return np.concatenate(parts) if parts else np.empty((0, 10), np.float32)


def to_onnx(native: keras.Model) -> ModelProto:
    """Return the network as a graph from "features" (n, h, w, 1) float32 to "scores" (n, 10) float32."""
    import onnx

    keras = quiet_keras()
    signature = keras.InputSpec(shape=native.input_shape, dtype="float32", name="features")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # Keras asks NumPy for names that it has dropped
        path = Path(folder) / "cnn.onnx"
        native.export(path, format="onnx", input_signature=[signature], opset_version=OPSET, verbose=False)
        model = onnx.load(path)
    _name_output(model)
    return model


def save(native: keras.Model, path: Path) -> None:
    """Write the network to a `.keras` file."""
    native.save(path)


def load(path: Path) -> keras.Model:
    """Read a network from a `.keras` file; code in the file is never run."""
    return quiet_keras().models.load_model(path, compile=False, safe_mode=True)


def _name_output(model: ModelProto) -> None:
    old = model.graph.output[0].name
    model.graph.output[0].name = "scores"
    for node in model.graph.node:
        node.output[:] = ["scores" if name == old else name for name in node.output]


PEN_AND_HAND = Augmentation(shift=1, rotation=4, scale=0.15, shear=0.15, elastic=0.7, thickness=0.4, flags=0.4)
"""How far writers and pens differ; larger rotations turn drawn 1s into 7s (measured on the strokes of 20 writers)."""

PRESETS = {
    "fast": Preset(
        parameters=CnnParameters(width=20, batch_size=256, epochs=3, learning_rate=0.02),
        recipe=RECIPES["image"],
        note="More than 99 % accuracy in 3 epochs; less than half a minute.",
    ),
    "default": Preset(
        parameters=CnnParameters(
            width=32, convolutions=2, epochs=8, learning_rate=0.005, dropout=0.1, average_weights=True
        ),
        recipe=RECIPES["image"],
        augmentation=PEN_AND_HAND,
        note="A few minutes, with augmentation that imitates handwriting.",
    ),
    "reference": Preset(
        parameters=CnnParameters(
            width=40,
            convolutions=2,
            batch_size=128,
            epochs=26,
            learning_rate=0.004,
            dropout=0.3,
            average_weights=True,
        ),
        recipe=RECIPES["image"],
        augmentation=Augmentation(shift=1, rotation=5, scale=0.12, shear=0.15, elastic=0.5, thickness=0.4, flags=0.4),
        note="The lowest error: 26 epochs with augmentation; about half an hour.",
    ),
}

CNN = ModelKind(
    name="cnn",
    title="Convolutional network",
    short="CNN",
    summary="Convolutional filters learned with gradient descent; the most accurate of the models.",
    parameters=CnnParameters,
    presets=PRESETS,
    fit=fit,
    scores=scores,
    to_onnx=to_onnx,
    save=save,
    load=load,
    native_file="model.keras",
    continues=True,
    augments=True,
    learns_in="epochs",
)
