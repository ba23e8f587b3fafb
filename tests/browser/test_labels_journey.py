"""Labels that look wrong: searched, decided about by keyboard, and trained with."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.actions import open_page, wait_until_idle

LONG = 120_000
"""Milliseconds that a job may take on a busy machine."""


def caption(page: Page) -> Locator:
    """What the candidate that is shown is called."""
    return page.locator(".st-key-label_decision figcaption")


def undo_all(page: Page) -> None:
    """Take back what a first try of the test has decided; its server keeps it."""
    while not page.get_by_text("None has been reviewed yet").is_visible():
        before = page.get_by_text(re.compile(r"\d+ reviewed:")).inner_text()
        page.keyboard.press("u")
        expect(page.get_by_text(before, exact=True)).to_have_count(0)


def test_three_labels_are_changed_by_keyboard_and_trained_with(page: Page, on_the_sample: str) -> None:
    open_page(page, on_the_sample, "Data?part=Labels")
    search, found = page.get_by_role("button", name="Search for wrong labels"), page.get_by_text("labels look wrong.")
    expect(search.or_(found).first).to_be_visible()
    if search.is_visible():
        search.click()
    expect(found).to_be_visible(timeout=LONG)
    undo_all(page)
    for changed in range(1, 4):
        before = caption(page).inner_text()
        suggested = page.locator('.st-key-label_digits button[kind="primary"]').inner_text().strip()[0]
        page.keyboard.press(suggested)
        expect(page.get_by_text(f"{changed} relabelled")).to_be_visible()
        expect(caption(page)).not_to_have_text(before)
    page.keyboard.press("u")
    expect(page.get_by_text("2 relabelled")).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_text("2 relabelled, 1 left out")).to_be_visible()

    page.get_by_role("link", name="Train with 3 changed labels").click()
    expect(page.get_by_text("with 3 reviewed labels")).to_be_visible(timeout=LONG)
    page.goto(f"{on_the_sample}/Train?model=svm&preset_svm=instant&limit=500&labels=reviewed")
    expect(page.get_by_text("500 images, with 3 reviewed labels")).to_be_visible(timeout=LONG)
    wait_until_idle(page)
    page.locator(".st-key-submit button").click()
    card = page.locator('[class*="st-key-job_"]').filter(has_text="with 3 reviewed labels")
    expect(card.get_by_text("finished in")).to_be_visible(timeout=LONG)
    card.get_by_role("link", name="Open", exact=True).click()
    expect(page).to_have_url(re.compile(r"/Run\?run="))
    expect(page.get_by_role("heading", name=re.compile("with 3 reviewed labels")).first).to_be_visible(timeout=LONG)
