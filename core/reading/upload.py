"""Uploaded bytes to one upright grey picture, whatever the format; what is not a picture is refused by name."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from core.damage import DAMAGE
from core.errors import ImageError

# Pillow opens only what has been imported when it is told which formats to try.
FORMATS = tuple(
    plugin.format
    for plugin in (
        PngImagePlugin.PngImageFile,
        JpegImagePlugin.JpegImageFile,
        WebPImagePlugin.WebPImageFile,
        GifImagePlugin.GifImageFile,
        TiffImagePlugin.TiffImageFile,
        BmpImagePlugin.BmpImageFile,
    )
)
MOST_BYTES = 10_000_000
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 30_000
SHORTEST_SIDE = 8
ORIENTATION_TAG = 0x0112

NOT_A_PICTURE = "This file is not a supported image: choose a PNG, JPEG, WebP, GIF or TIFF."
DAMAGED = "The image is damaged or incomplete: save it or take the photo again."
TOO_MANY_PIXELS = "An image can have up to 50 megapixels; this one has more."


def open_picture(data: bytes, longest: int) -> tuple[np.ndarray, float]:
    """Decode an upload into a colour picture that stands upright.

    Parameters
    ----------
    data : bytes
        Content of a PNG, JPEG, WebP, GIF (first frame), TIFF (first page) or BMP file, whatever its name.
    longest : int
        Larger pictures are reduced until their longer side has this many pixels.

    Returns
    -------
    picture : ndarray
        (h, w, 3) uint8, red, green and blue from 0 to 255, EXIF orientation applied, transparent parts filled
        with the shade that contrasts with the rest.
    reduction : float
        Pixels of the source for each pixel of the picture; 1 or more.

    Raises
    ------
    ImageError
        For no bytes, more than 10 MB, more than 50 megapixels, fewer than 8 pixels a side, or bytes that
        are no picture.
    """
    if not data:
        raise ImageError("The file is empty: choose an image.")
    if len(data) > MOST_BYTES:
        raise ImageError("An image can have up to 10 MB; this file has more.")
    image = _identify(data)
    source = max(image.size)
    try:
        picture = _decode(image, longest)
    except Image.DecompressionBombError as error:
        raise ImageError(TOO_MANY_PIXELS) from error
    except DAMAGE as error:
        raise ImageError(DAMAGED) from error
    if picture.max() == 1:  # a mask of 0 and 1, as array libraries save it
        picture = picture * 255
    return _upright(picture, _orientation(image)), source / max(picture.shape[:2])


def _identify(data: bytes) -> Image.Image:
    """Read the header only, and refuse by size before anything is decoded."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise ImageError(NOT_A_PICTURE) from error
    except Image.DecompressionBombError as error:
        raise ImageError(TOO_MANY_PIXELS) from error
    except DAMAGE as error:
        raise ImageError(DAMAGED) from error
    width, height = image.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise ImageError(
            f"An image can have up to 50 megapixels and {LONGEST_SIDE:,} pixels a side; "
            f"this one is {width:,} by {height:,}."
        )
    if min(width, height) < SHORTEST_SIDE:
        raise ImageError(f"An image needs at least {SHORTEST_SIDE} pixels a side; this one is {width:,} by {height:,}.")
    return image


def _decode(image: Image.Image, longest: int) -> np.ndarray:
    """Return (h, w, 3) uint8 of the first frame, reduced."""
    if image.mode in ("RGB", "L"):
        image.draft(image.mode, (longest, longest))  # a JPEG decodes straight to a smaller size
    image.load()
    if image.mode.startswith("I") or image.mode == "F":
        values = _reduced(np.asarray(image, dtype=np.float32), longest)
        return _in_grey(_from_deep(values, sixteen_bits=image.mode.startswith("I;16")))
    if image.mode == "LAB":
        return _reduced(np.asarray(_from_lab(image)), longest)
    if image.has_transparency_data:
        return _on_contrast(_reduced(np.asarray(image.convert("RGBA")), longest))
    if image.mode in ("1", "L"):
        return _in_grey(_reduced(np.asarray(image.convert("L")), longest))
    return _reduced(np.asarray(image.convert("RGB")), longest)


def _in_grey(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB)


def _from_lab(image: Image.Image) -> Image.Image:
    """Return a CIE L*a*b* picture, as scanners write, in sRGB."""
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    return converted or image


def _from_deep(values: np.ndarray, *, sixteen_bits: bool) -> np.ndarray:
    """Return 16-bit pictures by their range; 32-bit and floating-point ones, which have none, by their values."""
    values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if not sixteen_bits and low >= 0 and 1 < high <= 255:  # grey values of 8 bits in a wider type
        return np.round(values).astype(np.uint8)
    if low < 0 or high > 65_535 or high <= 1:
        values = (values - low) / max(high - low, 1e-12) * 65_535
    return np.round(values / 257).astype(np.uint8)


def _on_contrast(picture: np.ndarray) -> np.ndarray:
    """Lay a transparent picture (h, w, 4) on white when what is opaque is dark, else on black."""
    colour, alpha = picture[..., :3], picture[..., 3]
    opaque = alpha.astype(np.float32)
    grey = cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY)
    paper = 255 if float((grey * opaque).sum()) < 128 * max(float(opaque.sum()), 1.0) else 0
    share = (opaque / 255)[..., None]
    return np.round(colour * share + paper * (1 - share)).astype(np.uint8)


def _reduced(picture: np.ndarray, longest: int) -> np.ndarray:
    scale = longest / max(picture.shape[:2])
    if scale >= 1:
        return picture
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)


def _orientation(image: Image.Image) -> int:
    """Return EXIF orientation, 1 to 8; 1 when there is none or the EXIF block is damaged."""
    try:
        orientation = image.getexif().get(ORIENTATION_TAG, 1)
    except DAMAGE:
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def _upright(picture: np.ndarray, orientation: int) -> np.ndarray:
    """Undo a camera's orientation (Exif 2.3, table "Orientation": where row 0 and column 0 are shown)."""
    if orientation >= 5:
        picture = picture.swapaxes(0, 1)
    flip_rows = orientation in (3, 4, 7, 8)
    flip_columns = orientation in (2, 3, 6, 7)
    picture = picture[::-1] if flip_rows else picture
    return np.ascontiguousarray(picture[:, ::-1] if flip_columns else picture)
