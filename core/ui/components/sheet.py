"""A sheet of digits: one picture for the browser to fetch, a button with a caption for each digit on it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import streamlit as st

from core.arrays import AnyArray, UInt8Array

COLUMNS = 20  # of the picture that is sent; what is shown has as many as fit
LONG = 8  # so many digits can be skipped by the keyboard
MOST_IN_A_ROW = 16  # of the widest page, with the smallest digits

STYLE = """
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(var(--cell), 1fr)); gap: 0.5rem; padding: 3px; }
.digit { display: flex; flex-direction: column; align-items: center; gap: 0.25rem; padding: 0.35rem 0.2rem; margin: 0;
  border: 1px solid transparent; border-radius: var(--st-base-radius, 0.5rem); background: none; cursor: pointer;
  color: var(--st-text-color); font: 0.8125rem/1.3 var(--st-font, sans-serif); font-variant-numeric: tabular-nums; }
.digit:hover { border-color: var(--st-border-color, #888); background: var(--st-secondary-background-color); }
.digit:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
.digit[aria-pressed="true"] { border-color: var(--st-primary-color); box-shadow: 0 0 0 2px var(--st-primary-color); }
.picture { width: var(--side); height: var(--side); image-rendering: pixelated; border-radius: 3px;
  box-shadow: 0 0 0 1px color-mix(in srgb, var(--st-text-color) 25%, transparent); }
.skip { position: absolute; left: -999px; }
.skip:focus { position: static; grid-column: 1 / -1; justify-self: start; padding: 0.35rem 0.6rem; cursor: pointer;
  color: var(--st-text-color); background: var(--st-secondary-background-color); font: inherit; border-radius: 4px; }
.caption { white-space: pre-line; text-align: center; overflow-wrap: anywhere; }
"""

# Captions go in as text, never as HTML: run names come from people.
SCRIPT = """
export default function ({ data, parentElement, setStateValue }) {
  const sheet = parentElement.querySelector(".sheet");
  sheet.style.setProperty("--side", `${data.side}px`);
  sheet.style.setProperty("--cell", `${Math.max(data.side, 64) + 16}px`);
  sheet.setAttribute("aria-label", data.label);
  const [across, down] = data.grid;
  sheet.replaceChildren(...data.captions.map((caption, index) => {
    const digit = document.createElement("button");
    digit.type = "button";
    digit.className = "digit";
    digit.dataset.index = index;
    digit.setAttribute("aria-pressed", index === data.selected);
    const picture = document.createElement("span");
    picture.className = "picture";
    picture.style.background = `url(${data.picture})`;
    picture.style.backgroundSize = `${100 * across}% ${100 * down}%`;
    picture.style.backgroundPosition =
      `${-(index % across) * data.side}px ${-Math.floor(index / across) * data.side}px`;
    const words = document.createElement("span");
    words.className = "caption";
    words.textContent = caption;
    digit.append(picture, words);
    digit.onclick = () => {
      for (const other of sheet.querySelectorAll(".digit")) other.setAttribute("aria-pressed", other === digit);
      setStateValue("clicked", { sheet: data.name, index });
    };
    return digit;
  }));
  if (data.captions.length >= data.long) addSkip(sheet);
}

// For those who go by the Tab key: one stop before the digits that leads behind them.
function addSkip(sheet) {
  const end = Object.assign(document.createElement("span"), { tabIndex: -1 });
  const skip = Object.assign(document.createElement("button"), { type: "button", className: "skip" });
  skip.textContent = "Skip these images";
  skip.onclick = () => end.focus();
  sheet.prepend(skip);
  sheet.append(end);
}
"""

_show = st.components.v2.component(
    "digit_lab_sheet", html='<div class="sheet" role="group"></div>', css=STYLE, js=SCRIPT
)


def digit_sheet(
    images: UInt8Array,
    captions: Sequence[str],
    key: str,
    *,
    side: int = 56,
    selected: int | None = None,
    label: str = "Digits",
    on_click: Callable[[], None] | None = None,
) -> int | None:
    r"""Show digits with captions below them, as many in a row as fit, and return the one that was clicked last.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
        0 black to 255 ink.
    captions : sequence of str
        One a digit; a line break starts a new line: "4 → 9\\n98 %".
    key : str
        Of the sheet.
    side : int
        Of a digit on the screen, in CSS pixels.
    selected : int, optional
        The digit to mark at first, 0 to n - 1; later the one that was clicked is.
    label : str
        What these digits are, for screen readers.
    on_click : callable, optional
        Called before the rerun that a click causes.

    Returns
    -------
    int or None
        Position of the clicked digit, 0 to n - 1; `selected` while none of these digits has been.
    """
    if len(images) == 0:
        return None
    picture = data_url(mosaic(images))
    name = f"{len(images)}-{hash(picture)}"
    clicked = st.session_state.get(key, {}).get("clicked") or {}
    chosen = int(clicked["index"]) if clicked.get("sheet") == name else selected
    across = min(COLUMNS, len(images))
    st.html(f"<style>.st-key-{key}-room {{ min-height: {least_height(captions, side)}px; }}</style>")
    with st.container(key=f"{key}-room"):
        _show(
            key=key,
            data={
                "picture": picture,
                "name": name,
                "grid": [across, -(-len(images) // across)],
                "captions": list(captions),
                "side": side,
                "selected": chosen,
                "label": label,
                "long": LONG,
            },
            on_clicked_change=on_click or (lambda: None),
        )
    return chosen


def least_height(captions: Sequence[str], side: int) -> int:
    """Return what a sheet takes at least, in CSS pixels, kept free so that nothing below it jumps when it appears."""
    lines = max(caption.count("\n") + 1 for caption in captions)
    return -(-len(captions) // MOST_IN_A_ROW) * (side + 17 * lines)


def mosaic(images: UInt8Array) -> UInt8Array:
    """Return digits side by side, row by row.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8

    Returns
    -------
    ndarray of shape (28 * rows, 28 * columns), uint8
        At most 20 columns; places without a digit are black.
    """
    columns = min(COLUMNS, len(images))
    rows = -(-len(images) // columns)
    places = np.zeros((rows * columns, 28, 28), np.uint8)
    places[: len(images)] = images
    return places.reshape(rows, columns, 28, 28).swapaxes(1, 2).reshape(rows * 28, columns * 28)


def data_url(picture: AnyArray) -> str:
    """Return a grey picture (h, w) uint8 as a PNG in a `data:` address."""
    encoded: np.ndarray = cv2.imencode(".png", picture)[1]
    return "data:image/png;base64," + base64.b64encode(encoded.tobytes()).decode()
