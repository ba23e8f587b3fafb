"""Ten example pictures for visitors without a photo, composed of MNIST validation digits."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

HEIGHT = 90
LIGHT = 228


class _Pen:
    """Writes validation digits (n, 28, 28) uint8 with labels (n,) as ink, 0 to 1."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, seed: int) -> None:
        self.images, self.labels, self.rng = images, labels, np.random.default_rng(seed)

    def digit(self, label: str, size: int = HEIGHT) -> np.ndarray:
        """Return (h, w) float32 ink of one digit, about `size` pixels high."""
        image = self.images[self.rng.choice(np.flatnonzero(self.labels == int(label)))]
        large = cv2.resize(image, None, fx=size / 20, fy=size / 20, interpolation=cv2.INTER_CUBIC)
        x, y, width, height = cv2.boundingRect((large > 100).astype(np.uint8))
        return np.asarray(large[y : y + height, x : x + width] / 255, np.float32)

    def write(self, sheet: np.ndarray, text: str, x: int, y: int, *, size: int = HEIGHT, gap: int = 30) -> None:
        """Write digits with their feet on the row y + size, from column x on."""
        for character in text:
            ink = self.digit(character, size)
            height, width = ink.shape
            top = y + size - height
            place = sheet[top : top + height, x : x + width]
            np.maximum(place, ink[: place.shape[0], : place.shape[1]], out=place)
            x += width + gap


def _sheet(pen: _Pen) -> np.ndarray:
    ink = np.zeros((420, 760), np.float32)
    for row, text in enumerate(("31415", "92653", "58979")):
        pen.write(ink, text, 60, 40 + 120 * row, gap=55)
    return _paper(ink, pen)


def _thick_pen(pen: _Pen) -> np.ndarray:
    ink = np.zeros((220, 560), np.float32)
    pen.write(ink, "2048", 50, 60, gap=50)
    return _paper(cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13))), pen)


def _shadow(pen: _Pen) -> np.ndarray:
    ink = np.zeros((260, 640), np.float32)
    pen.write(ink, "60735", 50, 80, gap=45)
    row, column = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]]
    dark = cv2.GaussianBlur(np.where(column + row > 480, 0.55, 1.0).astype(np.float32), (0, 0), 9)
    return (_paper(ink, pen) * dark[..., None]).astype(np.uint8)


def _ruled(pen: _Pen) -> np.ndarray:
    ink = np.zeros((380, 700), np.float32)
    for row, text in enumerate(("17 2", "450")):
        pen.write(ink, text.replace(" ", ""), 60, 52 + 140 * row, gap=60)
    for y in range(10, 380, 46):
        ink[y : y + 2] = np.maximum(ink[y : y + 2], 0.35)
    return _paper(ink, pen)


def _form(pen: _Pen) -> np.ndarray:
    ink = np.zeros((170, 620), np.float32)
    pen.write(ink, "2079", 70, 55, size=64, gap=75)
    cv2.rectangle(ink, (20, 25), (600, 145), 1.0, 3)
    return _paper(ink, pen)


def _touching(pen: _Pen) -> np.ndarray:
    ink = np.zeros((200, 460), np.float32)
    pen.write(ink, "5683", 50, 55, gap=-8)
    return _paper(ink, pen)


def _turned(pen: _Pen) -> np.ndarray:
    return np.ascontiguousarray(np.rot90(_sheet(pen)))


def _chalk(pen: _Pen) -> np.ndarray:
    ink = np.zeros((220, 520), np.float32)
    pen.write(ink, "1984", 60, 60, gap=45)
    return 255 - _paper(ink * 0.9, pen, light=205)


def _coloured(pen: _Pen) -> np.ndarray:
    ink = np.zeros((200, 520), np.float32)
    pen.write(ink, "3692", 50, 55, gap=50)
    colours = np.array([[20, 60, 200], [200, 40, 40], [20, 140, 60], [235, 200, 20]], np.float32)
    of = colours[np.minimum(np.arange(ink.shape[1]) * 4 // ink.shape[1], 3)][None]
    return np.clip((1 - ink[..., None]) * 250 + ink[..., None] * of, 0, 255).astype(np.uint8)


def _on_a_table(pen: _Pen) -> np.ndarray:
    sheet = _sheet(pen)
    height, width = sheet.shape[:2]
    corners = np.array([[170, 120], [910, 80], [990, 520], [120, 560]], np.float32)
    there = cv2.getPerspectiveTransform(
        np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32), corners
    )
    grain = pen.rng.normal(0, 6, (650, 1105, 1)) + np.array([120, 85, 55])
    table = np.clip(grain, 0, 255).astype(np.uint8)
    return np.asarray(
        cv2.warpPerspective(sheet, there, (1105, 650), dst=table, borderMode=cv2.BORDER_TRANSPARENT), np.uint8
    )


def _paper(ink: np.ndarray, pen: _Pen, light: float = LIGHT) -> np.ndarray:
    """Return ink on paper in slightly uneven light, (h, w, 3) uint8."""
    row, column = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]]
    lamp = 1 - 0.12 * (row / ink.shape[0] + column / ink.shape[1])
    picture = light * lamp * (1 - 0.78 * cv2.GaussianBlur(ink, (0, 0), 0.8)) + pen.rng.normal(0, 2.5, ink.shape)
    return np.asarray(cv2.cvtColor(np.clip(picture, 0, 255).astype(np.uint8), cv2.COLOR_GRAY2RGB))


EXAMPLES: dict[str, tuple[Callable[[_Pen], np.ndarray], str]] = {
    "Sheet": (_sheet, "31415\n92653\n58979"),
    "Thick pen": (_thick_pen, "2048"),
    "Shadow": (_shadow, "60735"),
    "Ruled paper": (_ruled, "172\n450"),
    "Form field": (_form, "2079"),
    "Touching digits": (_touching, "5683"),
    "Turned page": (_turned, "31415\n92653\n58979"),
    "Chalk on a board": (_chalk, "1984"),
    "Coloured pens": (_coloured, "3692"),
    "Sheet lying on a table": (_on_a_table, "31415\n92653\n58979"),
}
"""By title: what composes the picture, and what is written on it."""


def example(title: str, images: np.ndarray, labels: np.ndarray) -> bytes:
    """Return one example picture as a PNG file; the same digits each time.

    Parameters
    ----------
    images, labels : ndarray
        (n, 28, 28) uint8 and (n,): digits to write with.
    """
    compose, _ = EXAMPLES[title]
    picture = compose(_Pen(images, labels, seed=len(title)))
    _, data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return data.tobytes()
