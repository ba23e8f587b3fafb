"""Parquet files: Hugging Face's column of encoded pictures, lists of pixels, or a column a pixel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.damage import DAMAGE, reason
from core.data.files.batch import Batch, NoPicturesError, check_bytes, check_count
from core.data.files.small_picture import as_small_pictures
from core.data.files.values import SMALLEST_SIDE, labels_of, pictures_of
from core.errors import FileError

ROWS = 1_000
BYTES_AT_ONCE = 200_000_000
LABELS = ("label", "labels", "class", "target", "digit", "y")


def read_parquet(path: Path, source: str) -> Iterator[Batch]:
    """Give the pictures of a Parquet file, a thousand rows at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            check_count(file.metadata.num_rows, source)
            groups = range(file.metadata.num_row_groups)
            check_bytes(max((file.metadata.row_group(i).total_byte_size for i in groups), default=0), source)
            rows_at_once = _rows_at_once(file.metadata, source)
            column, label = _columns(file.schema_arrow, source)
            if not file.metadata.num_rows:
                raise FileError(f"{source} has no rows.")
            first = 0
            for rows in file.iter_batches(rows_at_once, columns=[*column, *([label] if label else [])]):
                yield _batch(rows, column, label, source, first)
                first += rows.num_rows
    except (pa.ArrowException, *DAMAGE) as error:
        raise FileError(f"{source} is damaged or not a Parquet file ({reason(error)}).") from None


def _rows_at_once(metadata: Any, source: str) -> int:
    """Return how many rows take bounded memory: what a dictionary holds once may stand in every row.

    Raises
    ------
    FileError
        A column holds more values than are read.
    """
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    chunks = [group.column(place) for group in groups for place in range(group.num_columns)]
    check_bytes(max((8 * chunk.num_values for chunk in chunks), default=0), source)
    largest = max((chunk.total_uncompressed_size for chunk in chunks if chunk.has_dictionary_page), default=0)
    return max(1, min(ROWS, BYTES_AT_ONCE // max(1, largest)))


def _columns(schema: Any, source: str) -> tuple[list[str], str | None]:
    """Return the columns of the pictures, one or one a pixel, and the column of the labels."""
    from pyarrow import types

    label = next((name for name in schema.names if name.lower() in LABELS), None)
    others = [field for field in schema if field.name != label]
    encoded = [field for field in others if _is_encoded(field.type) or types.is_list(field.type)]
    if encoded:
        return [encoded[0].name], label
    numbers = [field.name for field in others if types.is_integer(field.type) or types.is_floating(field.type)]
    if len(numbers) < SMALLEST_SIDE**2:
        held = ", ".join(schema.names[:8]) or "none"
        raise NoPicturesError(f"{source} has no column of pictures and no 784 columns of pixels; it has {held}.")
    return numbers, label


def _is_encoded(kind: Any) -> bool:
    from pyarrow import types

    if types.is_struct(kind):
        return any(kind.field(i).name == "bytes" for i in range(kind.num_fields))
    return bool(types.is_binary(kind) or types.is_large_binary(kind))


def _batch(rows: Any, columns: list[str], label: str | None, source: str, first: int) -> Batch:
    labels = None if label is None else labels_of(np.array(rows.column(label).to_pylist(), object), source, first)
    if len(columns) > 1:
        pixels = np.column_stack([rows.column(name).to_numpy(zero_copy_only=False) for name in columns])
        return Batch(source, "Parquet", pictures_of(pixels, source), labels)
    values = rows.column(columns[0]).to_pylist()
    contents: list[Any] = [value.get("bytes") if isinstance(value, dict) else value for value in values]
    if None in contents:
        row = contents.index(None)
        raise FileError(f"{source} has no picture in row {first + row + 1:,}.")
    if isinstance(contents[0], bytes):
        return Batch(source, "Parquet", as_small_pictures(contents), labels)
    try:
        return Batch(source, "Parquet", pictures_of(np.array(contents), source), labels)
    except ValueError:
        raise FileError(f"{source} has lists of pixels that are not all equally long.") from None
