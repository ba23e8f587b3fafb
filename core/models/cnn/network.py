"""The convolutional network itself: layers, optimiser and learning rate, as its parameters declare them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

from core.declaration import Parameters, parameter
from core.errors import ParameterError

if TYPE_CHECKING:
    import keras

STEM_KERNEL = 5
"""The convolution that halves a block's picture learns what a pooling layer would fix (Springenberg et al. 2015)."""
AVERAGED = 0.99
"""Momentum of averaged weights, about the last 100 steps; batch statistics must then cover the same steps."""
WARM_UP = 0.25
"""Share of the training in which `one_cycle` raises the learning rate (Smith and Topin 2019)."""


class CnnParameters(Parameters):
    """Blocks of convolutions, each ending in one of stride 2, then one more convolution and a dense layer."""

    blocks: int = parameter(2, "Number of blocks; each halves the image and doubles the channels.", ge=1, le=3)
    convolutions: int = parameter(1, "Convolutions per block, including the strided one.", ge=1, le=4)
    width: int = parameter(32, "Channels of the first block.", ge=4, le=96, step=4)
    kernel: int = parameter(3, "Side of a filter in pixels; strided convolutions always use 5.", ge=2, le=7)
    padding: Literal["valid", "same"] = parameter(
        "valid", "Padding of the convolutions: valid (none, faster) or same (zeros at the edge)."
    )
    normalisation: Literal["batch", "none"] = parameter(
        "batch", "Normalisation of the activations after each convolution."
    )
    dropout: float = parameter(0.0, "Share of the activations that is dropped at random.", ge=0, le=0.8, step=0.05)
    optimiser: Literal["adam", "sgd", "rmsprop"] = parameter("adam", "Optimiser of the weights; sgd uses momentum.")
    learning_rate: float = parameter(
        0.01, "Highest learning rate of the schedule.", ge=1e-5, le=1, log=True, search=(3e-4, 3e-2)
    )
    schedule: Literal["one_cycle", "cosine", "exponential", "constant"] = parameter(
        "one_cycle", "Learning rate schedule over the training."
    )
    weight_decay: float = parameter(0.0, "Weight decay per step.", ge=0, le=0.1, step=0.001)
    batch_size: int = parameter(128, "Images per step.", ge=16, le=1024, log=True)
    label_smoothing: float = parameter(
        0.0, "Label smoothing: the share of a label that is spread over all ten digits.", ge=0, le=0.3, step=0.01
    )
    epochs: int = parameter(8, "Number of passes over the training images.", ge=1, le=200)
    keep: Literal["best", "last"] = parameter(
        "best", "Epoch whose weights are kept: the best by validation accuracy, or the last."
    )
    patience: int = parameter(
        0,
        "Stop after this many epochs without a better validation accuracy; 0: never.",
        ge=0,
        le=50,
        idle_while=("keep", "last"),
    )
    average_weights: bool = parameter(False, "Whether the weights are averaged over about the last 100 steps.")


def quiet_keras() -> Any:
    """Import Keras on TensorFlow with its chatter turned down; takes seconds the first time."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    import tensorflow

    tensorflow.get_logger().setLevel("ERROR")
    return keras


def build(parameters: CnnParameters, height: int, width: int) -> keras.Model:
    """Make an untrained network.

    Parameters
    ----------
    height, width : int
        Of the features (n, height, width, 1) float32.

    Returns
    -------
    keras.Model
        From "features" to "scores" (n, 10), logits.

    Raises
    ------
    ParameterError
        When the picture is used up before the last convolution.
    """
    keras = quiet_keras()
    layers: list[Any] = [keras.Input((height, width, 1), name="features")]
    size = min(height, width)
    for block in range(parameters.blocks):
        channels = parameters.width * 2**block
        for _ in range(parameters.convolutions - 1):
            layers += _convolution(parameters, channels, parameters.kernel)
            size = _size_after(size, parameters, parameters.kernel)
        layers += _convolution(parameters, channels, STEM_KERNEL, stride=2)
        size = _size_after(size, parameters, STEM_KERNEL, stride=2)
        layers += [keras.layers.Dropout(parameters.dropout)] if parameters.dropout else []
    kernel = min(parameters.kernel, size)
    layers += _convolution(parameters, parameters.width * 2**parameters.blocks, kernel)
    layers += [keras.layers.Flatten(), keras.layers.Dropout(parameters.dropout), keras.layers.Dense(10, name="scores")]
    return keras.Sequential(layers, name="digit_lab_cnn")


def optimiser(parameters: CnnParameters, steps: int) -> Any:
    """Return the Keras optimiser with its schedule over `steps` steps."""
    keras = quiet_keras()
    options = {
        "learning_rate": _schedule(parameters, steps),
        "weight_decay": parameters.weight_decay or None,
        "use_ema": parameters.average_weights,
        "ema_momentum": AVERAGED,
    }
    if parameters.optimiser == "sgd":
        return keras.optimizers.SGD(momentum=0.9, nesterov=True, **options)
    if parameters.optimiser == "rmsprop":
        return keras.optimizers.RMSprop(**options)
    return keras.optimizers.Adam(beta_2=0.99, **options)


def _convolution(parameters: CnnParameters, channels: int, kernel: int, *, stride: int = 1) -> list[Any]:
    keras = quiet_keras()
    batch = parameters.normalisation == "batch"
    convolution = keras.layers.Conv2D(
        channels,
        kernel,
        strides=stride,
        padding=parameters.padding,
        use_bias=not batch,
        kernel_initializer="he_normal",
    )
    momentum = AVERAGED if parameters.average_weights else 0.9
    norm = [keras.layers.BatchNormalization(momentum=momentum)] if batch else []
    return [convolution, *norm, keras.layers.ReLU()]


def _size_after(size: int, parameters: CnnParameters, kernel: int, *, stride: int = 1) -> int:
    after = -(-size // stride) if parameters.padding == "same" else (size - kernel) // stride + 1
    if after < 1:
        raise ParameterError(
            "The image becomes too small before the last convolution; lower `blocks`, `convolutions` or `kernel`, "
            "or set `padding` to same."
        )
    return after


def _schedule(parameters: CnnParameters, steps: int) -> Any:
    """Return `one_cycle` warms up and then falls along a cosine; `exponential` falls to a hundredth."""
    schedules = quiet_keras().optimizers.schedules
    peak = parameters.learning_rate
    if parameters.schedule == "one_cycle":
        warm = max(1, round(WARM_UP * steps))
        return schedules.CosineDecay(peak / 25, max(1, steps - warm), alpha=1e-3, warmup_target=peak, warmup_steps=warm)
    if parameters.schedule == "cosine":
        return schedules.CosineDecay(peak, steps, alpha=1e-3)
    if parameters.schedule == "exponential":
        return schedules.ExponentialDecay(peak, steps, 0.01)
    return peak
