"""axe-core on every page, in both themes: no serious violation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.actions import click_cell, open_page, wait_until_idle

PAGES = (
    "",
    "Data",
    "Data?part=Lab",
    "Train",
    "Tune",
    "Runs",
    "Run?run=cnn",
    "Compare",
    "Errors",
    "Trust",
    "Draw",
    "Demo",
    "Demo?step=3",
)
SERIOUS = ("serious", "critical")
PREPARED = "window.digitLabPrepared && !document.querySelector('[data-testid=stSidebarNavItems]:not([role])')"


def serious(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical, a line a finding."""
    page.wait_for_function(PREPARED)
    found = Axe().run(page).response["violations"]
    return [
        f"{one['impact']}: {one['help']} ({one['id']}), {len(one['nodes'])} times: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_violation(new_page: Callable[..., Page], digit_lab: str, scheme: str) -> None:
    page, found = new_page(color_scheme=scheme), {}
    for name in PAGES:
        open_page(page, digit_lab, name)
        found[name] = serious(page)
    assert not any(found.values()), {name: lines for name, lines in found.items() if lines}


def test_an_opened_image_has_none_either(page: Page, digit_lab: str) -> None:
    open_page(page, digit_lab, "Errors?run=forest")
    click_cell(page, 8, 5)
    expect(page.locator(".digit").first).to_be_visible()
    page.locator(".digit").first.click()
    expect(page.get_by_role("button", name="All images")).to_be_visible()
    wait_until_idle(page)
    assert not serious(page)


def test_axe_sees_what_is_wrong(page: Page, digit_lab: str) -> None:
    open_page(page, digit_lab)
    page.evaluate("document.body.append(Object.assign(document.createElement('button'), {className: 'nameless'}))")
    assert any("button-name" in line for line in serious(page))
