"""A canvas to draw digits on, with pen width, undo and clear."""

from __future__ import annotations

from typing import Any

import streamlit as st

SIDE = 340  # CSS pixels: fits a phone of 390 without scaling
INK = "#101820"
PAPER = "#ffffff"  # in the dark theme too: a changed background would wipe the drawing

# The canvas is as large as Python says, and Python cannot know the window: where there is less room, CSS shrinks what
# is shown, without a rerun, and Fabric.js goes on reporting the canvas' own coordinates, also when a phone is turned.
FIT = """.st-key-{key}-paper {{ container-type: inline-size; touch-action: none; }}"""
SHRINK = """@container (max-width: {room}px) {{ .st-key-{key}-paper > * {{ zoom: {scale:.3f}; }} }}"""
STEP = 10  # CSS pixels

# The component's own toolbar lies unseen over the canvas' upper right corner until the mouse comes, and takes the first
# stroke that begins there, or by touch turns on its edit mode. It has no option to leave it out, so it is hidden. Its
# undo and reset are pressed on behalf of our own buttons, as a way through the server would wipe, on a busy one, what
# has been drawn meanwhile; that way is left for strokes that Python put on the canvas.
TOOLBAR = """
export default function ({ data, parentElement }) {
  const paper = parentElement.closest('[class*="-paper"]');
  const ours = name => document.querySelector(`.st-key-${data.key}-${name}`);
  const undone = [];
  let frame;
  const press = (name, theirs) => {
    const place = ours(name);
    if (!place) return;
    const click = event => {
      if (theirs.disabled) return;
      event.stopPropagation();
      theirs.click();
    };
    place.removeEventListener("click", place.pressed, true);
    place.pressed = click;
    place.addEventListener("click", click, true);
    undone.push(() => place.removeEventListener("click", click, true));
  };
  const take = () => {
    const roots = [...paper.querySelectorAll("*")].map(node => node.shadowRoot);
    const root = roots.find(it => it?.querySelector(".dc-root"));
    const [undo, reset] = ["Undo", "Reset canvas & history"].map(it => root?.querySelector(`button[title="${it}"]`));
    if (!undo || !reset || !ours("clear")) { frame = requestAnimationFrame(take); return; }
    const style = document.createElement("style");
    style.textContent = ".dc-toolbar { display: none !important; }";
    root.append(style);
    press("undo", undo);
    if (data.blank) press("clear", reset);
  };
  take();
  return () => { cancelAnimationFrame(frame); undone.forEach(it => it()); };
}
"""

_take_toolbar = st.components.v2.component("digit_lab_canvas", js=TOOLBAR, isolate_styles=False)


def drawing_canvas(key: str, *, side: int = SIDE, pen: int = 22, pen_slider: bool = True) -> dict[str, Any] | None:
    """Show a square canvas with its pen, and return what is drawn on it.

    A stroke arrives 0.2 s after pen up, the canvas' own pause for further strokes. The drawing outlives reruns, as it
    lives in the browser under `key`, and is put back when people return from another page.

    Parameters
    ----------
    key : str
        Of the canvas; its pen, undo and clear have keys that begin with it.
    side : int
        Width and height in CSS pixels.
    pen : int
        Width of the pen to start with, in CSS pixels, 6 to 40.
    pen_slider : bool
        Whether the width of the pen can be changed here.

    Returns
    -------
    dict or None
        Fabric.js JSON, `{"objects": [...]}`; None while nothing is drawn.
    """
    from streamlit_drawable_canvas import st_canvas  # raises without a Streamlit runtime

    st.html(fitting(key, side))
    if key not in st.session_state and st.session_state.get(f"{key}-last"):
        replace(key, st.session_state[f"{key}-last"])
    start = st.session_state.setdefault(f"{key}-start", blank(0))
    with st.container(key=f"{key}-paper"):
        drawing = st_canvas(
            key=key,
            width=side,
            height=side,
            stroke_width=st.session_state.get(f"{key}-pen", pen),
            stroke_color=INK,
            background_color=PAPER,
            initial_drawing=start,
        ).json_data
        _take_toolbar(key=f"{key}-without-toolbar", data={"key": key, "blank": not start["objects"]}, height=1)
    if drawing is not None:  # as it is before the browser has answered
        st.session_state[f"{key}-last"] = drawing.get("objects", [])
    with st.container(key=f"{key}-controls", horizontal=True, vertical_alignment="bottom", width=side):
        st.button("Undo", key=f"{key}-undo", icon=":material/undo:", on_click=take_back, args=(key, drawing))
        st.button("Clear", key=f"{key}-clear", icon=":material/delete:", on_click=wipe, args=(key,))
        if pen_slider:
            st.slider("Pen width", 6, 40, pen, key=f"{key}-pen", width="stretch")
    return drawing if drawing and drawing.get("objects") else None


def fitting(key: str, side: int) -> str:
    """Return rules of style that shrink a canvas step by step to the room there is, down to 200 pixels."""
    rooms = range(side - 1, 200, -STEP)
    rules = [SHRINK.format(key=key, room=room, scale=(room - STEP) / side) for room in rooms]
    return f"<style>{FIT.format(key=key)}{''.join(rules)}</style>"


def blank(edition: int) -> dict[str, Any]:
    """Return an empty drawing; a new edition makes the browser take it for a change."""
    return {"objects": [], "edition": edition}


def wipe(key: str) -> None:
    """Empty the canvas."""
    replace(key, [])


def wipe_all() -> None:
    """Empty every canvas of this visit, on whichever page."""
    for name in [str(name) for name in st.session_state if str(name).endswith("-last")]:
        wipe(name.removesuffix("-last"))


def take_back(key: str, drawing: dict[str, Any] | None) -> None:
    """Take the last stroke off the canvas."""
    replace(key, (drawing or {}).get("objects", [])[:-1])


def replace(key: str, objects: list[dict[str, Any]]) -> None:
    """Put other strokes on the canvas, in the browser and in what the next run of the page reads."""
    edition = st.session_state.get(f"{key}-start", blank(0))["edition"] + 1
    st.session_state[f"{key}-start"] = {"objects": objects, "edition": edition}
    st.session_state[f"{key}-last"] = objects
