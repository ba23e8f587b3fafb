"""Digits from a photo, and a network that learns from corrected drawings."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.data.own_digits import save
from core.data.sample import load_sample
from core.permissions import local_user
from tests.benchmarks.servers import DIGIT_LAB, App
from tests.browser.actions import draw, go_to, open_page, wait_until_idle

LONG = 180_000
"""Milliseconds that a fine-tuning may take on a busy machine."""

SEVEN = [(0.2, 0.2), (0.8, 0.2), (0.5, 0.9)]
ONE = [(0.5, 0.15), (0.5, 0.5), (0.49, 0.85)]


def photo(digits: list[np.ndarray]) -> bytes:
    """Dark digits of the data set on lighter, unevenly lit paper, as JPEG."""
    height, width = 320, 260 * len(digits) + 60
    light = np.linspace(235, 180, width)[None] + np.linspace(0, 15, height)[:, None]
    paper = light + np.random.default_rng(0).normal(0, 3, (height, width))
    for place, digit in enumerate(digits):
        ink = cv2.resize(digit, (200, 200), interpolation=cv2.INTER_CUBIC) / 255.0
        left = 60 + 260 * place
        paper[60:260, left : left + 200] *= 1 - 0.8 * ink
    return cv2.imencode(".jpg", np.clip(paper, 0, 255).astype(np.uint8))[1].tobytes()


def test_a_photo_of_digits_is_read(page: Page, digit_lab: str, tmp_path: Path) -> None:
    sample = load_sample().train
    wanted = (3, 0, 6)
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(photo([sample.images[np.flatnonzero(sample.labels == digit)[1]] for digit in wanted]))
    open_page(page, digit_lab, "Draw?way=Upload+or+paste")
    page.locator('input[type="file"]').set_input_files(picture)
    expect(page.locator(".answer")).to_have_text("".join(map(str, wanted)))


def test_a_drawing_is_still_there_after_a_visit_to_another_page(page: Page, digit_lab: str) -> None:
    open_page(page, digit_lab, "Draw")
    draw(page, SEVEN)
    expect(page.locator(".answer")).to_have_text("7")
    go_to(page, "Train")
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    go_to(page, "Draw")
    expect(page.locator(".answer")).to_have_text("7")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".answer")).to_have_count(0)


def test_another_browser_does_not_see_the_drawing(new_page, digit_lab: str) -> None:
    """Only what is kept below the home is shared by the browsers of one person."""
    first, second = new_page(), new_page()
    open_page(first, digit_lab, "Draw")
    draw(first, SEVEN)
    expect(first.locator(".answer")).to_have_text("7")
    open_page(second, digit_lab, "Draw")
    expect(second.get_by_text("Draw a digit, or several")).to_be_visible()
    draw(second, ONE)
    expect(second.locator(".answer")).to_have_text("1")
    go_to(first, "Errors")
    go_to(first, "Draw")
    expect(first.locator(".answer")).to_have_text("7")
    first.get_by_role("button", name="Clear").click()
    expect(first.locator(".answer")).to_have_count(0)
    second.reload()
    expect(second.get_by_text("Draw a digit, or several")).to_be_visible()  # a reload is another visit


@pytest.fixture
def home_with_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder in which somebody has kept 44 digits, so that one more suffices to fine-tune."""
    home = tmp_path / "learner"
    monkeypatch.setenv("DIGITLAB_HOME", str(home))
    sample = load_sample().train
    for position in range(44):
        save(local_user(), sample.images[position], int(sample.labels[position]))
    return home


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_corrected_drawing_is_kept_and_a_network_learns_from_it(page: Page, served, home_with_digits: Path) -> None:
    address = served(App("learner", DIGIT_LAB.script, {"DIGITLAB_HOME": str(home_with_digits)}))
    open_page(page, address, "Draw?mine=true")
    draw(page, SEVEN)
    expect(page.locator(".answer")).to_have_text("7")
    page.get_by_role("button", name="Correct or save this digit").click()
    page.get_by_test_id("stPopoverBody").get_by_role("radio", name="1").click()
    page.get_by_role("button", name="Add to my digits").first.click()
    expect(page.get_by_text("Added a 1 to your digits")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Fine-tune on my digits").first.click()
    expect(page.get_by_text("Before and after")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Accuracy on the MNIST test images")).to_be_visible()
    expect(page.get_by_text("held-out digits")).to_be_visible()
