"""The pages in the sidebar: their groups and icons. A page that is not named here is found all the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.ui import brand

FOLDER = Path(__file__).parents[2] / "pages"
START = "Start"
HOME = "pages/0_Start.py"
"""Not named Home, as Streamlit would take it for the entry of the same name."""
DEMO = "Demo"
VIEW = "demo"
"""`/?view=demo` shows the demo instead of Home."""


@dataclass(frozen=True)
class Place:
    """Where a page stands in the sidebar."""

    group: str
    icon: str
    hidden: bool = False


OTHERS = Place("More", ":material/article:")
PLACES: dict[str, Place] = {
    START: Place("", ":material/home:"),
    "Data": Place("Explore", ":material/grid_view:"),
    "Train": Place("Build", ":material/model_training:"),
    "Tune": Place("Build", ":material/tune:"),
    "Runs": Place("Build", ":material/list_alt:"),
    "Run": Place("Build", ":material/description:", hidden=True),
    "Compare": Place("Understand", ":material/balance:"),
    "Errors": Place("Understand", ":material/grid_on:"),
    "Trust": Place("Understand", ":material/verified:"),
    "Draw": Place("Show", ":material/draw:"),
    "Demo": Place("Show", ":material/slideshow:"),
}
"""By a page's name in the address, in the order of the sidebar."""


def page_names(folder: Path = FOLDER) -> dict[str, Path]:
    """Return the files of all pages by their names in the address: known ones in their order, then the others."""
    files = {path.stem.partition("_")[2]: path for path in sorted(folder.glob("*.py"))}
    known = [name for name in PLACES if name in files]
    return {name: files[name] for name in (*known, *(name for name in files if name not in PLACES))}


def demo_is_asked_for() -> bool:
    """Return whether the address asks for the demo instead of Home."""
    return st.query_params.get("view") == VIEW


def on_stage(page: st.Page) -> bool:
    """Return whether a page shows the demo, which has the screen for itself."""
    return page.url_path == DEMO or demo_is_asked_for()


def navigation() -> st.Page:
    """Draw the sidebar's links, and return the page that the address asks for."""
    groups: dict[str, list[st.Page]] = {}
    for name, path in page_names().items():
        place = PLACES.get(name, OTHERS)
        page = st.Page(
            path,
            title="Home" if name == START else name.replace("_", " "),
            icon=place.icon,
            default=name == START,
            visibility="hidden" if place.hidden else "visible",
        )
        groups.setdefault(place.group, []).append(page)
    st.set_page_config(page_icon=brand.MARK)  # first: else the browser fetches the page's icon from the network
    return st.navigation(groups, expanded=True)
