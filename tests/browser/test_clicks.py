"""A click counts although the page moves, or draws anew, what was pressed before it is released."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from core.ui import browser

PREPARE = """async source => {
  const prepared = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  prepared.default();
}"""
PAGE = """<div id="above"></div>
<div class="st-key-train"><button>Train</button></div><div class="st-key-other"><button>Train</button></div>
<script>
  clicked = [];
  addEventListener("click", event => clicked.push(event.target.closest("button")?.parentElement.className));
</script>"""
MOVE = "document.getElementById('above').style.height = '200px'"
DRAW_ANEW = "document.querySelector('.st-key-train').outerHTML = document.querySelector('.st-key-train').outerHTML"
REWORD = f"{DRAW_ANEW}; document.querySelector('.st-key-train button').textContent = 'Train anyway'"


def clicks(page: Page, between: str, *, away: int = 0) -> list[str]:
    """Press the first button, run a script, release the mouse so many pixels away; return what was clicked."""
    page.set_content(PAGE)
    page.evaluate(PREPARE, browser.SCRIPT.read_text("utf-8"))
    box = page.locator("button").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(between)
    page.mouse.move(x, y + away)
    page.mouse.up()
    page.evaluate("new Promise(done => setTimeout(done))")
    return [name for name in page.evaluate("clicked") if name]


@pytest.mark.parametrize("between", ["", MOVE, DRAW_ANEW, f"{MOVE}; {DRAW_ANEW}"])
def test_what_was_pressed_is_clicked_once(page: Page, between: str) -> None:
    assert clicks(page, between) == ["st-key-train"]


def test_a_click_of_the_browser_that_comes_late_is_not_a_second_one(page: Page) -> None:
    press_alone = """() => {
      const kept = {bubbles: true, composed: true, isPrimary: true, pointerType: "mouse"};
      for (const kind of ["pointerdown", "pointerup"]) {
        document.querySelector("button").dispatchEvent(new PointerEvent(kind, kept));
      }
      return new Promise(done => setTimeout(done));
    }"""
    page.set_content(PAGE)
    page.evaluate(PREPARE, browser.SCRIPT.read_text("utf-8"))
    page.evaluate(press_alone)
    page.locator("button").first.press("Enter")  # a click that the browser makes
    assert page.evaluate("clicked").count("st-key-train") == 1
    page.wait_for_timeout(600)
    page.locator("button").first.press("Enter")
    assert page.evaluate("clicked").count("st-key-train") == 2


def test_a_press_that_is_taken_back_is_no_click(page: Page) -> None:
    assert clicks(page, MOVE, away=80) == []


def test_a_button_with_other_words_is_not_what_was_pressed(page: Page) -> None:
    assert clicks(page, REWORD) == []
