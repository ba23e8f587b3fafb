"""From a cell of the matrix to the very images behind it, and a report that opens from the disk."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.data.sources import load_dataset
from core.models.serving.shipped import PREDICTIONS_FILE, shipped
from tests.browser.actions import click_cell, click_digit, open_page, wait_until_idle


@pytest.fixture(scope="module")
def predictions() -> np.ndarray:
    """(n, 10) float32: what the shipped network says of the validation images, as stored beside it."""
    stored = np.load(shipped()["cnn"].folder / PREDICTIONS_FILE)["validation"]
    validation = load_dataset().validation
    return stored if len(stored) == len(validation.labels) else stored[validation.index]


def most_confused(labels: np.ndarray, read: np.ndarray) -> tuple[int, int]:
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (labels, read), 1)
    np.fill_diagonal(confusion, 0)
    true, predicted = divmod(int(confusion.argmax()), 10)
    return true, predicted


def test_a_cell_shows_the_images_that_the_stored_predictions_say(
    page: Page, digit_lab: str, predictions: np.ndarray
) -> None:
    labels, read = load_dataset().validation.labels, predictions.argmax(axis=1)
    true, predicted = most_confused(labels, read)
    behind = np.flatnonzero((labels == true) & (read == predicted))
    open_page(page, digit_lab, "Errors?model=cnn")
    click_cell(page, true, predicted)
    expect(page.get_by_text(f"true {true}, predicted as {predicted}")).to_be_visible()
    expect(page.locator(".digit")).to_have_count(len(behind))
    shown = sorted(caption.splitlines()[1] for caption in page.locator(".digit .caption").all_inner_texts())
    assert shown == sorted(f"{100 * share:.1f} %" for share in predictions[behind, predicted])

    click_digit(page, 0)
    expect(page).to_have_url(re.compile(r"[?&]number=\d+"))
    wait_until_idle(page)
    number = page.evaluate("new URLSearchParams(location.search).get('number')")
    assert int(number) in behind


def test_a_report_opens_from_the_disk_without_a_network(new_page, tmp_path: Path) -> None:
    from core.cli.app import app

    file = tmp_path / "report.html"
    app(["report", "cnn", "svm", "forest", "--output", str(file)], standalone_mode=False)
    assert file.stat().st_size < 8_000_000
    page = new_page()
    page.context.set_offline(True)
    page.goto(file.as_uri())
    expect(page.locator(".js-plotly-plot .plot-container").first).to_be_visible()
    expect(page.get_by_text("MNIST").first).to_be_visible()
