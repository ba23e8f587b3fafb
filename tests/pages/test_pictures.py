"""A picture on the Draw page: what `predict` says of the same file, corrections, and what a refusal shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.cli.app import main
from core.data.own_digits import own_digits
from core.data.sources import load_dataset
from core.permissions import local_user
from core.reading.examples import EXAMPLES, example

Open = Callable[..., AppTest]
DRAW = "pages/7_Draw.py"
FAST = ("Turned page", "Form field")
TITLES = [title if title in FAST else pytest.param(title, marks=pytest.mark.slow) for title in EXAMPLES]


def shown_on(page: AppTest) -> tuple[str, list[str]]:
    """The answer in large, and what the page warns of."""
    html = " ".join(element.proto.body for element in page.get("html"))
    answer = html.split("The answer is ", 1)[1].split('"', 1)[0]
    return answer, [warning.value for warning in page.warning if "question_mark" in (warning.icon or "")]


def opened_with(open_page: Open, title: str) -> AppTest:
    page = open_page(DRAW, way="upload")
    page.button(key=f"example_{title}").click().run()
    assert not page.exception
    return page


@pytest.mark.parametrize("title", TITLES)
def test_page_and_predict_say_the_same_of_a_picture(
    open_page: Open, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "picture.png"
    digits = load_dataset().validation
    path.write_bytes(example(title, digits.images, digits.labels))
    monkeypatch.setattr("sys.argv", ["python -m core", "predict", str(path), "--json"])
    capfd.readouterr()
    with pytest.raises(SystemExit, match="0"):
        main()
    (said,) = json.loads(capfd.readouterr().out)
    answer, warnings = shown_on(opened_with(open_page, title))
    assert (answer, warnings) == (said["text"], said["warnings"])
    assert answer == EXAMPLES[title][1]


def choose(page: AppTest, place: int) -> None:
    (box,) = [box for box in page.selectbox if box.label == "Digit to change"]
    box.set_value(place).run()
    assert not page.exception


def text_of(page: AppTest) -> str:
    return page.code[0].value


def test_digits_of_a_picture_are_corrected_removed_split_joined_and_kept(open_page: Open) -> None:
    page = opened_with(open_page, "Form field")
    assert text_of(page) == "2079"
    choose(page, 3)
    assert page.button(key="picture_join").disabled  # the last one has no next
    page.pills(key="picture_label").set_value(4).run()
    assert text_of(page) == "2074"
    page.button(key="picture_save").click().run()
    assert [digit.label for digit in own_digits(local_user())] == [4]
    choose(page, 0)
    page.button(key="picture_remove").click().run()
    assert text_of(page) == "074"
    assert shown_on(page)[0] == "079"  # the models' own reading of the digits that are left
    choose(page, 0)
    page.button(key="picture_join").click().run()
    assert len(text_of(page)) == 2
    page.button(key="picture_split").click().run()
    assert len(text_of(page)) == 3
    assert not page.exception


def test_quick_clicks_change_the_digits_as_they_stand_now(open_page: Open) -> None:
    page = opened_with(open_page, "Form field")
    choose(page, 3)
    page.button(key="picture_save").click().run()
    assert page.toast[0].value.startswith("Nothing is corrected yet")
    page.pills(key="picture_label").set_value(4)
    page.button(key="picture_save").click().run()  # the server hears of both at once
    assert [digit.label for digit in own_digits(local_user())] == [4]
    choose(page, 0)
    page.pills(key="picture_label").set_value(7)
    page.button(key="picture_join").click().run()
    page.button(key="picture_remove").click()
    page.button(key="picture_split").click().run()  # of a digit that is gone
    assert not page.exception
    assert len(text_of(page)) == 2


def test_a_correction_that_is_kept_already_counts_as_saved(open_page: Open) -> None:
    for _ in range(2):  # a reload between
        page = opened_with(open_page, "Form field")
        choose(page, 3)
        page.pills(key="picture_label").set_value(4).run()
        page.button(key="picture_save").click().run()
        assert page.button(key="picture_save").label == "Saved 1 to my digits"
        assert not page.toast
    assert len(own_digits(local_user())) == 1


def test_a_refusal_shows_what_was_seen_and_says_what_helps(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    blank = bytes(cv2.imencode(".png", np.full((120, 160), 250, np.uint8))[1])
    monkeypatch.setattr("core.ui.draw.input.example_chosen", lambda: blank)
    page = open_page(DRAW, way="upload")
    assert any("No digit was found" in error.value and "dark ink on plain paper" in error.value for error in page.error)
    assert [image.captions for image in page.get("imgs")] or page.get("image")
