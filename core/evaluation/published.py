"""Test errors on MNIST that others have published, to draw ours against."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

TABLE = "http://yann.lecun.com/exdb/mnist/"
LECUN = "LeCun, Bottou, Bengio, Haffner 1998"


@dataclass(frozen=True)
class Published:
    """One published result on the 10,000 test images."""

    name: str
    kind: str  # a model kind of the palette
    error: float  # share of the test images read wrongly, 0..1
    source: str
    url: str
    year: int


PUBLISHED: tuple[Published, ...] = (
    Published("Linear classifier", "logistic", 0.120, LECUN, TABLE, 1998),
    Published("k nearest neighbours", "knn", 0.050, LECUN, TABLE, 1998),
    Published("Gaussian SVM", "svm", 0.014, "LeCun, Cortes, Burges: the MNIST table", TABLE, 1998),
    Published("LeNet-5", "cnn", 0.0095, LECUN, TABLE, 1998),
    Published(
        "Keras example",
        "cnn",
        0.008,
        "Chollet: Simple MNIST convnet",
        "https://keras.io/examples/vision/mnist_convnet/",
        2015,
    ),
    Published("Boosted LeNet-4", "committee", 0.007, LECUN, TABLE, 1998),
    Published(
        "Virtual SVM",
        "svm",
        0.0056,
        "DeCoste, Schölkopf 2002, Machine Learning 46",
        "https://doi.org/10.1023/A:1012454411458",
        2002,
    ),
    Published(
        "Committee of 35 networks",
        "committee",
        0.0023,
        "Cireşan, Meier, Schmidhuber 2012, CVPR",
        "https://arxiv.org/abs/1202.2745",
        2012,
    ),
)
"""Largest error first. Times are not given: they were measured on other machines."""


def published() -> pd.DataFrame:
    """Return `PUBLISHED` as a table: `name`, `kind`, `error` (0..1), `source`, `url`, `year`."""
    return pd.DataFrame([asdict(result) for result in PUBLISHED])
