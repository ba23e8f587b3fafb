"""Files, drawings and photos in; what a model reads in them out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ImageError
from core.models.serving.predictor import Reader
from core.reading.drawing import digits_of_drawing
from core.reading.photo import digits_of_photo
from core.reading.segments import FoundDigit

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".bmp")
CHUNK = 512


@dataclass(frozen=True)
class Digit:
    """One digit that was read: `probabilities` (10,) float32, `box` (x, y, width, height) in source pixels."""

    label: int
    probability: float
    probabilities: np.ndarray
    box: tuple[float, float, float, float]

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON that the command line prints."""
        return {
            "label": self.label,
            "probability": self.probability,
            "probabilities": [float(value) for value in self.probabilities],
            "box": [float(value) for value in self.box],
        }


@dataclass(frozen=True)
class Source:
    """One thing to read: the digits found in it, or why there are none."""

    path: str
    index: int
    found: tuple[FoundDigit, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What was read in one source; `text` has a line break between lines of digits."""

    source: Source
    text: str
    digits: tuple[Digit, ...] = field(default_factory=tuple)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON that the command line prints."""
        return {
            "path": self.source.path,
            "index": self.source.index,
            "text": self.text,
            "digits": [digit.as_dict() for digit in self.digits],
            "warnings": list(self.source.warnings),
        }


def read(sources: Iterable[Source], predictor: Reader) -> Iterator[Reading]:
    """Read many sources in batches, in their order."""
    chunk: list[Source] = []
    for source in sources:
        chunk.append(source)
        if sum(len(entry.found) for entry in chunk) >= CHUNK:
            yield from _read_chunk(chunk, predictor)
            chunk = []
    yield from _read_chunk(chunk, predictor)


def _read_chunk(chunk: list[Source], predictor: Reader) -> Iterator[Reading]:
    images = [found.image for source in chunk for found in source.found]
    rows = iter(predictor.predict_proba(np.stack(images)) if images else ())
    for source in chunk:
        digits = tuple(_digit(found, next(rows)) for found in source.found)
        yield Reading(source, _text(source.found, digits), digits)


def _digit(found: FoundDigit, probabilities: np.ndarray) -> Digit:
    label = int(probabilities.argmax())
    return Digit(label, float(probabilities[label]), probabilities, found.box)


def _text(found: tuple[FoundDigit, ...], digits: tuple[Digit, ...]) -> str:
    lines: dict[int, str] = {}
    for place, digit in zip(found, digits, strict=True):
        lines[place.line] = lines.get(place.line, "") + str(digit.label)
    return "\n".join(lines[line] for line in sorted(lines))


def sources_of(path: Path) -> Iterator[Source]:
    """Yield every source of a path: an image, a folder of images, a drawing (.json) or many (.jsonl).

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
        yield from (_forgiving(str(entry), 0, _photo_of, entry) for entry in images)
    elif path.suffix.lower() == ".jsonl":
        lines = [line for line in _text_of(path).splitlines() if line.strip()]
        yield from _each(path, lines, _drawing_of)
    elif path.suffix.lower() == ".json":
        document = _parsed(_text_of(path), str(path))
        if isinstance(document, list):
            yield from _each(path, document, digits_of_drawing)
        else:
            yield _named(str(path), document)
    else:
        try:
            yield Source(str(path), 0, tuple(_photo_of(path)))
        except ImageError as error:
            raise ImageError(f"{path}: {error}") from None


def _each(path: Path, drawings: Sequence[Any], look: Callable[[Any], list[FoundDigit]]) -> Iterator[Source]:
    if not drawings:
        raise ImageError(f"{path} holds no drawing; a drawing is JSON as the canvas returns it.")
    return (_forgiving(str(path), row, look, drawing) for row, drawing in enumerate(drawings))


def _named(path: str, document: Any) -> Source:
    try:
        return Source(path, 0, tuple(digits_of_drawing(document)))
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from None


def _forgiving(path: str, index: int, look: Any, what: Any) -> Source:
    try:
        return Source(path, index, tuple(look(what)))
    except ImageError as error:
        return Source(path, index, warnings=(str(error),))


def _photo_of(path: Path) -> list[FoundDigit]:
    return digits_of_photo(_bytes_of(path))


def _drawing_of(line: str) -> list[FoundDigit]:
    return digits_of_drawing(_parsed(line, "the line"))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"The file cannot be read: {error.strerror or error}.") from None


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise ImageError(f"{path} is not text; a drawing is JSON as the canvas returns it.") from None
    except OSError as error:
        raise ImageError(f"{path} cannot be read: {error.strerror or error}.") from None


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ImageError(f"{name} is not JSON; a drawing is JSON as the canvas returns it.") from None
