"""The layers of a network for one digit: maps in the order of how strongly they respond, then the last layer's sums."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from core.arrays import UInt8Array
from core.charts.inside import coloured_filters, grey
from core.charts.thinking import contributions, ten_sums
from core.explain.inside_network import FeatureMaps, NetworkInside
from core.explain.last_layer import Sums
from core.preprocessing.pipeline import Pipeline
from core.runs.run import Run
from core.ui.components.opened import opened_network
from core.ui.components.sheet import data_url

SHOWN, FEWER = 16, 10
"""Maps of a layer: those with the strongest mean response."""

STYLE = """<style>
.layer { margin: 0 0 1rem; }
.layer .maps { display: flex; flex-wrap: wrap; gap: 6px; }
.layer .map { position: relative; width: 60px; height: 60px; border-radius: 3px; outline-offset: 1px; }
.layer .map:hover, .layer .map:focus { outline: 3px solid #0072B2; z-index: 3; }
.layer img { width: 100%; height: 100%; display: block; image-rendering: pixelated;
  border-radius: 3px; background: #000; }
.layer .more { display: none; position: absolute; left: 0; top: 66px; width: 216px; padding: 8px; border-radius: 6px;
  background: #101820; color: #fff; font-size: .8125rem; line-height: 1.35; box-shadow: 0 2px 10px #0008; }
.layer .map:hover .more, .layer .map:focus .more { display: block; }
.layer .map:nth-child(n+4) .more { left: -78px; } .layer .map:nth-child(n+10) .more { left: -150px; }
.layer .pair { display: flex; gap: 8px; margin-bottom: 6px; }
.layer .pair > div { position: relative; width: 96px; height: 96px; }
.layer .seen { position: absolute; box-sizing: border-box; border: 2px solid #E69F00; }
.layers.compact .layer { display: flex; align-items: center; gap: .5rem; margin: 0 0 4px; }
.layers.compact p { width: 6.5rem; margin: 0; font-size: .8125rem; line-height: 1.25; }
.layers.compact .maps { flex-wrap: nowrap; gap: 3px; }
.layers.compact .map { width: 34px; height: 34px; } .layers.compact .more { top: auto; bottom: 40px; }
@media (max-width: 640px) { .layer .map { width: 48px; height: 48px; }
  .layer .more, .layer .map:nth-child(n) .more { position: fixed; left: 12px; top: auto; bottom: 12px; } }
</style>"""
HOW = (
    "Each row is a convolution, its maps from the strongest mean response to the weakest; white is strong, all maps "
    "of a row share one scale. Hover over a map, or tap it, to see its filter and the place that excites it most."
)


def show_layers(run: Run, image: UInt8Array, compact: bool = False) -> None:
    """Show the input, every convolution's maps, and what the last layer makes of them; one run of the served model."""
    assert run.specification is not None
    network = opened_network(run)
    features = Pipeline(run.specification.recipe).transform_fixed(image[None])
    layers, sums = network.think(features)
    seen = as_picture(features[0])
    if compact:
        _show_few(network, layers, sums, seen)
        return
    st.html(STYLE + input_html(seen) + "".join(layer_html(network, layer, seen) for layer in layers))
    st.caption(HOW)
    if sums is not None:
        _show_sums(sums, len(layers))


def _show_few(network: NetworkInside, layers: list[FeatureMaps], sums: Sums | None, seen: UInt8Array) -> None:
    """Show a row a layer beside the ten sums."""
    maps, last = st.columns([5, 3], gap="small")
    with maps:
        rows = "".join(layer_html(network, layer, seen, few=True) for layer in layers)
        st.html(f'{STYLE}<div class="layers compact">{rows}</div>')
    if sums is not None:
        with last:
            figure = ten_sums(sums.values).update_layout(height=200)
            st.plotly_chart(figure, key="think_sums", config={"displayModeBar": False})


def _show_sums(sums: Sums, layers: int) -> None:
    name = "Map" if sums.by_map else "Neuron"
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**Last layer**: ten sums; the largest is the answer, **{sums.answer}**")
        st.plotly_chart(ten_sums(sums.values), key="think_sums", config={"displayModeBar": False})
    with right:
        of = f"maps of convolution {layers}" if sums.by_map else "neurons before the last layer"
        st.markdown(f"**For and against the {sums.answer}**: the {of} that matter most")
        figure = contributions(sums.contributions(), sums.answer, name)
        st.plotly_chart(figure, key="think_parts", config={"displayModeBar": False})
    st.caption("Contributions are counted from their mean over the ten digits, as only differences change the answer.")


def as_picture(features: np.ndarray) -> UInt8Array:
    """Return a network's input, (h, w, 1) float32, as a picture (h, w) uint8 from its least to its largest value."""
    values = features[:, :, 0]
    low, high = float(values.min()), float(values.max())
    return np.asarray(np.rint((values - low) / max(high - low, 1e-9) * 255).astype(np.uint8))


def input_html(seen: UInt8Array) -> str:
    """Return the input as HTML."""
    height, width = seen.shape
    picture = f'<div class="map"><img src="{data_url(seen)}" alt="The digit as the network sees it"></div>'
    return f'<div class="layer"><p><b>Input</b>: {height} × {width} pixels</p><div class="maps">{picture}</div></div>'


def layer_html(network: NetworkInside, layer: FeatureMaps, seen: UInt8Array, *, few: bool = False) -> str:
    """Return the strongest maps of a layer as HTML, each with its filter and the place that excites it.

    Parameters
    ----------
    seen : (h, w) uint8
        The network's input.
    few : bool
        Show few maps beside a short title.
    """
    order = layer.order[: FEWER if few else SHOWN]
    channels, height, width = layer.maps.shape
    pictures, filters = grey(layer.maps), coloured_filters(network.filters_of(layer.place)[order])
    maps = "".join(
        _map_html(network, layer, int(channel), pictures[channel], colours, seen)
        for channel, colours in zip(order, filters, strict=True)
    )
    rest = f", the {len(order)} strongest shown" if channels > len(order) else ""
    title = f"<b>Convolution {layer.place}</b>: {channels} maps of {height} × {width}{rest}"
    if few:
        title = f"<b>Layer {layer.place}</b><br>{len(order)} of {channels} maps"
    return f'<div class="layer"><p>{title}</p><div class="maps">{maps}</div></div>'


def _map_html(
    network: NetworkInside, layer: FeatureMaps, channel: int, picture: np.ndarray, colours: np.ndarray, seen: np.ndarray
) -> str:
    place = layer.strongest_place(channel)
    strength = float(layer.maps[channel].max())
    mean = "" if layer.place == 1 else ", mean over its inputs"
    told = (
        f"Map {channel + 1}: strongest response {strength:.2f}" if strength > 0 else f"Map {channel + 1}: no response"
    )
    box = _box(network.field(layer.place, *place), seen.shape) if strength > 0 else ""
    return (
        f'<div class="map" tabindex="0" role="img" aria-label="{escape(told)}"><img src="{data_url(picture)}" alt="">'
        f'<div class="more"><div class="pair"><div><img src="{data_url(colours[..., ::-1])}" alt="Its filter"></div>'
        f'<div><img src="{data_url(seen)}" alt="The place that excites it">{box}</div></div>'
        f"<b>{told}</b><br>Left: filter{mean} (orange adds, blue subtracts). Right: what it sees there.</div></div>"
    )


def _box(field: tuple[int, int, int, int], shape: tuple[int, ...]) -> str:
    """Return a frame around a part of the picture as HTML, cut off at the picture's edges."""
    height, width = shape[:2]
    top, left, bottom, right = field
    top, left, bottom, right = max(top, 0), max(left, 0), min(bottom, height), min(right, width)
    return (
        f'<span class="seen" style="left:{100 * left / width:.1f}%;top:{100 * top / height:.1f}%;'
        f'width:{100 * (right - left) / width:.1f}%;height:{100 * (bottom - top) / height:.1f}%"></span>'
    )
