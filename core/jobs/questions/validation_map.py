"""The t-SNE of MNIST's 5,000 validation images, made once and shipped: everybody holds these images, also offline.

Made anew by `python -m core.jobs.questions.validation_map` from the full MNIST.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.data.dataset import Dataset
from core.errors import DataError
from core.jobs.questions.embedding import fitted, tsne
from core.preprocessing.recipe import RECIPES

FILE = Path(__file__).with_suffix(".npy")
RECIPE = RECIPES["deskewed"]
"""What the images were seen as."""


def validation_places(dataset: Dataset) -> np.ndarray:
    """Return the places (n, 2) float32 of a data set's validation images on the shipped map.

    Those of the sample are 500 of the 5,000.
    """
    places: np.ndarray = np.load(FILE, allow_pickle=False).astype(np.float32)
    return np.asarray(places[dataset.validation.index]) if dataset.is_sample else places


def made(dataset: Dataset) -> np.ndarray:
    """Compute the map, (5000, 2) float16; raises DataError without the full MNIST."""
    if dataset.is_sample:
        raise DataError("The map of the validation images needs the full MNIST; set DIGITLAB_DATA_DIR.")
    _, rows = fitted(RECIPE, dataset.validation.images)
    return tsne(rows).astype(np.float16)


if __name__ == "__main__":
    from core.data.sources import load_dataset

    np.save(FILE, made(load_dataset()))
