"""A job that is no training has its card where its button was pressed, and ends on it."""

from __future__ import annotations

import re
from random import randrange

from playwright.sync_api import Page, expect

from tests.browser.actions import wait_until_idle

LONG = 120_000
"""Milliseconds that the first worker may take to start on a busy machine."""


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("Opening the run registry")).to_have_count(0, timeout=LONG)
    wait_until_idle(page)


def test_a_measurement_is_shown_in_view_and_cancelled_and_asked_for_again(page: Page, on_the_sample: str) -> None:
    for _ in range(2):
        opened(page, f"{on_the_sample}/Trust?chapter=robustness&spoilt_images=500")
        page.locator(".st-key-ask button").click()
        cancel = page.get_by_role("button", name="Cancel")
        expect(cancel).to_be_in_viewport()
        expect(page.get_by_text("Robustness of")).to_be_in_viewport()
        wait_until_idle(page)
        expect(cancel).to_have_count(1)
        cancel.click()
        expect(page.get_by_text("· cancelled")).to_be_visible(timeout=LONG)
        expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_test_id("stMain").get_by_role("button", name="Close").click()  # toasts have such a button too
    expect(page.get_by_text("· cancelled")).to_have_count(0)


ANY_SEARCH = re.compile("SVM random")


def searches_listed(page: Page) -> list[str]:
    """Return the searches that the page lists, in whatever state; an option shows its own state late."""
    box = page.get_by_role("combobox", name="Search")
    if not box.count():
        return []
    options = page.get_by_role("option").filter(has_text=ANY_SEARCH)
    for _ in range(20):  # a run of the page's script that comes between closes the list
        wait_until_idle(page)
        box.click()
        page.wait_for_timeout(500)
        if listed := options.all_inner_texts():
            page.keyboard.press("Escape")
            return listed
    raise AssertionError("the list of searches does not open")


def test_two_quick_clicks_start_one_search(page: Page, on_the_sample: str) -> None:
    opened(page, f"{on_the_sample}/Tune?tune_limit=500&tune_trials=500&tune_seed={randrange(10**6)}")
    button = page.locator(".st-key-start_search button")
    button.wait_for()
    wait_until_idle(page)
    before = searches_listed(page)
    button.scroll_into_view_if_needed()
    button.dblclick()
    cancel = page.get_by_role("button", name="Cancel").first
    expect(cancel).to_be_in_viewport(timeout=LONG)
    wait_until_idle(page)
    after = searches_listed(page)
    assert len(after) == len(before) + 1, f"{before} became {after}"
    cancel.click()
    expect(page.get_by_text("cancelled").first).to_be_visible(timeout=LONG)
