"""How well pictures are read that people made for their own digit readers, and digits by other hands and other pens."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from core.benchmarks.rates import rate
from core.benchmarks.row import Row
from core.benchmarks.shared_data import data_file
from core.data.sample import read_sample
from core.data.sources import load_dataset
from core.errors import ImageError
from core.models.serving.predictor import Reader
from core.reading.picture import LONGEST, read_picture
from core.reading.upload import open_picture
from core.runs.answer import answering_run
from core.runs.model_cache import predictor

FOLDER, HANDS = "pictures", "other_hands.npz"
REACH = {"usps": 0.96, "optdigits": 0.96, "semeion": 0.90, "bhmsds": 0.98, "ardis": 0.92}
ENLARGED = (2, 4, 10)
LONG_PAGE = 30
QUICK = 10
PEER = "Otsu, largest blob, box"

Read = Callable[[bytes], str]


@dataclass(frozen=True)
class Case:
    """One picture: its file's content, what is written on it, and what sort it is of."""

    data: bytes
    text: str
    sort: str


def run(quick: bool, final: bool) -> list[Row]:
    """Read every picture of the data folder, a row a sort, and MNIST's validation digits enlarged.

    Raises
    ------
    InputError
        The pictures are not in the data folder.
    """
    reader = predictor(answering_run(load_dataset()))
    sorts: dict[str, list[Case]] = {}
    for case in (*public_pictures(), *other_hands(QUICK if quick else 1), *enlarged(QUICK if quick else 1)):
        sorts.setdefault(case.sort, []).append(case)
    return [_row(sort, cases, reader) for sort, cases in sorts.items()]


def _row(sort: str, cases: list[Case], reader: Reader) -> Row:
    ours = [text_of(case.data, reader) == case.text for case in cases]
    peer = [largest_blob(case.data, reader) == case.text for case in cases]
    reach = REACH.get(sort, 0.995 if sort.startswith("MNIST") else None)
    return rate(sort, ours, peer=(PEER, peer), reach=reach)


def text_of(data: bytes, reader: Reader) -> str:
    """Return what is read in a picture; "" where it is refused."""
    try:
        return read_picture(data, reader).text
    except ImageError:
        return ""


def largest_blob(data: bytes, reader: Reader) -> str:
    """Return what most programs do: Otsu's threshold, the largest blob, a box of 20 pixels, centred by its mass."""
    try:
        grey = cv2.cvtColor(open_picture(data, LONGEST)[0], cv2.COLOR_RGB2GRAY)
    except ImageError:
        return ""
    grey = 255 - grey if np.median(grey) > 127 else grey
    mask = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return ""
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    x, y, width, height, _ = stats[largest]
    digit = np.where(labels == largest, grey, 0)[y : y + height, x : x + width].astype(np.uint8)
    scale = 20 / max(width, height)
    small = cv2.resize(
        digit, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA
    )
    moments = cv2.moments(small)
    if not moments["m00"]:
        return ""
    place = np.array([[1, 0, 13.5 - moments["m10"] / moments["m00"]], [0, 1, 13.5 - moments["m01"] / moments["m00"]]])
    return str(int(reader.predict(np.asarray(cv2.warpAffine(small, place, (28, 28)), np.uint8)[None])[0]))


def public_pictures() -> Iterator[Case]:
    """Return the pictures of `manifest.csv`: each counts as digit, string or page, and once more by its kind."""
    folder = data_file(FOLDER)
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        text = row["label"].replace("/", "\n")
        digits = len(text.replace("\n", ""))
        sort = "digits alone" if digits == 1 else "strings and pages" if digits <= LONG_PAGE else "longer pages"
        yield Case((folder / row["file"]).read_bytes(), text, f"public pictures, {sort}")
        yield Case((folder / row["file"]).read_bytes(), text, f"public pictures: {row['kind']}")


def other_hands(every: int) -> Iterator[Case]:
    """Return scans by other pens as a person would send them: enlarged eight times, black on white, with a margin."""
    path = data_file(HANDS)
    with np.load(path, allow_pickle=False) as file:
        for name in sorted(REACH):
            for image, label in zip(file[f"{name}_images"][::every], file[f"{name}_labels"][::every], strict=True):
                large = cv2.resize(image, None, fx=8, fy=8, interpolation=cv2.INTER_LINEAR)
                yield Case(
                    as_png(cv2.copyMakeBorder(255 - large, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255)),
                    str(label),
                    name,
                )


def enlarged(every: int) -> Iterator[Case]:
    """Yield MNIST's validation digits as they are, and with every pixel repeated."""
    images, labels = read_sample()
    for image, label in zip(images[::every], labels[::every], strict=True):
        yield Case(as_png(image), str(label), "MNIST, 28 x 28")
    for factor in ENLARGED:
        for image, label in zip(images[:: 5 * every], labels[:: 5 * every], strict=True):
            large = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST)
            yield Case(as_png(large), str(label), f"MNIST, {factor} times larger")


def as_png(picture: np.ndarray) -> bytes:
    """Return a picture (h, w) uint8 as a file."""
    return bytes(cv2.imencode(".png", picture)[1])
