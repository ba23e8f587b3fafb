"""Sliders, switches and choices made from the declaration of a step or an augmentation."""

from __future__ import annotations

from typing import Any, Literal, get_args

import streamlit as st
from pydantic.fields import FieldInfo

from core.preprocessing.declaration import Declared, idle_in_words, range_in_words

TITLES = {"n_components": "Components", "elastic_sigma": "Smoothness of the distortion", "max_angle": "Largest slant"}


def setting_controls(
    declared: type[Declared], values: dict[str, Any], key: str, bind: Literal["query-params"] | None = None
) -> dict[str, Any]:
    """One control a declared setting, standing at its value; returns what they are set to.

    Parameters
    ----------
    key : str
        Prefix of the controls' keys, and with `bind` of their names in the page's address.
    """
    fields = {name: field for name, field in declared.model_fields.items() if name != "kind"}
    now: dict[str, Any] = {}
    for name, field in fields.items():
        idle = idle_in_words(_declared(field, "idle_while"), now)
        now[name] = _control(name, field, values[name], f"{key}_{name}", bind, idle)
    return now


def _declared(field: FieldInfo, name: str) -> Any:
    extra = field.json_schema_extra
    return extra.get(name) if isinstance(extra, dict) else None


def _control(name: str, field: FieldInfo, value: Any, key: str, bind: Literal["query-params"] | None, idle: str) -> Any:
    title = TITLES.get(name, name.replace("_", " ").capitalize())
    shared: dict[str, Any] = {
        "help": f"{field.description} ({range_in_words(field)}) {idle}".rstrip(),
        "disabled": bool(idle),
        "key": key,
        "bind": bind,
        "persist_state": "session",
    }
    if isinstance(field.default, bool):
        return st.toggle(title, value=value, **shared)
    if isinstance(field.default, str):
        choices = get_args(field.annotation)
        return st.selectbox(title, choices, index=choices.index(value), **shared)
    number = type(field.default)
    low = next(mark.ge for mark in field.metadata if hasattr(mark, "ge"))
    high = next(mark.le for mark in field.metadata if hasattr(mark, "le"))
    step = number(_declared(field, "step"))
    return st.slider(title, number(low), number(high), number(value), step, format="%g", **shared)
