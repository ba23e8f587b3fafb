"""A picture from its upload to corrected digits, as somebody clicks through it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.actions import open_page, wait_until_idle


def choose_example(page: Page, title: str) -> None:
    page.get_by_role("button", name="Example pictures").click()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name=title, exact=True).click()
    page.keyboard.press("Escape")
    wait_until_idle(page)
    expect(page.locator(".js-plotly-plot")).to_have_count(1)


def click_box(page: Page, number: int, scrolled_to: str = "center") -> None:
    """Click near a corner of a digit's box, which lies in the "center" of the screen or at its "start"."""
    box = page.locator(".js-plotly-plot .shapelayer path").nth(number)
    box.evaluate("(box, block) => box.scrollIntoView({block})", scrolled_to)
    place = box.bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + 0.25 * place["width"], place["y"] + 0.25 * place["height"])
    wait_until_idle(page)


def labels(page: Page) -> Locator:
    """The ten labels to choose from for the chosen digit."""
    return page.locator(".st-key-picture_label")


def read(page: Page, text: str) -> None:
    expect(page.get_by_test_id("stCode").first).to_have_text(text)


def test_a_picture_is_corrected_by_clicks(page: Page, digit_lab: str) -> None:
    open_page(page, digit_lab, "Draw?way=upload")
    choose_example(page, "Form field")
    read(page, "2079")
    click_box(page, 3)
    labels(page).get_by_role("radio", name="4", exact=True).click()
    read(page, "2074")
    page.get_by_role("button", name="Save 1 to my digits").click()
    expect(page.get_by_role("button", name="Saved 1 to my digits")).to_be_disabled()
    click_box(page, 0, scrolled_to="start")  # behind the header, which is not seen and must not take the click
    page.get_by_role("button", name="Join with the next").click()
    expect(page.locator(".js-plotly-plot .shapelayer path")).to_have_count(3)
    page.get_by_role("button", name="Split").click()
    expect(page.locator(".js-plotly-plot .shapelayer path")).to_have_count(4)
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".js-plotly-plot .shapelayer path")).to_have_count(3)
    with page.expect_download() as table:
        page.get_by_role("button", name="Download table").click()
    rows = Path(table.value.path()).read_text().splitlines()
    assert rows[0] == "number,line,label,probability,state,x,y,width,height" and len(rows) == 4


def test_a_page_on_its_side_is_shown_upright_and_can_be_turned_back(page: Page, digit_lab: str) -> None:
    open_page(page, digit_lab, "Draw?way=upload")
    choose_example(page, "Turned page")
    expect(page.locator(".answer")).to_have_text("31415 92653 58979")
    expect(page.get_by_text("after a turn of 90° clockwise")).to_be_visible()
    page.locator(".st-key-picture_turns").get_by_role("combobox").click()
    page.get_by_role("option", name="Turn right").click()
    expect(page.get_by_text("after a turn of 90° clockwise")).to_have_count(0)
    expect(page.locator(".answer")).to_have_text("31415 92653 58979")


@pytest.mark.slow
def test_the_picture_fits_a_phone(new_page, digit_lab: str) -> None:
    page = new_page(width=390, height=844, color_scheme="dark", touch=True)
    open_page(page, digit_lab, "Draw?way=upload")
    choose_example(page, "Sheet")
    click_box(page, 7)
    expect(labels(page).get_by_text("Digit 8 is a")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
