from __future__ import annotations

import numpy as np
import pytest

from core.data.sample import load_sample
from core.explain.inside_network import NetworkInside
from core.explain.receptive_field import Field
from core.models.serving.predictor import read_graph
from core.models.serving.shipped import shipped
from core.preprocessing.pipeline import Pipeline


def test_two_layers_see_what_is_counted_by_hand() -> None:
    field = Field().after(3, 1, 1).after(2, 2, 0).after(3, 1, 0)
    assert field == Field(start=-1, size=8, step=2)
    assert field.at(2) == (3, 11)


@pytest.mark.parametrize("place", [1, 3, 4])
def test_only_pixels_of_the_field_change_a_response(place: int) -> None:
    """Noise outside of the field leaves the response as it was, and noise inside changes it."""
    card = shipped()["cnn"]
    network = NetworkInside(read_graph(card.folder))
    features = Pipeline(card.specification.recipe).transform_fixed(load_sample().validation.images[:1])
    layer = network.feature_maps(features)[place - 1]
    channel = int(layer.order[0])
    row, column = layer.strongest_place(channel)
    top, left, bottom, right = network.field(place, row, column)
    inside = np.zeros(features.shape, bool)
    inside[:, max(top, 0) : bottom, max(left, 0) : right] = True
    noise = np.random.default_rng(0).random(features.shape).astype(np.float32)
    outside_changed, inside_changed = (
        network.feature_maps(np.where(where, noise, features))[place - 1].maps[channel, row, column]
        for where in (~inside, inside)
    )
    assert outside_changed == pytest.approx(layer.maps[channel, row, column], abs=1e-4)
    assert inside_changed != pytest.approx(layer.maps[channel, row, column], abs=1e-2)


def test_maps_are_ordered_by_their_mean_response() -> None:
    network = NetworkInside(read_graph(shipped()["cnn"].folder))
    layer = network.feature_maps(np.random.default_rng(0).random((1, 28, 28, 1)).astype(np.float32))[0]
    means = layer.maps.mean(axis=(1, 2))[layer.order]
    assert (np.diff(means) <= 0).all()
