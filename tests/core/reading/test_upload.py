"""Uploads of every kind and about a thousand damaged ones: each gives a picture or one sentence."""

from __future__ import annotations

import io
import resource
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from core.errors import ImageError
from core.reading.upload import open_picture
from tests.core.reading.reading_network import digits_of_photo

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow tells of what it mends

LONGEST = 400
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")


def page() -> np.ndarray:
    """A dark 7 on light paper, upright and unlike its mirror images; (60, 90) uint8."""
    picture = np.full((60, 90), 230, np.uint8)
    picture[10:14, 20:50] = 30
    picture[14:50, 44:50] = 30
    return picture


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


PAGE = Image.fromarray(page())


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_same_picture(kind):
    picture, reduction = open_picture(encoded(PAGE.convert("RGB"), kind), LONGEST)
    assert reduction == 1
    np.testing.assert_allclose(picture.mean(axis=2), page(), atol=40)


def with_alpha(ink: int, paper_alpha: int) -> Image.Image:
    alpha = np.where(page() < 128, 255, paper_alpha).astype(np.uint8)
    return Image.fromarray(np.dstack([np.full((60, 90, 3), ink, np.uint8), alpha]), "RGBA")


def in_lab() -> Image.Image:
    """The page in CIE L*a*b* without colour, whose lightness is what sRGB's grey values 30 and 230 have."""
    lightness = np.where(page() < 128, 11.3, 91.3) / 100 * 255
    neutral = np.full((60, 90), 128, np.uint8)
    return Image.merge("LAB", [Image.fromarray(np.round(lightness).astype(np.uint8)), *[Image.fromarray(neutral)] * 2])


UNUSUAL = {
    "16 bit": encoded(Image.fromarray(page().astype(np.uint16) * 257)),
    "32 bit": encoded(Image.fromarray(page().astype(np.int32) * 70_000), "TIFF"),
    "floating point": encoded(Image.fromarray(page().astype(np.float32) / 255), "TIFF"),
    "32 bit of 0 to 255": encoded(Image.fromarray(page().astype(np.int32)), "TIFF"),
    "floating point of 0 to 255": encoded(Image.fromarray(page().astype(np.float32)), "TIFF"),
    "L*a*b*": encoded(in_lab(), "TIFF"),
    "not a number": encoded(Image.fromarray(np.where(page() < 128, np.nan, 1).astype(np.float32)), "TIFF"),
    "black and white": encoded(PAGE.convert("1", dither=Image.Dither.NONE)),
    "palette": encoded(PAGE.convert("RGB").convert("P", palette=Image.Palette.ADAPTIVE)),
    "palette with transparency": encoded(PAGE.convert("P"), transparency=230),
    "cmyk": encoded(PAGE.convert("RGB").convert("CMYK"), "JPEG"),
    "cmyk scan": encoded(PAGE.convert("RGB").convert("CMYK"), "TIFF"),
    "alpha": encoded(with_alpha(0, 0)),
    "white ink on nothing": encoded(with_alpha(255, 0)),
    "animated gif": encoded(PAGE, "GIF", save_all=True, append_images=[Image.new("L", PAGE.size)] * 3),
    "animated webp": encoded(PAGE, "WEBP", save_all=True, append_images=[Image.new("L", PAGE.size)] * 3),
    "animated png": encoded(PAGE, "PNG", save_all=True, append_images=[Image.new("L", PAGE.size)] * 3),
    "several pages": encoded(PAGE, "TIFF", save_all=True, append_images=[Image.new("L", PAGE.size)] * 3),
    "interlaced": encoded(PAGE, "GIF", interlace=1),
    "progressive": encoded(PAGE, "JPEG", progressive=True),
    "compressed tiff": encoded(PAGE, "TIFF", compression="tiff_lzw"),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_pictures_are_read(name):
    (digit,) = digits_of_photo(UNUSUAL[name])
    assert np.allclose(digit.box, (20, 10, 30, 40), atol=2)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(PAGE, "JPEG", exif=exif, quality=95)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    np.testing.assert_array_equal(open_picture(data, LONGEST)[0][..., 0], expected)


@pytest.mark.parametrize("block", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0" + b"\xff" * 40, b"\0"])
def test_broken_exif_is_ignored(block):
    np.testing.assert_allclose(
        open_picture(encoded(PAGE, "JPEG", exif=block), LONGEST)[0].mean(axis=2), page(), atol=40
    )


def test_twelve_megapixels_are_reduced_first():
    picture, reduction = open_picture(encoded(PAGE.resize((4000, 3000)), "JPEG"), 1_600)
    assert picture.shape == (1200, 1600, 3)
    assert reduction == pytest.approx(2.5)


def png_header(width: int, height: int, depth: int = 8) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


REFUSED = {
    "nothing": (b"", "file is empty"),
    "html named png": (b"<!DOCTYPE html><html><body>404</body></html>", "not a supported image"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a supported image"),
    "text": (b"seven", "not a supported image"),
    "heavy": (b"\x89PNG" + b"\0" * 10_000_000, "up to 10 MB; this file has more"),
    "bomb": (png_header(60_000, 60_000, 1), "50 megapixels"),
    "smaller bomb": (png_header(8_000, 8_000), "50 megapixels and 30,000 pixels a side; this one is 8,000 by 8,000"),
    "strip": (png_header(40_000, 10), "50 megapixels and 30,000 pixels a side; this one is 40,000 by 10"),
    "header only": (png_header(500, 500), "damaged or incomplete"),
    "one pixel": (encoded(Image.new("L", (1, 1))), "at least 8 pixels a side; this one is 1 by 1"),
    "thread": (encoded(Image.new("L", (1, 10_000))), "at least 8 pixels a side; this one is 1 by 10,000"),
    "truncated": (encoded(PAGE.resize((900, 600)), "JPEG")[:2000], "damaged or incomplete"),
    "blank": (encoded(Image.new("L", (200, 200), 255)), "No digit was found in the image"),
    "fog": (encoded(Image.fromarray(np.linspace(90, 160, 40_000).reshape(200, 200).astype(np.uint8))), "No digit"),
    "fully transparent": (encoded(Image.new("RGBA", (80, 80))), "No digit was found in the image"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_gets_a_sentence(name):
    data, words = REFUSED[name]
    with pytest.raises(ImageError, match=words):
        digits_of_photo(data)


def test_the_name_of_a_file_does_not_matter():
    assert digits_of_photo(encoded(PAGE, "WEBP"))  # only bytes are looked at


def damaged(rng: np.random.Generator, data: bytes, kind: int) -> bytes:
    """Cut, overwrite, scatter, repeat or flip a bit of a file at random."""
    content = bytearray(data)
    place = int(rng.integers(len(content)))
    match kind:
        case 0:
            return bytes(content[:place])
        case 1:
            content[place : place + 8] = rng.bytes(8)
        case 2:
            for at in rng.integers(len(content), size=4):
                content[at] = rng.integers(256)
        case 3:
            content[place:place] = content[: int(rng.integers(200))]
        case _:
            content[int(rng.integers(40))] ^= 1 << int(rng.integers(8))
    return bytes(content)


def outcome(data: bytes) -> str:
    try:
        digits = digits_of_photo(data)
    except ImageError as error:
        return str(error)
    assert digits and all(digit.image.shape == (28, 28) and digit.image.dtype == np.uint8 for digit in digits)
    return "read."


SOUND = [*UNUSUAL.values(), *(encoded(PAGE.convert("RGB"), kind) for kind in FORMATS)]


def outcomes(count: int) -> set[str]:
    """What becomes of damaged files: of every form, in every way of damage."""
    rng = np.random.default_rng(7)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {outcome(damaged(rng, SOUND[i % len(SOUND)], i // len(SOUND) % 5)) for i in range(count)}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 1_000_000  # kilobytes
    return found


MANY = pytest.param(1_350, marks=[pytest.mark.slow, pytest.mark.timeout(900)])


@pytest.mark.parametrize("count", [len(SOUND) * 5, MANY])
def test_damaged_uploads_give_digits_or_one_sentence(count):
    found = outcomes(count)
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in found)
    assert {"read.", "The image is damaged or incomplete: save it or take the photo again."} < found


def test_the_largest_picture_allowed_stays_small_in_memory():
    data = encoded(Image.new("1", (7_000, 7_000), 1))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert outcome(data).startswith("No digit was found")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 400_000
