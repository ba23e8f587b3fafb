"""Files, drawings and photos in; what a model reads in them out: the one reader of pages and command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ImageError
from core.models.serving.predictor import Reader
from core.reading.drawing import read_drawing
from core.reading.look import Look
from core.reading.picture import read_picture
from core.reading.upload import MOST_BYTES

MOST_TEXT_BYTES = 200_000_000
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".bmp")


@dataclass(frozen=True)
class Reading:
    """What was read in one source; `look` is None where there is no digit, and `warnings` says why."""

    path: str
    index: int
    look: Look | None
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The digits, with a line break between lines."""
        return self.look.text if self.look else ""

    @property
    def probabilities(self) -> np.ndarray:
        """(n, 10) float32."""
        return self.look.probabilities if self.look else np.empty((0, 10), np.float32)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON that the command line prints."""
        look = self.look
        marks = (look.doubtful.tolist(), look.strange.tolist()) if look else ()
        digits = zip(look.digits, look.probabilities, *marks, strict=True) if look else ()
        return {
            "path": self.path,
            "index": self.index,
            "text": self.text,
            "digits": [
                {
                    "label": int(row.argmax()),
                    "probability": float(row.max()),
                    "probabilities": [float(value) for value in row],
                    "box": [float(value) for value in digit.box],
                    "doubtful": doubtful,
                    "strange": strange,
                }
                for digit, row, doubtful, strange in digits
            ],
            "warnings": list(self.warnings),
        }


def read_path(path: Path, reader: Reader) -> Iterator[Reading]:
    """Read every source of a path: an image, a folder of images, a drawing (.json) or many (.jsonl).

    Raises
    ------
    ImageError
        For a path that does not exist or cannot be read, or a single source without a digit. In a folder or a .jsonl
        file, a source without a digit becomes one with a warning, so that one bad row does not end the others.
    """
    if path.is_dir():
        images = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in IMAGE_SUFFIXES)
        if not images:
            raise ImageError(f"There is no image in the folder {path}.")
        yield from (_forgiving(str(entry), 0, partial(_image, entry, reader)) for entry in images)
    elif path.suffix.lower() == ".jsonl":
        lines = [line for line in _text_of(path).splitlines() if line.strip()]
        yield from _each(path, lines, lambda line: read_drawing(_parsed(line, "the line"), reader))
    elif path.suffix.lower() == ".json":
        document = _parsed(_text_of(path), str(path))
        if isinstance(document, list):
            yield from _each(path, document, lambda drawing: read_drawing(drawing, reader))
        else:
            yield _named(path, partial(read_drawing, document, reader))
    else:
        yield _named(path, partial(_image, path, reader))


def _each(path: Path, drawings: Sequence[Any], read: Callable[[Any], Look]) -> Iterator[Reading]:
    if not drawings:
        raise ImageError(f"{path} holds no drawing; a drawing is JSON as the canvas returns it.")
    return (_forgiving(str(path), row, partial(read, drawing)) for row, drawing in enumerate(drawings))


def _named(path: Path, read: Callable[[], Look]) -> Reading:
    try:
        look = read()
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from None
    return Reading(str(path), 0, look, look.warnings)


def _forgiving(path: str, index: int, read: Callable[[], Look]) -> Reading:
    try:
        look = read()
    except ImageError as error:
        return Reading(path, index, None, (str(error),))
    return Reading(path, index, look, look.warnings)


def _image(path: Path, reader: Reader) -> Look:
    return read_picture(_bytes_of(path), reader)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)  # of a larger one, or of a device that never ends, no more is needed
    except OSError as error:
        raise ImageError(f"The file cannot be read: {error.strerror or error}.") from None


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_TEXT_BYTES + 1)
        if len(content) > MOST_TEXT_BYTES:
            raise ImageError(f"{path} has more than {MOST_TEXT_BYTES // 1_000_000} MB; give its drawings in parts.")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ImageError(f"{path} is not text; a drawing is JSON as the canvas returns it.") from None
    except OSError as error:
        raise ImageError(f"{path} cannot be read: {error.strerror or error}.") from None


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ImageError(f"{name} is not JSON; a drawing is JSON as the canvas returns it.") from None
