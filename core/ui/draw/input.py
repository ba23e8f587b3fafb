"""Where digits to read come from: the canvas, a file, the clipboard, the camera."""

from __future__ import annotations

from urllib.parse import urlparse

import streamlit as st

from core.reading.drawing import digits_of_drawing
from core.reading.photo import digits_of_photo
from core.reading.segments import FoundDigit
from core.ui.components.canvas import drawing_canvas

WAYS = {"draw": "Draw", "upload": "Upload or paste", "camera": "Camera"}
TYPES = ["png", "jpg", "jpeg", "webp", "gif", "tif", "tiff", "bmp"]
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "")


def digits_to_read() -> list[FoundDigit] | None:
    """Show the chosen way of input and return the digits found in it; None while there is nothing to read.

    Raises
    ------
    ImageError
        For a drawing or a picture from which no digit can be read.
    """
    way = st.segmented_control(
        "Input", list(WAYS), default="draw", format_func=WAYS.__getitem__, key="way", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    if way == "upload":
        return _uploaded()
    if way == "camera":
        return _photographed()
    drawing = drawing_canvas("drawing")
    return digits_of_drawing(drawing) if drawing else None


def _uploaded() -> list[FoundDigit] | None:
    file = st.file_uploader(
        "An image of one or more digits, up to 10 MB. Ctrl+V pastes an image while this field has the focus.",
        type=TYPES,
        key="uploaded",
    )
    return _read(file.getvalue()) if file else None


def _photographed() -> list[FoundDigit] | None:
    address = urlparse(st.context.url or "")
    if address.scheme == "http" and (address.hostname or "") not in LOCAL_HOSTS:
        st.info(
            "Browsers allow the camera only over HTTPS or on this computer. Upload a photo instead, or serve Digit "
            "Lab over HTTPS.",
            icon=":material/no_photography:",
        )
        return None
    file = st.camera_input("Dark digits on light paper work best.", key="photographed")
    return _read(file.getvalue()) if file else None


def _read(data: bytes) -> list[FoundDigit]:
    st.image(data, width=340)
    return digits_of_photo(data)
