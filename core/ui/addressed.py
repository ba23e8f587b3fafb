"""What a page's address says beyond Streamlit's own binding: choices by their names, and what was not understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.ui.text import escaped


def choose_named(
    label: str, titles: Mapping[str, str], default: str, name: str, mark: str = "", *, labelled: bool = True
) -> str:
    """Let one of some things be chosen by its title, while the address holds its name (`?model=cnn`).

    A control bound to the address would write the title. What is chosen is remembered when people come back.

    Parameters
    ----------
    titles : mapping of str to str
        What people read, by name.
    name : str
        In the address.
    mark : str
        Part of the control's key; another one starts afresh.
    labelled : bool
        Whether the label is shown, or only read out.
    """
    box, kept = f"{name}{mark}_box", f"{name}{mark}_kept"
    asked, remembered = str(st.query_params.get(name, "")), str(st.session_state.get(kept, ""))
    if box not in st.session_state or asked != remembered:
        wanted = asked or ("" if box in st.session_state else remembered)
        st.session_state[box] = wanted if wanted in titles else default
        if wanted and wanted not in titles:
            _say(st.container(), name, wanted, titles[default])
    chosen = st.segmented_control(
        label, list(titles), format_func=titles.__getitem__, key=box, required=True,
        label_visibility="visible" if labelled else "collapsed",
    )  # fmt: skip
    st.session_state[kept] = chosen if chosen != default else ""
    _write(name, st.session_state[kept] or "")
    return chosen or default


def _write(name: str, value: str) -> None:
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


MOST = 1e15
"""No setting is larger, and above it floats do not hold every whole number."""


@contextmanager
def address_heeded() -> Iterator[None]:
    """Tell, above what is drawn inside, which values of an address that was just opened no control could take.

    Streamlit drops such a value and says nothing, and fails at numbers that are infinite or have hundreds of digits.
    """
    place = st.container()
    _leave_out_impossible_numbers(place)
    asked = {name: st.query_params[name] for name in st.query_params if name not in st.session_state}
    yield
    for name, text in asked.items():
        if name in st.session_state and st.query_params.get(name) != text:
            value = st.session_state[name]
            if not _same(value, text):
                _say(place, name, text, value)


def _leave_out_impossible_numbers(place: DeltaGenerator) -> None:
    impossible = {name: text for name, text in st.query_params.to_dict().items() if is_no_finite_number(text)}
    for name, text in impossible.items():
        del st.query_params[name]
        place.warning(
            f"“{escaped(f'{name}={text[:60]}')}” in the address is not a number that can be used, and is left out.",
            icon=":material/link_off:",
        )
    if impossible and (context := get_script_run_ctx()):
        # Controls are filled from what the address said first, of which Streamlit has no public way to take one out.
        with context.session_state.query_params() as parameters:
            parameters.set_initial_query_params_from_current()


def is_no_finite_number(text: str) -> bool:
    """Tell whether a text means a number that no control holds: infinite, not a number, or beyond 15 digits."""
    try:
        return not abs(float(text)) < MOST
    except ValueError:
        return False


def _same(value: Any, text: str) -> bool:
    """Return whether a control's value is what the text says; lists are left to themselves."""
    if isinstance(value, list | tuple) or text.casefold() == str(value).casefold():
        return True
    try:
        return isinstance(value, int | float) and float(text) == value
    except ValueError:
        return False


def _say(place: DeltaGenerator, name: str, text: str, value: object) -> None:
    place.warning(
        f"“{escaped(f'{name}={text[:60]}')}” in the address is not a valid value; the setting is now "
        f"{escaped(str(value))}.",
        icon=":material/link_off:",
    )
