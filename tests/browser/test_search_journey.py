"""A search of small trials: set with sliders, watched to its end, its best trained and found on Runs."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.actions import go_to, move_slider, wait_until_idle

LONG = 120_000
"""Milliseconds that a search of six small trials, and a small training, may take on a busy machine."""


def test_a_search_is_watched_and_its_best_promoted(page: Page, on_the_sample: str) -> None:
    page.goto(f"{on_the_sample}/Tune")
    page.locator(".st-key-start_search button").wait_for()
    wait_until_idle(page)
    trials = page.get_by_role("spinbutton", name="Trials")
    trials.fill("6")
    trials.press("Enter")
    wait_until_idle(page)
    move_slider(page, "Training images", -2)
    expect(page.get_by_text("6 trials").first).to_be_visible()
    wait_until_idle(page)
    page.locator(".st-key-start_search button").click()
    expect(page.get_by_text("Finished", exact=False).first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("6 of 6", exact=False).first).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Train the best on all training data").click()
    expect(page.get_by_text(re.compile(r"best was started")).first).to_be_visible(timeout=LONG)
    wait_until_idle(page)
    go_to(page, "Train")
    ended = page.get_by_text(re.compile(r"SVM random \d+, best.* finished in")).first
    expect(ended).to_be_visible(timeout=LONG)  # also if it ended on the way here
    go_to(page, "Runs")
    expect(page.get_by_text(re.compile(r"SVM random \d+, best")).first).to_be_attached()
