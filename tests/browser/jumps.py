"""Change every control of every page, and list what jumps while the page runs: `python -m tests.browser.jumps`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.browser import OPENING
from tests.benchmarks.servers import DIGIT_LAB, chromium, serving

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

WATCH = Path(__file__).with_suffix(".js")
MOST = 8
"""CSS pixels by which a control may move while the page runs."""
PAGES = (
    "", "Data", "Data?part=map", "Data?part=lab", "Data?part=augmentation", "Data?part=effect", "Data?part=labels",
    "Train", "Train?model=cnn", "Tune", "Runs", "Run?run=cnn", "Run?run=svm&part=inside", "Compare",
    "Compare?part=disagreements", "Errors", "Errors?view=two", "Errors?by=slices", "Errors?by=apart", "Trust",
    "Trust?chapter=calibration", "Trust?chapter=reject", "Trust?chapter=robustness", "Draw", "Draw?more=break",
    "Draw?way=upload", "Demo", "Demo?step=3", "Demo?step=5", "Demo?step=6",
)  # fmt: skip
CONTROLS = {
    "tab": '[role="tab"]:not([aria-selected="true"])',
    "choice": '[data-testid="stSelectbox"]',
    "buttons": '[data-testid="stButtonGroup"]',
    "slider": '[data-testid="stSlider"]',
    "number": '[data-testid="stNumberInputStepUp"]',
    "switch": '[data-testid="stCheckbox"] label',
    "several": '[data-testid="stMultiSelect"]',
    "pages": '[data-testid="stPagination"]',
}


def change(kind: str, control: Locator) -> None:
    """Change a control as somebody does with the mouse and the arrow keys."""
    page = control.page
    if kind in ("tab", "number", "switch"):
        control.click()
    elif kind == "choice":
        control.locator('[role="combobox"]').click()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    elif kind == "several":
        control.locator("input").click()
        page.keyboard.press("Enter")
    elif kind == "slider":
        control.get_by_role("slider").first.press("ArrowLeft")
    else:
        control.locator('button:not([aria-checked="true"], [aria-pressed="true"], :disabled)').last.click()


def settled(page: Page) -> None:
    """Wait until the script has run, the messages are handed on, and nothing is about to follow."""
    for _ in range(3):
        page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=120_000)
        page.wait_for_function("!window.digitLabJumps.waiting()", timeout=120_000)
        page.wait_for_timeout(250)


def opened(page: Page, address: str) -> None:
    """Open a page with the watch in it."""
    page.goto(address)
    page.wait_for_selector("h1", timeout=120_000)
    page.get_by_text(OPENING).wait_for(state="hidden", timeout=120_000)
    settled(page)


def jumps(page: Page, kind: str, number: int) -> tuple[str, list[list]]:
    """Change one control, and return its name and what jumped: [name, "gone", "away" or "replaced", how much]."""
    control = page.locator('[data-testid="stMain"]').locator(f"{CONTROLS[kind]} >> visible=true").nth(number)
    name = control.evaluate(
        "it => (it.closest('[class*=st-key-]')?.className.match(/st-key-[\\w-]+/) ?? [it.innerText.slice(0, 40)])[0]"
    )
    control.scroll_into_view_if_needed()
    page.evaluate("window.digitLabJumps.begin()")
    change(kind, control)
    settled(page)
    return name, page.evaluate("most => window.digitLabJumps.end(most)", MOST)


def controls(page: Page) -> Iterator[tuple[str, int]]:
    """Yield each control of a page, by its kind and its number."""
    main = page.locator('[data-testid="stMain"]')
    for kind, selector in CONTROLS.items():
        for number in range(main.locator(f"{selector} >> visible=true").count()):
            yield kind, number


def main() -> None:
    """List what jumps on each page that is named, or on all."""
    from playwright.sync_api import Error

    with serving(DIGIT_LAB) as address, chromium() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 1400}).new_page()
        page.set_default_timeout(10_000)
        page.add_init_script(path=WATCH)
        for name in sys.argv[1:] or PAGES:
            opened(page, f"{address}/{name}")
            for kind, number in list(controls(page)):
                opened(page, f"{address}/{name}")
                try:
                    control, found = jumps(page, kind, number)
                except Error as error:
                    sys.stdout.write(f"/{name} {kind} {number}: {error.message.splitlines()[0]}\n")
                    continue
                for line in found:
                    sys.stdout.write(f"/{name} {kind} {control}: {line}\n")
                if not found:
                    sys.stdout.write(f"/{name} {kind} {control}: -\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
