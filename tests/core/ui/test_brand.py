"""Contrast by the formula of WCAG 2.2 (1.4.3 for text, 1.4.11 for marks), computed from the theme and the palette."""

from __future__ import annotations

import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from core.charts.palette import COLOURS, SERIES
from core.ui import brand

PROJECT = Path(__file__).parents[3]
THEME = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
TEXT, MARK = 4.5, 3.0
SIDES = ("light", "dark")


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_known_ratios() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # the darkest grey that WebAIM lets pass


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("ink", ["textColor", "linkColor"])
@pytest.mark.parametrize("place", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_can_be_read(side: str, ink: str, place: str) -> None:
    theme = THEME[side]
    for paper in (theme[place], theme["sidebar"][place]):
        assert contrast(theme[ink], paper) >= TEXT


@pytest.mark.parametrize("side", SIDES)
def test_faint_text_can_be_read(side: str) -> None:
    """Captions have the colour of text at an opacity of 0.8."""
    ink, paper = THEME[side]["textColor"], THEME[side]["backgroundColor"]
    pairs = [(int(ink[start : start + 2], 16), int(paper[start : start + 2], 16)) for start in (1, 3, 5)]
    mixed = "#" + "".join(f"{round(0.8 * over + 0.2 * under):02x}" for over, under in pairs)
    assert contrast(mixed, paper) >= TEXT


@pytest.mark.parametrize("side", SIDES)
def test_a_button_s_white_words_can_be_read(side: str) -> None:
    assert contrast("#ffffff", THEME[side]["primaryColor"]) >= TEXT


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("colour", [*COLOURS.values(), *SERIES])
def test_marks_stand_out_from_the_page(side: str, colour: str) -> None:
    assert contrast(colour, THEME[side]["backgroundColor"]) >= MARK


@pytest.mark.parametrize("side", SIDES)
def test_the_wordmark_stands_out_from_the_sidebar(side: str) -> None:
    assert brand.PAPER[side] == THEME[side]["backgroundColor"]
    drawn = brand.wordmark(dark=side == "dark")
    assert brand.LETTERS[side] == THEME[side]["textColor"]
    assert contrast(brand.LETTERS[side], THEME[side]["sidebar"]["backgroundColor"]) >= TEXT
    assert ElementTree.fromstring(drawn).get("aria-label") == "Digit Lab"
    assert "currentColor" not in drawn
