"""The filters of a network's first layer, and what every convolution answers for a digit."""

from __future__ import annotations

import streamlit as st

from core.charts.inside import filter_sheet, map_sheet
from core.charts.sheets import sheet
from core.explain.inside_network import FeatureMaps
from core.preprocessing.pipeline import Pipeline
from core.runs.run import Run
from core.ui.components.opened import opened_network
from core.ui.run_view.inside_digit import choose_digit


def show_network(run: Run) -> None:
    """Show filters, then the feature maps of a chosen validation digit, layer by layer."""
    network = opened_network(run)
    filters = network.filters
    st.subheader("First-layer filters", anchor=False)
    st.image(filter_sheet(filters), output_format="PNG")
    side = " × ".join(map(str, filters.shape[1:]))
    st.caption(
        f"{len(filters)} filters of {side} pixels, each on its own colour scale. Orange: positive weights, ink "
        "raises the activation; blue: negative weights, ink lowers it."
    )
    if run.specification is None:
        return
    st.subheader("Feature maps of each layer", anchor=False)
    image = choose_digit()
    features = Pipeline(run.specification.recipe).transform_fixed(image[None])
    st.image(sheet(image[None], columns=1, scale=4), output_format="PNG")
    for layer in network.feature_maps(features):
        _layer(layer)


def _layer(layer: FeatureMaps) -> None:
    channels, height, width = layer.maps.shape
    kernel = " × ".join(map(str, layer.kernel))
    st.markdown(f"**Convolution {layer.place}**: {channels} maps of {height} × {width}, filters of {kernel}")
    st.image(map_sheet(layer.maps, side=56 if min(height, width) > 1 else 24), output_format="PNG")
    if layer.place == 1:
        st.caption("White: strong activation of the filter. All maps of a layer share one scale.")
