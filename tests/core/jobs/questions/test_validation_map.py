from __future__ import annotations

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import DataError
from core.jobs.questions.validation_map import FILE, made, validation_places


def test_neighbours_on_the_shipped_map_show_the_same_digit() -> None:
    """Of 500 images nine in ten lie beside one of their own digit; by chance it would be one in ten."""
    validation = load_sample().validation
    places = validation_places(load_sample())
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert places.shape == (500, 2)
    assert (validation.labels[apart.argmin(axis=1)] == validation.labels).mean() > 0.9
    assert FILE.stat().st_size < 25_000


def test_the_map_is_made_of_the_full_data_only() -> None:
    with pytest.raises(DataError, match="needs the full MNIST"):
        made(load_sample())
