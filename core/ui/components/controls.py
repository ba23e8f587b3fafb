"""Sliders, switches and choices made from a declaration."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.models.parameters import ParameterField, Parameters
from core.preprocessing.declaration import idle_in_words

LOG_STEPS = 40


def parameter_controls(parameters: type[Parameters], start: Parameters, key: str, columns: int = 3) -> Parameters:
    """One control a declared parameter, standing at `start`; returns what they are set to.

    Parameters
    ----------
    key : str
        Prefix of the widgets' keys; the address of the page holds their values under it.
    """
    return parameters.checked(controls(parameters.declared(), start.model_dump(), key, columns))


def controls(fields: Sequence[ParameterField], start: Mapping[str, Any], key: str, columns: int = 3) -> dict[str, Any]:
    """One control a field, standing at `start`, side by side; returns the values by name."""
    places = st.columns(columns)
    values: dict[str, Any] = {}
    for position, field in enumerate(fields):
        with places[position % columns]:
            idle = idle_in_words(field.idle_while, values)
            values[field.name] = control(field, start[field.name], f"{key}_{field.name}", idle)
    return values


def control(field: ParameterField, value: Any, key: str, idle: str = "") -> Any:
    """The control that fits one declared parameter; disabled where it is idle, with the words that say why."""
    shared: dict[str, Any] = {
        "help": f"{field.help} ({field.range_in_words}) {idle}".rstrip(),
        "key": key,
        "bind": "query-params",
        "disabled": bool(idle),
    }
    title = field.title[:1].upper() + field.title[1:]
    if field.kind == "bool":
        return st.toggle(title, value=value, **shared)
    if field.kind == "choice":
        return st.selectbox(title, field.choices, index=field.choices.index(str(value)), **shared)
    if field.low is None or field.high is None:
        raise TypeError(f"{field.name} declares no range")
    if field.log:
        return st.select_slider(title, options=log_positions(field, value), value=value, format_func=shown, **shared)
    whole = field.kind == "int"
    low, high, step = field.low, field.high, field.step or (1 if whole else (field.high - field.low) / 100)
    if whole:
        return st.slider(title, int(low), int(high), int(value), int(step), **shared)
    return st.slider(title, float(low), float(high), float(value), float(step), format="%g", **shared)


def log_positions(field: ParameterField, value: float) -> list[float | int]:
    """Slider positions in powers between a field's bounds: 1, 1.5, 2, 3, 5, 7 of each decade, and `value` itself."""
    low, high = float(field.low or 0), float(field.high or 0)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    grid = {float(f"{mantissa}e{decade}") for decade in decades for mantissa in (1, 1.5, 2, 3, 5, 7)}
    positions = sorted({position for position in grid if low <= position <= high} | {low, high, float(value)})
    return sorted({round(position) for position in positions}) if field.kind == "int" else positions


def shown(value: float) -> str:
    """A number as people write it."""
    return f"{value:g}"
