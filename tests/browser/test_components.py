"""Canvas, matrix and sheet of digits, by mouse and by touch, in a real Chromium."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.benchmarks.browser import CELL
from tests.benchmarks.servers import PROJECT, App
from tests.browser.actions import click_cell, click_digit, draw, move_slider, open_page, wait_until_idle

COMPONENTS = App("components", Path(__file__).parent / "components" / "Home.py", {"PYTHONPATH": str(PROJECT)})
SEVEN = [(0.2, 0.2), (0.8, 0.2), (0.5, 0.9)]


@pytest.fixture(scope="module")
def address(browser, served) -> str:
    return served(COMPONENTS)


def test_strokes_arrive_and_can_be_taken_back_and_wiped(page, address):
    open_page(page, address, "Canvas")
    draw(page, SEVEN, [(0.3, 0.5), (0.7, 0.5)])
    expect(page.get_by_text("2 strokes")).to_be_visible()
    page.locator(".st-key-canvas-undo button").click()
    expect(page.get_by_text("1 strokes")).to_be_visible()
    draw(page, SEVEN)
    expect(page.get_by_text("2 strokes")).to_be_visible()
    page.locator(".st-key-canvas-clear button").click()
    draw(page, SEVEN)  # at once: what is drawn while the server hears of it must stay
    expect(page.get_by_text("1 strokes")).to_be_visible()
    wait_until_idle(page)
    expect(page.get_by_text("1 strokes")).to_be_visible()


def test_pen_width_changes_the_next_stroke_and_keeps_the_drawing(page, address):
    open_page(page, address, "Canvas")
    draw(page, SEVEN)
    expect(page.get_by_text("1 strokes, pens [22]")).to_be_visible()
    move_slider(page, "Pen width", 3)
    expect(page.get_by_text("the pen is 25 wide")).to_be_visible()
    wait_until_idle(page)
    draw(page, SEVEN)
    expect(page.get_by_text("2 strokes, pens [22, 25]")).to_be_visible()


def test_canvas_fits_a_narrow_window_and_keeps_its_own_coordinates(new_page, address):
    page = new_page(320, 800)
    open_page(page, address, "Canvas")
    box = page.locator(".upper-canvas").bounding_box()
    assert box["x"] + box["width"] <= 320
    assert box["width"] > 250
    draw(page, [(0.1, 0.1), (0.5, 0.5)])
    expect(page.get_by_text(re.compile(r"ends at \[1(69|70), 1(69|70)\]"))).to_be_visible()
    page.set_viewport_size({"width": 800, "height": 320})
    expect(page.get_by_text("1 strokes")).to_be_attached()


def test_dot_by_touch(new_page, address):
    page = new_page(390, 844, touch=True)
    open_page(page, address, "Canvas")
    box = page.locator(".upper-canvas").bounding_box()
    page.touchscreen.tap(box["x"] + 100, box["y"] + 200)
    expect(page.get_by_text("1 strokes")).to_be_visible()


def test_cell_and_totals_answer_a_click_and_stand_in_the_address(page, address):
    open_page(page, address, "Matrix")
    page.mouse.move(*page.locator(".js-plotly-plot").first.evaluate(CELL, [4, 8]))  # seen just before the click
    click_cell(page, 4, 9)
    expect(page.get_by_text("cell (4, 9)")).to_be_visible()
    expect(page).to_have_url(f"{address}/Matrix?true=4&predicted=9")
    click_cell(page, 3, 10)
    expect(page.get_by_text("cell (3, None)")).to_be_visible()
    click_cell(page, 10, 7)
    expect(page.get_by_text("cell (None, 7)")).to_be_visible()
    click_cell(page, 10, 10)
    expect(page.get_by_text("cell None")).to_be_visible()


def test_second_click_on_a_cell_keeps_it(page, address):
    open_page(page, address, "Matrix")
    for _ in range(2):
        click_cell(page, 8, 3)
        expect(page.get_by_text("cell (8, 3)")).to_be_visible()
        wait_until_idle(page)


def test_address_and_keyboard_choose_a_cell(new_page, address):
    page = new_page(1280, 1200)  # a page that scrolls on focus closes the list of options again
    open_page(page, address, "Matrix?true=7&predicted=2")
    expect(page.get_by_text("cell (7, 2)")).to_be_visible()
    page.get_by_role("combobox", name="Predicted digit").focus()
    page.keyboard.type("5")
    expect(page.get_by_role("option")).to_have_text(["5"])
    page.keyboard.press("Enter")
    expect(page.get_by_text("cell (7, 5)")).to_be_visible()


def test_digit_of_a_sheet_answers_click_and_keyboard(page, address):
    open_page(page, address, "Matrix")
    click_digit(page, 37)
    expect(page.get_by_text("digit 37")).to_be_visible()
    page.locator('.digit[data-index="5"]').press("Enter")
    expect(page.get_by_text("digit 5", exact=True)).to_be_visible()
    expect(page.locator('.digit[aria-pressed="true"]')).to_have_count(1)


def test_caption_is_text_never_html(page, address):
    open_page(page, address, "Matrix")
    expect(page.locator('.digit[data-index="0"] .caption')).to_have_text("<b>0</b> 98 %")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme_follows_the_browser(new_page, address, scheme):
    page = new_page(color_scheme=scheme)
    open_page(page, address)
    expect(page.get_by_text(scheme, exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("touch", [False, True])
def test_first_stroke_may_begin_in_the_upper_right_corner(new_page, address, width, touch):
    page = new_page(width, 800, touch=touch)
    open_page(page, address, "Canvas")
    if touch:
        box = page.locator(".upper-canvas").bounding_box()
        page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + 8)
    else:
        draw(page, [(0.9, 0.02), (0.1, 0.9)])
    expect(page.get_by_text("1 strokes")).to_be_visible()
