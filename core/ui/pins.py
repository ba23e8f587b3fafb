"""Views that a presenter pinned to the demo: addresses of pages, kept for their owner on the server."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

import streamlit as st
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from core.errors import DigitLabError, InputError
from core.settings import settings
from core.ui import identity
from core.ui.navigation import START, page_names
from core.ui.remembered import recall, remember
from core.ui.text import escaped

MOST = 12
LONGEST = 2_000
"""Characters that an address may have; browsers and proxies take at least so many."""
PLACES = ("", *(name for name in page_names() if name != START))
"""Pages by their name in the address; "" is Home."""
NAME = "pins"


class Pin(BaseModel):
    """One view: what the presenter calls it, and where it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    page: str
    query: dict[str, list[str]]

    @property
    def address(self) -> str:
        """Page and query, relative to Home, such as `Errors?true=4&predicted=9`."""
        return f"{self.page}?{urlencode(self.query, doseq=True)}"


_PINS = TypeAdapter(list[Pin])


def pins(owner: str) -> list[Pin]:
    """Return an owner's pins in their order; none where the file is damaged."""
    try:
        kept = _PINS.validate_python(recall(owner, NAME) or [])
    except ValidationError:
        return []
    return [pin for pin in kept if pin.page in PLACES][:MOST]


def add(owner: str, pin: Pin) -> None:
    """Put a view at the end of an owner's demo; raises InputError for too many or too long an address."""
    kept = pins(owner)
    if len(kept) >= MOST:
        raise InputError(f"A demo can have up to {MOST} pinned views; remove one first.")
    if len(pin.address) > LONGEST:
        raise InputError(f"This view's address has {len(pin.address):,} characters; a pin can have up to {LONGEST:,}.")
    remember(owner, NAME, [entry.model_dump() for entry in [*kept, pin]])


def remove(owner: str, place: int) -> None:
    """Take the pin at a place, counted from 0, out of an owner's demo."""
    kept = pins(owner)
    remember(owner, NAME, [pin.model_dump() for number, pin in enumerate(kept) if number != place])


def offer_pin(page: str) -> None:
    """Show a button that pins the view at hand; nothing where nothing may be kept, nor inside of a pinned view.

    Parameters
    ----------
    page : str
        Its name in the address, "" for Home.
    """
    if settings().readonly or st.context.is_embedded:
        return
    if st.button(
        "Pin to the demo",
        icon=":material/keep:",
        key="pin_open",
        type="tertiary",
        help="Add this view to the demo as a step",
    ):
        query = {name: st.query_params.get_all(name) for name in st.query_params}
        _ask(page, query)


@st.dialog("Pin this view to the demo")
def _ask(page: str, query: dict[str, list[str]]) -> None:
    owner = identity.current_user()
    st.write("The view becomes a step after the built-in ones, with all settings in its address.")
    title = st.text_input("Title", page or "Where things stand", max_chars=60, key="pin_title")
    if st.button(
        "Add to the demo",
        type="primary",
        key="pin_add",
        disabled=not title.strip(),
        on_click=_pin,
        args=(owner, page, query),
    ):
        st.rerun()  # which closes the dialog
    for place, pin in enumerate(pins(owner)):
        name, away = st.columns([5, 1], vertical_alignment="center")
        name.markdown(f"{escaped(pin.title)} · {pin.page or 'Home'}")
        away.button("Remove", key=f"pin_away_{place}", on_click=_take_out, args=(owner, place))
    st.page_link("pages/10_Demo.py", label="Open the demo", icon=":material/slideshow:")


def _pin(owner: str, page: str, query: dict[str, list[str]]) -> None:
    title = st.session_state["pin_title"]
    try:
        add(owner, Pin(title=title, page=page, query=query))
    except DigitLabError as error:
        st.toast(str(error), icon=":material/error:")
    else:
        st.toast(f"Pinned: {escaped(title)}", icon=":material/keep:")


def _take_out(owner: str, place: int) -> None:
    try:
        remove(owner, place)
    except DigitLabError as error:
        st.toast(str(error), icon=":material/error:")
