"""Numbers in the address that no control can hold are left out with a sentence, on every page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.ui.addressed import MOST, is_no_finite_number

PROJECT = Path(__file__).parents[2]
PAGES = sorted((PROJECT / "pages").glob("*.py"))
HOSTILE = ("Infinity", "-inf", "nan", "1e999", "9" * 400, "-" + "9" * 400, "1e400", "٣", "0x10", "1_0", "--1", "")


@given(st.floats(allow_nan=True, allow_infinity=True) | st.integers() | st.text(max_size=30))
def test_only_numbers_that_a_control_can_hold_are_kept(value: float | int | str) -> None:
    left_out = is_no_finite_number(str(value))
    if isinstance(value, str):
        assert left_out is False or value.strip().lower().strip("+-") in ("inf", "infinity", "nan") or float(value)
    else:
        assert left_out == (not -MOST < value < MOST)


def numeric_names(page: AppTest) -> list[str]:
    """The keys of all controls of numbers, which are their names in the address."""
    controls = [*page.number_input, *page.slider, *page.select_slider]
    return [control.key.removesuffix("_box") for control in controls if control.key]


def test_tune_opens_with_impossible_numbers_and_names_them(open_page: Callable[..., AppTest]) -> None:
    page = open_page("pages/3_Tune.py", tune_trials="Infinity", tune_minutes="1e999", tune_seed="9" * 400)
    assert sum("is not a number that can be used" in warning.value for warning in page.warning) == 3


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_page_opens_with_every_hostile_number(path: Path, open_page: Callable[..., AppTest]) -> None:
    script = f"pages/{path.name}"
    names = numeric_names(open_page(script))
    for value in HOSTILE:
        open_page(script, **dict.fromkeys(names, value))  # which asserts that nothing is raised
