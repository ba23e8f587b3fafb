from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from core.errors import InputError
from core.ui.demo.pinned import framed
from core.ui.pins import LONGEST, MOST, Pin, add, pins, remove
from core.ui.remembered import remember

NINE = Pin(title="4 as 9", page="Errors", query={"true": ["4"], "predicted": ["9"]})


def test_pins_keep_their_order_and_can_be_taken_out() -> None:
    for title in ("a", "b", "c"):
        add("ann", Pin(title=title, page="Errors", query={"true": ["4"]}))
    remove("ann", 1)
    assert [pin.title for pin in pins("ann")] == ["a", "c"]
    assert pins("bob") == []


def test_there_is_an_end_to_pins() -> None:
    for _ in range(MOST):
        add("ann", NINE)
    with pytest.raises(InputError, match=f"up to {MOST}"):
        add("ann", NINE)


def test_an_address_that_is_too_long_is_refused() -> None:
    with pytest.raises(InputError, match="characters"):
        add("ann", Pin(title="long", page="Compare", query={"runs": ["x" * LONGEST]}))


@pytest.mark.parametrize(
    "kept",
    [
        "no list",
        [{"title": "a"}],
        [{"title": "a", "page": "//evil.example/Errors", "query": {}}],
        [{"title": "a", "page": "../../etc", "query": {}}],
    ],
)
def test_what_is_no_page_of_ours_is_never_shown(kept: object) -> None:
    remember("ann", "pins", kept)
    assert pins("ann") == []


@pytest.mark.parametrize(
    ("here", "path"),
    [
        ("http://localhost:8501", "/Errors"),
        ("http://localhost:8501/", "/Errors"),
        ("https://lab.example/digits/", "/digits/Errors"),
    ],
)
def test_the_frame_shows_the_pinned_address_below_the_demo_s_own(here: str, path: str) -> None:
    awkward = Pin(title="x", page="Errors", query={"agreement": ['"><script>&embed=false'], "digits": ["4", "9"]})
    parts = urlsplit(framed(awkward, here, dark=True))
    assert (parts.scheme, parts.netloc, parts.path) == (*urlsplit(here)[:2], path)
    assert '"' not in parts.query
    assert parse_qs(parts.query) == {
        "agreement": ['"><script>&embed=false'],
        "digits": ["4", "9"],
        "embed": ["true"],
        "embed_options": ["dark_theme"],
    }
