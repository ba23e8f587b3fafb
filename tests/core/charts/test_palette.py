from __future__ import annotations

import pytest

from core.charts.palette import COLOURS, SERIES, SYMBOLS, TEXT, chart, colour, faint, note, symbol


def luminance(hex_colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    shares = [int(hex_colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("background", ["#FFFFFF", "#0E1117"])
@pytest.mark.parametrize("shade", [*COLOURS.values(), *SERIES, TEXT])
def test_colours_stand_out_in_light_and_dark(shade: str, background: str) -> None:
    assert contrast(shade, background) >= (4 if shade == TEXT else 2.9)


def test_every_kind_has_its_own_colour_and_mark() -> None:
    assert len(set(COLOURS.values())) == len(COLOURS)
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)
    assert COLOURS.keys() == SYMBOLS.keys()


def test_unknown_kind_looks_external() -> None:
    assert colour("transformer") == COLOURS["external"]
    assert symbol("transformer") == SYMBOLS["external"]


def test_faint_colour() -> None:
    assert faint("#0072B2", 0.5) == "rgba(0, 114, 178, 0.5)"


def test_chart_has_a_fixed_height_and_no_background() -> None:
    figure = note(chart(300, "Epoch", "Loss"), "Nothing yet.")

    assert figure.layout.height == 300
    assert figure.layout.template.layout.plot_bgcolor == "rgba(0, 0, 0, 0)"
    assert figure.layout.annotations[0].text == "Nothing yet."
