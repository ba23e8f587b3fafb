"""Where digits to read come from: the canvas, a file, the clipboard, the camera."""

from __future__ import annotations

from urllib.parse import urlparse

import streamlit as st

from core.reading.look import Look
from core.ui.addressed import choose_named
from core.ui.components.canvas import drawing_canvas
from core.ui.components.reading import read_drawn
from core.ui.draw.picture import example_chosen, look_at

WAYS = {"draw": "Draw", "upload": "Upload or paste", "camera": "Camera"}
TYPES = ["png", "jpg", "jpeg", "webp", "gif", "tif", "tiff", "bmp"]
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "")


def digits_to_read() -> Look | None:
    """Show the chosen way of input and return what was found in it; None while there is nothing to read.

    Raises
    ------
    ImageError
        For a drawing or a picture from which no digit can be read.
    """
    way = choose_named("Input", WAYS, "draw", "way", label_visibility="collapsed")
    if way == "upload":
        return _uploaded()
    if way == "camera":
        return _photographed()
    return read_drawn(drawing_canvas("drawing"))


def _uploaded() -> Look | None:
    file = st.file_uploader(
        "An image of one or more digits, up to 10 MB. Ctrl+V pastes an image while this field has the focus.",
        type=TYPES,
        key="uploaded",
    )
    data = file.getvalue() if file else example_chosen()
    return look_at(data) if data else None


def _photographed() -> Look | None:
    address = urlparse(st.context.url or "")
    if address.scheme == "http" and (address.hostname or "") not in LOCAL_HOSTS:
        st.info(
            "Browsers allow the camera only over HTTPS or on this computer. Upload a photo instead, or serve Digit "
            "Lab over HTTPS.",
            icon=":material/no_photography:",
        )
        return None
    file = st.camera_input("Dark digits on light paper work best.", key="photographed")
    return look_at(file.getvalue()) if file else None
