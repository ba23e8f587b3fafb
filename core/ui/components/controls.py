"""Sliders, switches and choices made from a declaration."""

from __future__ import annotations

import math
from typing import Any, Literal, TypeVar

import streamlit as st

from core.declaration import Declared, ParameterField
from core.text import number
from core.ui.addressed import choose_named

D = TypeVar("D", bound=Declared)


Bind = Literal["query-params"] | None


def controls(
    declared: type[D], start: D, key: str, *, columns: int = 3, bind: Bind = "query-params", persist: bool = False
) -> D:
    """Show one control a declared parameter, standing at `start`, side by side; return what they are set to.

    Parameters
    ----------
    key : str
        Prefix of the controls' keys, and with `bind` of their names in the page's address.
    persist : bool
        Whether they keep what they are set to while another page is open.
    """
    values: dict[str, Any] = {}
    with st.grid(columns):
        for field in declared.declared():
            idle, value = field.idle_in_words(values), getattr(start, field.name)
            values[field.name] = control(field, value, f"{key}_{field.name}", idle, bind=bind, persist=persist)
    return declared.model_validate({**start.model_dump(), **values})


def control(
    field: ParameterField, value: Any, key: str, idle: str = "", *, bind: Bind = "query-params", persist: bool = False
) -> Any:
    """Show the control that fits one declared parameter; disabled where it is idle, with the words that say why."""
    shared: dict[str, Any] = {
        "help": f"{field.help} ({field.range_in_words}) {idle}".rstrip(),
        "key": key,
        "bind": bind,
        "persist_state": "session" if persist else None,
        "disabled": bool(idle),
    }
    title = capitalised(field)
    if field.kind == "bool":
        return st.toggle(title, value=value, **shared)
    if field.kind == "choice":
        return st.selectbox(title, field.choices, index=field.choices.index(str(value)), **shared)
    if field.log and bind:
        return _named_slider(field, value, key, disabled=bool(idle), help=shared["help"])
    if field.log:
        return st.select_slider(title, options=log_positions(field, value), value=value, format_func=number, **shared)
    low, high, step = slider_range(field)
    return st.slider(title, low, high, type(low)(value), step, format=slider_format(field), **shared)


def _named_slider(field: ParameterField, value: float, key: str, **more: Any) -> float | int:
    """Show a logarithmic slider whose thousands stand apart, while the address holds plain numbers."""
    positions = {shown(position): position for position in log_positions(field, value)}
    titles = {name: number(position) for name, position in positions.items()}
    return positions[choose_named(capitalised(field), titles, shown(value), key, control=st.select_slider, **more)]


def capitalised(field: ParameterField) -> str:
    """Return a field's title as a control shows it."""
    return field.title[:1].upper() + field.title[1:]


def slider_range(field: ParameterField) -> tuple[Any, Any, Any]:
    """Return the low end, high end and step of a field's slider, all int or all float as the field is."""
    if field.low is None or field.high is None or field.step is None:
        raise TypeError(f"{field.name} declares no range")
    number = int if field.kind == "int" else float
    return number(field.low), number(field.high), number(field.step)


def slider_format(field: ParameterField) -> str:
    """Return how a slider writes its numbers, as sprintf.js has it."""
    return "%,d" if field.kind == "int" else "%g"


def log_positions(field: ParameterField, value: float) -> list[float | int]:
    """Return slider positions in powers between a field's bounds: 1, 1.5, 2, 3, 5, 7 of each decade, and `value`."""
    low, high = float(field.low or 0), float(field.high or 0)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    grid = {float(f"{mantissa}e{decade}") for decade in decades for mantissa in (1, 1.5, 2, 3, 5, 7)}
    positions = sorted({position for position in grid if low <= position <= high} | {low, high, float(value)})
    return sorted({round(position) for position in positions}) if field.kind == "int" else positions


def shown(value: float) -> str:
    """Return a position of a logarithmic slider as the address holds it."""
    return f"{value:g}"
