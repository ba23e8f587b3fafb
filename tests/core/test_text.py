from __future__ import annotations

import pytest

from core.text import number, percent, percent_range


@pytest.mark.parametrize(
    ("value", "shown"),
    [(55_000, "55,000"), (2048.0, "2,048"), (0.01, "0.01"), (1234.5, "1,234.5"), (0, "0"), (-3, "-3")],
)
def test_thousands_stand_apart_and_whole_numbers_have_no_point(value: float, shown: str) -> None:
    assert number(value) == shown


def test_percent_has_a_space_and_a_dash_where_there_is_none() -> None:
    assert (percent(0.9968), percent(0.5, 0), percent(None)) == ("99.68 %", "50 %", "–")
    assert percent_range(0.1, 0.25, 1) == "10.0 to 25.0 %"
