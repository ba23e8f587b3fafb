"""What an address says reaches the controls; what none can take is told."""

from __future__ import annotations

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
