from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.navigation import PLACES, START, page_names

PROJECT = Path(__file__).parents[2]


def test_every_page_has_a_place_and_every_place_a_page() -> None:
    assert list(page_names()) == list(PLACES)
    assert next(iter(PLACES)) == START


def test_a_page_that_is_not_named_is_found_after_the_others(tmp_path: Path) -> None:
    for name in ("9_Hello.py", "7_Draw.py"):
        (tmp_path / name).touch()
    assert list(page_names(tmp_path)) == ["Draw", "Hello"]


def test_the_first_page_of_a_server_keeps_its_controls(open_page: Callable[..., AppTest]) -> None:
    """Streamlit runs it once from the folder `pages`, and later from the entry: a click must not be lost between."""
    for script in ("Home.py", "pages/7_Draw.py"):
        page = open_page(script)
        before = page.button(key="glossary").proto.id
        assert page.run().button(key="glossary").proto.id == before


def test_links_to_the_demo_work_both_ways(open_page: Callable[..., AppTest]) -> None:
    titles = [page.title[0].value for page in (open_page("Home.py", view="demo"), open_page("pages/10_Demo.py"))]
    assert titles[0] == titles[1] == "Draw a digit"


@pytest.mark.parametrize("script", ["pages/5_Errors.py", "pages/6_Trust.py"])
def test_a_model_s_name_in_the_address_is_taken(open_page: Callable[..., AppTest], script: str) -> None:
    page = open_page(script, model="svm")
    assert page.selectbox(key="run_box").value == "svm"
    assert page.query_params["run"] == "svm" and "model" not in page.query_params


def test_the_address_names_the_best_model_too(open_page: Callable[..., AppTest]) -> None:
    page = open_page("pages/5_Errors.py")
    assert page.query_params["run"] == page.selectbox(key="run_box").value
