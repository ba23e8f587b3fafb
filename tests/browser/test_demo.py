"""The demo as a stakeholder meets it: a projector, no network, the shipped models and the sample of MNIST."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.ui.demo.steps import STEPS
from tests.benchmarks.browser import OPENING
from tests.benchmarks.servers import PROJECT, serving
from tests.browser.actions import draw, expect_one_screen, open_page, wait_until_idle
from tests.browser.screenshots import alone

SEVEN = [(0.3, 0.2), (0.7, 0.2), (0.45, 0.9)]


@pytest.fixture(scope="module")
def address(on_the_sample: str) -> str:
    return on_the_sample


@pytest.fixture(scope="module")
def with_eight_runs(browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Digit Lab on the sample, with eight runs of six kinds."""
    home = tmp_path_factory.mktemp("eight")
    app = alone(str(tmp_path_factory.mktemp("bare")))
    environment = {**os.environ, **app.environment, "DIGITLAB_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "tests.browser.eight_runs"], cwd=PROJECT, env=environment, check=True)
    with serving(app, home) as running:
        yield running


@pytest.fixture
def asked_elsewhere(page: Page) -> list[str]:
    """Addresses beyond this computer that the page asked for; every one is refused."""
    elsewhere: list[str] = []

    def answer(route) -> None:
        address = route.request.url
        if urlsplit(address).hostname in ("localhost", None):
            route.continue_()
        else:
            elsewhere.append(address)
            route.abort()

    page.route("**/*", answer)
    return elsewhere


def press(page: Page, key: str, place: int) -> None:
    """Go on or back by an arrow key, as a presenter's remote does."""
    page.keyboard.press(key)
    expect(page.get_by_text(f"Step {place} of ")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name=STEPS[place - 1].title)).to_be_visible()
    wait_until_idle(page)


def test_six_steps_by_arrow_keys_without_a_network_or_a_scrollbar(
    page: Page, address: str, asked_elsewhere: list[str]
) -> None:
    open_page(page, address, "?view=demo")
    draw(page, SEVEN)
    expect(page.locator(".answer")).to_have_text("7")
    for place in range(1, len(STEPS) + 1):
        if place > 1:
            press(page, "ArrowRight", place)
        expect(page.get_by_text("on a sample of MNIST")).to_be_visible()
        expect_one_screen(page, STEPS[place - 1].title)
    press(page, "ArrowLeft", 5)
    expect(page.get_by_text("answered", exact=True)).to_be_visible()
    page.get_by_role("slider").press("ArrowRight")  # moves the slider, not the demo
    expect(page.get_by_text("92 %").first).to_be_visible()
    page.get_by_role("slider").blur()
    for place in range(4, 0, -1):
        press(page, "ArrowLeft", place)
    expect(page.locator(".answer")).to_have_text("7")
    page.get_by_role("button", name="Next visitor").click()
    expect(page.get_by_text("Draw a digit, or several")).to_be_visible()
    assert asked_elsewhere == []


@pytest.mark.parametrize("model", ["Convolutional network", "Support vector machine", "Random forest"])
def test_see_it_think_stays_above_the_fold(page: Page, address: str, model: str) -> None:
    open_page(page, address, "?view=demo")
    draw(page, SEVEN)
    expect(page.locator(".answer")).to_have_text("7")
    page.get_by_text("See it think").click()
    page.get_by_text(model, exact=True).click()
    shown = {"Convolutional network": "Layer 5", "Support vector machine": "Towards 7", "Random forest": "trees ask"}
    expect(page.get_by_text(shown[model]).first).to_be_visible()
    wait_until_idle(page)
    expect_one_screen(page)


def test_every_step_fits_with_eight_runs_too(page: Page, with_eight_runs: str) -> None:
    open_page(page, with_eight_runs, "?view=demo")
    expect(page.get_by_text(OPENING)).to_have_count(0)
    page.reload()
    draw(page, SEVEN)
    expect(page.locator(".answer")).to_have_text("7")
    for place in range(1, len(STEPS) + 1):
        if place > 1:
            press(page, "ArrowRight", place)
        expect_one_screen(page, STEPS[place - 1].title)


def test_the_quiz_counts_what_each_model_reads_and_stores_nothing(page: Page, address: str) -> None:
    open_page(page, address, "?view=demo")
    page.get_by_text("Quiz: do the models").click()
    asked = page.get_by_role("heading", name="Please draw a").inner_text().removeprefix("Please draw a ")
    draw(page, SEVEN)
    expect(page.get_by_text("predicts 7")).to_have_count(3)
    page.get_by_role("button", name="Count it").click()
    expect(page.get_by_test_id("stMetricValue")).to_have_text([f"{int(asked == '7')} of 1"] * 3)
    expect(page.get_by_text("no prediction yet")).to_have_count(3)
    expect(page.get_by_role("heading", name=f"Please draw a {asked}")).to_have_count(0)
    page.get_by_role("button", name="Next visitor").click()
    expect(page.get_by_text("Draw a digit, or several")).to_be_visible()
    wait_until_idle(page)
    page.get_by_text("Quiz: do the models").click()
    expect(page.get_by_test_id("stMetricValue")).to_have_text(["0 of 0"] * 3)


def test_a_pinned_view_is_a_step_that_survives_a_reload(page: Page, address: str) -> None:
    open_page(page, address, "Compare?part=Configurations")
    page.get_by_role("button", name="Pin to the demo").click()
    page.get_by_label("Title").fill("What a recipe is worth")
    page.get_by_role("button", name="Add to the demo").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    open_page(page, address, f"?view=demo&step={len(STEPS) + 1}")
    expect(page.get_by_role("heading", level=1, name="What a recipe is worth")).to_be_visible()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("tab", name="Configurations")).to_have_attribute("aria-selected", "true")
    expect(frame.get_by_role("heading", level=1)).to_have_count(0)  # the step has the title
    expect(frame.get_by_test_id("stExpandSidebarButton").locator("visible=true")).to_have_count(0)
    expect_one_screen(page)
