from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.data.sample import load_sample
from core.explain.inside_network import NetworkInside
from core.explain.last_layer import LastLayer, last_layer
from core.models.serving.export import temperature_of
from core.models.serving.predictor import Predictor, read_graph
from core.models.serving.shipped import shipped
from core.preprocessing.pipeline import Pipeline


def test_the_sums_of_the_shipped_network_give_the_served_probabilities() -> None:
    card = shipped()["cnn"]
    graph = read_graph(card.folder)
    image = load_sample().validation.images[7]
    features = Pipeline(card.specification.recipe).transform_fixed(image[None])
    maps, sums = NetworkInside(graph).think(features)
    assert sums is not None and sums.by_map and len(sums.parts) == len(maps[-1].maps)
    scaled = np.exp(sums.values / temperature_of(graph))
    expected = Predictor.load(card.folder).predict_proba(image[None])[0]
    assert scaled / scaled.sum() == pytest.approx(expected, abs=1e-4)
    assert sums.answer == expected.argmax()


def test_contributions_are_the_largest_on_both_sides_and_add_up() -> None:
    rng = np.random.default_rng(0)
    layer = LastLayer("x", rng.normal(size=(30, 10)).astype(np.float32), np.zeros(10, np.float32))
    sums = layer.sums(rng.normal(size=30).astype(np.float32), None)
    table = sums.contributions(most=4)
    assert len(table) == 8 and table["contribution"].is_monotonic_decreasing
    assert (table["contribution"][:4] > 0).all() and (table["contribution"][4:] < 0).all()
    everything = sums.contributions(most=15)["contribution"].sum()
    assert everything == pytest.approx(float(sums.values.max() - sums.values.mean()), abs=1e-4)


@pytest.mark.parametrize("rows_last", [True, False])
def test_flattened_maps_are_counted_by_map(rows_last: bool) -> None:
    rng = np.random.default_rng(1)
    maps = rng.random((3, 2, 2)).astype(np.float32)
    values = maps.transpose(1, 2, 0).ravel() if rows_last else maps.ravel()
    weights = rng.normal(size=(12, 10)).astype(np.float32)
    sums = LastLayer("x", weights, np.ones(10, np.float32)).sums(values, maps)
    assert sums.by_map and sums.parts.shape == (3, 10)
    assert sums.values == pytest.approx(values @ weights + 1, abs=1e-5)


def test_a_layer_before_the_last_has_neurons() -> None:
    sums = LastLayer("x", np.ones((5, 10), np.float32), np.zeros(10, np.float32)).sums(
        np.arange(5, dtype=np.float32), np.ones((3, 2, 2), np.float32)
    )
    assert not sums.by_map and len(sums.parts) == 5


def test_a_transposed_gemm_is_read() -> None:
    weights, bias = np.arange(20, dtype=np.float32).reshape(10, 2), np.ones(10, np.float32)
    node = helper.make_node("Gemm", ["x", "w", "b"], ["y"], transB=1)
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [node], "one", [value("x", TensorProto.FLOAT, [1, 2])], [value("y", TensorProto.FLOAT, [1, 10])],
        [numpy_helper.from_array(weights, "w"), numpy_helper.from_array(bias, "b")],
    )  # fmt: skip
    onnx.checker.check_graph(graph)
    found = last_layer(graph, {"w": weights, "b": bias})
    assert found is not None and found.input == "x"
    np.testing.assert_array_equal(found.weights, weights.T)
    np.testing.assert_array_equal(found.bias, bias)
