"""The ways that users go, from the first page to a model of their own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from core.models.forest import ForestParameters
from core.models.serving.shipped import shipped
from tests.browser.actions import draw, go_to, open_page, wait_until_idle

LONG = 120_000
"""Milliseconds that a training may take on a busy machine."""

SMALL_SVM = "Train?model=svm&preset_svm=fast&limit=500"
LONG_CNN = "Train?model=cnn&preset_cnn=default"


@pytest.fixture(autouse=True)
def _shipped() -> None:
    assert set(shipped()) == {"cnn", "svm", "forest"}, "python -m core ship"


def submit(page: Page, address: str, what: str) -> None:
    page.goto(f"{address}/{what}")
    page.get_by_role("button", name="Train", exact=False).last.wait_for()
    expect(page.get_by_text("Opening the run registry")).to_have_count(0, timeout=LONG)
    wait_until_idle(page)
    page.locator(".st-key-submit button").click()


def test_home_shows_the_shipped_models_and_leads_on(page: Page, digit_lab: str) -> None:
    open_page(page, digit_lab)
    expect(page.locator(".row")).to_have_count(3)
    expect(page.get_by_text("CNN reads it as you draw")).to_be_visible()
    draw(page, [(0.5, 0.15), (0.5, 0.5), (0.49, 0.85)])
    expect(page.locator(".answer")).to_have_text("1")
    page.locator(".row", has_text="SVM").click()
    expect(page).to_have_url(re.compile(r"/Run\?run=svm$"))
    expect(page.get_by_role("heading", name="SVM")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(r"localhost:\d+/$"))


def test_a_small_svm_is_trained_from_the_page(page: Page, digit_lab: str) -> None:
    submit(page, digit_lab, SMALL_SVM)
    expect(page.get_by_role("button", name="Cancel")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0, timeout=LONG)
    expect(page.get_by_text("finished in").first).to_be_visible()
    expect(page.get_by_role("link", name="Train again").first).to_be_visible()
    page.locator(".st-key-submit button").click()  # the same once more: it asks first
    expect(page.get_by_text("An identical training exists")).to_be_visible()
    go_to(page, "Runs")
    expect(page.locator(".row", has_text="SVM fast")).to_be_visible()


@pytest.mark.parametrize(
    ("form", "button"),
    [
        ("Train?model=cnn&preset_cnn=reference", "submit"),
        (SMALL_SVM, "submit"),
        ("Tune", "start_search"),
    ],
)
def test_the_button_of_a_form_is_in_view_at_the_first_look(page: Page, digit_lab: str, form: str, button: str) -> None:
    """On a projector of 1280 x 720, whatever the length of the form, whose first settings are in view as well."""
    page.goto(f"{digit_lab}/{form}")
    expect(page.locator(f".st-key-{button} button")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("radiogroup", name="Model").or_(page.get_by_label("Model").first).first).to_be_in_viewport()


def test_two_quick_clicks_start_one_training(page: Page, digit_lab: str) -> None:
    page.goto(f"{digit_lab}/{LONG_CNN}&seed=77")
    expect(page.get_by_text("Opening the run registry")).to_have_count(0, timeout=LONG)
    wait_until_idle(page)
    button = page.locator(".st-key-submit button")
    button.scroll_into_view_if_needed()
    button.dblclick()
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel.first).to_be_in_viewport(timeout=LONG)
    wait_until_idle(page)
    expect(cancel).to_have_count(1)
    cancel.click()
    expect(cancel).to_have_count(0, timeout=LONG)


def test_a_click_right_after_another_model_was_chosen_trains_that_one(page: Page, digit_lab: str) -> None:
    """The network's form has a part more than the SVM's: what is below it must not lose the click."""
    page.goto(f"{digit_lab}/{SMALL_SVM}&seed=78")
    button = page.locator(".st-key-submit button")
    button.wait_for()
    expect(page.get_by_text("Opening the run registry")).to_have_count(0, timeout=LONG)
    wait_until_idle(page)
    places = [place.bounding_box() for place in (page.get_by_text("Convolutional network").first, button)]
    for place in places:  # without a look at the page between
        assert place is not None
        page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    card = page.locator("[class*=st-key-job_]").filter(has_text="CNN, 500 images, seed 78")
    expect(card).to_be_visible(timeout=LONG)
    card.get_by_role("button", name="Cancel").click()
    expect(card.get_by_role("button", name="Cancel")).to_have_count(0, timeout=LONG)


def test_a_training_outlives_a_reload_and_is_cancelled(page: Page, digit_lab: str) -> None:
    submit(page, digit_lab, LONG_CNN)
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible(timeout=LONG)
    page.reload()
    expect(page.get_by_role("progressbar").first).to_be_visible(timeout=LONG)
    cancel.click()
    expect(page.get_by_text("cancelled", exact=False).first).to_be_visible(timeout=LONG)


def test_a_drawn_one_is_read(page: Page, digit_lab: str) -> None:
    open_page(page, digit_lab, "Draw")
    draw(page, [(0.5, 0.15), (0.5, 0.5), (0.49, 0.85)])
    expect(page.locator(".answer")).to_have_text("1")


@pytest.mark.parametrize(
    ("digit", "strokes"),
    [
        ("3", [[(0.3, 0.2), (0.5, 0.12), (0.68, 0.25), (0.5, 0.45), (0.7, 0.62), (0.5, 0.85), (0.28, 0.75)]]),
        ("5", [[(0.68, 0.15), (0.35, 0.15), (0.33, 0.45), (0.55, 0.42), (0.68, 0.62), (0.52, 0.85), (0.3, 0.78)]]),
        (
            "8",
            [
                [
                    (0.62, 0.25), (0.5, 0.14), (0.38, 0.26), (0.5, 0.46), (0.64, 0.68), (0.5, 0.85), (0.36, 0.68),
                    (0.5, 0.48), (0.62, 0.3), (0.6, 0.22),
                ]
            ],
        ),
        ("42", [
            [(0.25, 0.2), (0.1, 0.55), (0.42, 0.55)],
            [(0.32, 0.35), (0.32, 0.8)],
            [(0.6, 0.3), (0.7, 0.2), (0.82, 0.3), (0.78, 0.48), (0.58, 0.8), (0.88, 0.8)],
        ]),
    ],
)  # fmt: skip
def test_drawn_digits_are_read(page: Page, digit_lab: str, digit: str, strokes: list) -> None:
    open_page(page, digit_lab, "Draw")
    draw(page, *strokes)
    expect(page.locator(".answer")).to_have_text(digit)


def test_a_narrow_window_shows_the_parameters_in_the_order_of_their_declaration(new_page, digit_lab):
    page = new_page(390, 844)
    open_page(page, digit_lab, "Train?model=forest")
    fields = [field for field in ForestParameters.declared() if not field.log]  # whose controls have keys of their own
    controls = [page.locator(f".st-key-forest_default_{field.name}") for field in fields]
    controls[-1].wait_for()
    tops = [control.bounding_box()["y"] for control in controls]
    assert tops == sorted(set(tops))
