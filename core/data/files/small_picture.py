"""Image files of 28 x 28 pixels as arrays; larger ones are left to the reading of pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import BmpImagePlugin, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin

from core.damage import DAMAGE

SIZE = 28
FORMATS = tuple(
    plugin.format
    for plugin in (
        PngImagePlugin.PngImageFile,
        JpegImagePlugin.JpegImageFile,
        GifImagePlugin.GifImageFile,
        BmpImagePlugin.BmpImageFile,
    )
)
MOST_BYTES = 100_000


def as_small_pictures(contents: Sequence[bytes]) -> np.ndarray | list[bytes]:
    """Decode image files (n, 28, 28) uint8 where all are of that size and opaque; else give them back as they are."""
    pictures = []
    for content in contents:
        picture = _small(content)
        if picture is None:
            return list(contents)
        pictures.append(picture)
    return np.array(pictures, np.uint8).reshape(-1, SIZE, SIZE)


def _small(content: bytes) -> np.ndarray | None:
    if not 0 < len(content) <= MOST_BYTES:
        return None
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
        if image.size != (SIZE, SIZE) or image.has_transparency_data or image.mode not in ("1", "L", "P", "RGB"):
            return None
        return np.asarray(image.convert("L"))
    except (Image.DecompressionBombError, *DAMAGE):
        return None
