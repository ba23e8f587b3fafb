"""What an address says reaches the controls; what none can take is told."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest


def named() -> None:
    import streamlit as st

    from core.ui.addressed import choose_named

    st.write(choose_named("Model", {"cnn": "Network", "svm": "Machine"}, "cnn", "model"))


def numbers() -> None:
    import streamlit as st

    from core.ui.addressed import address_heeded

    with address_heeded():
        st.slider("Epochs", 1, 10, 3, key="epochs", bind="query-params")
        st.selectbox("Kernel", ["rbf", "poly"], key="kernel", bind="query-params")


def opened(script, **address: str) -> AppTest:
    page = AppTest.from_function(script, default_timeout=60)
    page.query_params.update(address)
    page.run()
    assert not page.exception
    return page


def said(page: AppTest) -> list[str]:
    return [warning.value for warning in page.warning]


def one(page: AppTest, name: str) -> str:
    value = page.query_params.get(name, "")
    return value[0] if isinstance(value, list) else str(value)


def test_a_name_in_the_address_chooses() -> None:
    page = opened(named, model="svm")
    assert page.markdown[0].value == "svm"
    assert one(page, "model") == "svm"
    assert not said(page)


@pytest.mark.parametrize("text", ["Machine", "machine", "SVM"])
def test_the_title_in_an_old_address_is_understood(text: str) -> None:
    page = opened(named, model=text)
    assert (page.markdown[0].value, one(page, "model")) == ("svm", "svm")
    assert not said(page)


def tabbed() -> None:
    import streamlit as st

    from core.ui.addressed import named_tabs, open_old_address

    titles = {"first": "The first", "why": "Why?"}
    open_old_address(titles, "part")
    st.write(next(name for name, tab in named_tabs(titles).items() if tab.open))


@pytest.mark.parametrize("address", [{"part": "why"}, {"part": "Why?"}, {"why": "true"}])
def test_tabs_open_by_name_by_title_and_by_the_switch_that_they_once_were(address: dict[str, str]) -> None:
    page = opened(tabbed, **address)
    assert (page.markdown[0].value, one(page, "part")) == ("why", "why")
    assert "why" not in page.query_params
    assert not said(page)


def test_the_first_tab_leaves_the_address_empty_and_an_unknown_one_is_told() -> None:
    assert "part" not in opened(tabbed).query_params
    page = opened(tabbed, part="nowhere")
    assert page.markdown[0].value == "first"
    assert "part=nowhere" in said(page)[0].replace("\\", "")


def several() -> None:
    import streamlit as st

    from core.ui.addressed import choose_several_named

    st.write(" ".join(choose_several_named("Recipes", {"raw": "Raw pixels", "hog": "HOG"}, ["raw"], "recipes")))


def test_several_are_held_by_their_names() -> None:
    page = opened(several)
    assert (page.markdown[0].value, "recipes" in page.query_params) == ("raw", False)
    page.multiselect(key="recipes_box").set_value(["raw", "hog"]).run()
    assert page.query_params["recipes"] == ["raw", "hog"]
    page = AppTest.from_function(several)
    page.query_params["recipes"] = ["HOG", "nothing"]
    page.run()
    assert page.markdown[0].value == "hog"
    assert "recipes=nothing" in said(page)[0]


CONTROLS = {"selectbox", "segmented_control", "multiselect", "select_slider", "pills", "radio", "tabs"}


def test_no_control_writes_a_title_into_the_address() -> None:
    """What is bound to the address by Streamlit itself writes what people read."""
    project = Path(__file__).parents[3]
    titled = []
    for path in [*(project / "core" / "ui").rglob("*.py"), *(project / "pages").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CONTROLS:
                given = {keyword.arg for keyword in node.keywords}
                if "bind" in given and ("format_func" in given or node.func.attr == "tabs"):
                    titled.append(f"{path.name}:{node.lineno}")
    assert not titled


def test_the_default_leaves_the_address_empty() -> None:
    page = opened(named)
    assert page.markdown[0].value == "cnn"
    assert "model" not in page.query_params
    page.segmented_control(key="model_box").set_value("svm").run()
    assert (page.markdown[0].value, one(page, "model")) == ("svm", "svm")
    page.segmented_control(key="model_box").set_value("cnn").run()
    assert "model" not in page.query_params


def test_going_back_in_the_browser_chooses_again() -> None:
    page = opened(named, model="svm")
    page.query_params["model"] = "cnn"
    page.run()
    assert page.markdown[0].value == "cnn"


def test_a_name_that_there_is_not_is_told_and_the_default_stands() -> None:
    page = opened(named, model="<b>net</b>")
    assert page.markdown[0].value == "cnn"
    (words,) = said(page)
    assert r"model=\<b\>net" in words and "not a valid value" in words and "Network" in words


@pytest.mark.parametrize("address", [{"epochs": "7"}, {"epochs": "7.0"}, {"kernel": "poly"}])
def test_values_that_controls_take_are_not_told(address: dict[str, str]) -> None:
    assert not said(opened(numbers, **address))


@pytest.mark.parametrize(
    ("address", "words"),
    [({"epochs": "99"}, "epochs=99"), ({"epochs": "many"}, "epochs=many"), ({"kernel": "linear"}, "linear")],
)
def test_values_that_no_control_took_are_told_with_what_stands_now(address: dict[str, str], words: str) -> None:
    (told,) = said(opened(numbers, **address))
    assert words in told
    assert told.endswith(("is now 3.", "is now 10.", "is now rbf."))


def test_infinite_numbers_leave_the_address() -> None:
    page = opened(numbers, epochs="1e999")
    assert page.slider(key="epochs").value == 3
    assert any("is not a number that can be used" in words for words in said(page))
