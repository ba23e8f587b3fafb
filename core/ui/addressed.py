"""What a page's address says beyond Streamlit's own binding: choices by their names, and what was not understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_tab_container import TabContainer
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.ui.text import escaped


def choose_named(
    label: str,
    titles: Mapping[str, str],
    default: str,
    name: str,
    mark: str = "",
    *,
    control: Callable[..., str | None] | None = None,
    **more: Any,
) -> str:
    """Let one of some things be chosen by its title, while the address holds its name (`?model=cnn`).

    A control bound to the address would write the title, so that no name could be opened and a title could never be
    reworded. A title in an old address is understood. What is chosen is remembered when people come back.

    Parameters
    ----------
    titles : mapping of str to str
        What people read, by name.
    name : str
        In the address.
    mark : str
        Part of the control's key; another one starts afresh.
    control : callable, optional
        Of Streamlit, such as `st.selectbox` or a column's; segmented buttons if not given.
    **more
        For the control.
    """
    box = f"{name}{mark}_box"
    if (wanted := _wanted(name, mark, titles, default, box)) is not None:
        st.session_state[box] = wanted
    elif st.session_state[box] not in titles:
        st.session_state[box] = default
    if control is None:
        control, more = st.segmented_control, {"required": True, **more}
    chosen = control(label, list(titles), format_func=titles.__getitem__, key=box, **more) or default
    _keep(name, mark, chosen, default)
    return chosen


def named_tabs(titles: Mapping[str, str], name: str = "part") -> dict[str, TabContainer]:
    """Show tabs of which the address holds the name (`?part=lab`); return them by name, the chosen one `open`."""
    box, names = f"{name}_tabs", list(titles)
    if (wanted := _wanted(name, "", titles, names[0], box, remember=False)) is not None:
        st.session_state[box] = titles[wanted]
    tabs = dict(zip(names, st.tabs(list(titles.values()), key=box, on_change="rerun"), strict=True))
    _keep(name, "", next((place for place, tab in tabs.items() if tab.open), names[0]), names[0])
    return tabs


def open_old_address(titles: Mapping[str, str], name: str) -> None:
    """Open the tab that an old address switches on (`?why=true`)."""
    for old in [old for old in titles if st.query_params.get(old) == "true"]:
        del st.query_params[old]
        st.query_params[name] = old


def _wanted(
    name: str, mark: str, titles: Mapping[str, str], default: str, box: str, *, remember: bool = True
) -> str | None:
    """Return what a control is to be set to, where it is new or people went back in the browser; None where not."""
    asked, kept = str(st.query_params.get(name, "")), str(st.session_state.get(f"{name}{mark}_kept", ""))
    new = box not in st.session_state
    if not new and asked == kept:
        return None
    found = named(asked, titles)
    if asked and found is None:
        _say(st.container(), name, asked, titles[default])
    if not asked and new and remember:
        found = named(kept, titles)
    return found or default


def _keep(name: str, mark: str, chosen: str, default: str) -> None:
    st.session_state[f"{name}{mark}_kept"] = kept = chosen if chosen != default else ""
    _write(name, kept)


def choose_several_named(
    label: str,
    titles: Mapping[str, str],
    default: Sequence[str],
    name: str,
    *,
    control: Callable[..., list[str]] | None = None,
    **more: Any,
) -> list[str]:
    """Let several of some things be chosen by their titles, while the address holds their names, once each.

    Parameters are those of `choose_named`; the control is `st.multiselect` if not given.
    """
    box, kept = f"{name}_box", f"{name}_kept"
    asked, remembered = st.query_params.get_all(name), list(st.session_state.get(kept, []))
    if box not in st.session_state or asked != remembered:
        found = [named(text, titles) for text in asked or remembered]
        for text in [text for text, of in zip(asked, found, strict=False) if of is None]:
            _say(st.container(), name, text, ", ".join(titles[known] for known in default))
        st.session_state[box] = [known for known in found if known] or list(default)
    st.session_state[box] = [known for known in st.session_state[box] if known in titles]
    control = control or st.multiselect
    chosen = control(label, list(titles), format_func=titles.__getitem__, key=box, **more)
    st.session_state[kept] = [] if chosen == list(default) else chosen
    if st.session_state[kept] != asked:
        st.query_params[name] = st.session_state[kept]
    return chosen


def asked_name(name: str) -> str:
    """Return the name that is chosen, or that a control of `choose_named` will begin with; "" for its default."""
    return str(
        st.session_state.get(f"{name}_box") or st.query_params.get(name) or st.session_state.get(f"{name}_kept", "")
    )


def counts(numbers: Iterable[int]) -> dict[str, str]:
    """Return how many, by name in the address and as people read it: "2000" and "2,000"."""
    return {str(number): f"{number:,}" for number in numbers}


def slug(title: str) -> str:
    """Return the name in the address of what has only a title, such as "data_set"."""
    return title.casefold().replace(" ", "_")


def named(text: str, titles: Mapping[str, str]) -> str | None:
    """Return the name that a text means: the name itself or its title, in upper or lower case; None for no such."""
    wanted = text.casefold()
    return next((name for name, title in titles.items() if wanted in (name.casefold(), title.casefold())), None)


def _write(name: str, value: str) -> None:
    if value:
        if st.query_params.get(name) != value:
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
