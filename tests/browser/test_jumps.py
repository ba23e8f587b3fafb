"""Nothing that can be clicked jumps away and back while a control's change is being drawn, message by message."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.jumps import PAGES, WATCH, controls, jumps, opened


def jumped(page: Page, kind: str, number: int) -> list[list]:
    """Return what was gone for a moment, or away from where it was and ends; a chart may be drawn anew in its place."""
    _, found = jumps(page, kind, number)
    return [told for told in found if told[1] != "replaced"]


@pytest.fixture
def watched(new_page: Callable[..., Page]) -> Page:
    page = new_page(width=1280, height=1400)
    page.add_init_script(path=WATCH)
    return page


@pytest.mark.parametrize(("name", "kind", "number"), [("Compare", "tab", 1), ("Train", "buttons", 0)])
def test_what_is_below_stays_while_a_part_is_drawn(
    watched: Page, digit_lab: str, name: str, kind: str, number: int
) -> None:
    opened(watched, f"{digit_lab}/{name}")
    assert jumped(watched, kind, number) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", PAGES)
def test_no_control_of_a_page_makes_another_jump(watched: Page, digit_lab: str, name: str) -> None:
    opened(watched, f"{digit_lab}/{name}")
    found = {}
    for kind, number in list(controls(watched)):
        opened(watched, f"{digit_lab}/{name}")
        if told := jumped(watched, kind, number):
            found[f"{kind} {number}"] = told
    assert not found
