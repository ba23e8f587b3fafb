from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.components.canvas import fitting

STROKE = {"type": "Path", "path": [["M", 1, 1], ["L", 2, 2]]}


def script() -> None:
    import streamlit as st

    from core.ui.components.canvas import drawing_canvas

    st.write(drawing_canvas("canvas"))


def test_fitting_never_shows_more_than_the_room():
    rules = re.findall(r"max-width: (\d+)px\).*?zoom: ([\d.]+)", fitting("canvas", 340))
    assert len(rules) == 14
    for (room, scale), following in zip(rules, [*rules[1:], ("200", "")], strict=True):
        assert 340 * float(scale) <= int(following[0]) + 1 <= int(room) + 1


def test_nothing_drawn_is_none():
    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    assert app.markdown[0].value == "`None`"


@pytest.mark.parametrize(("button", "left"), [("canvas-undo", 1), ("canvas-clear", 0)])
def test_buttons_put_another_drawing_on_the_canvas(button, left):
    app = AppTest.from_function(script, default_timeout=60)
    app.session_state["canvas-start"] = {"objects": [STROKE, STROKE], "edition": 0}
    app.run().button(key=button).click().run()
    assert not app.exception
    assert app.session_state["canvas-start"] == {"objects": [STROKE] * left, "edition": 1}
