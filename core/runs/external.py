"""Models trained elsewhere: their predictions, or an ONNX file, as a finished run marked external."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd

from core.arrays import Float64Array
from core.data.dataset import Dataset, Split
from core.errors import InputError
from core.models.serving.foreign_graph import FOREIGN
from core.models.serving.predictor import MODEL_FILE, SPECIFICATION_FILE
from core.models.specification import Specification
from core.permissions import Actor, operator, require
from core.preprocessing.recipe import RECIPES
from core.preprocessing.script import picture_script
from core.runs import artifacts
from core.runs.examination import examine
from core.runs.judged import finished_run
from core.runs.run import Run
from core.temporary import temporary_folder

CLASSES = 10
TOLERANCE = 0.02
MOST_BYTES = 200_000_000
MOST_CSV_BYTES, LONGEST_LINE = 20_000_000, 10_000
TOO_LONG = re.compile(rb"[^\r\n]{%d,}" % (LONGEST_LINE + 1))
PROBABILITIES = [f"p{digit}" for digit in range(CLASSES)]


def import_predictions(
    validation: bytes, test: bytes, dataset: Dataset, *, name: str = "", actor: Actor | None = None
) -> Run:
    """Make a finished run of two CSV files of predictions.

    Parameters
    ----------
    validation, test : bytes
        CSV, a row an image: its `index` in its file, and ten probabilities `p0` to `p9`, as the downloads of a run are;
        without such a head the first eleven columns are taken.

    actor : Actor, optional
        Who imports; the operator if not given.

    Raises
    ------
    NotAllowedError
        They may not import.
    InputError
        That says which file, row and column is not as it should be.
    """
    actor = actor or operator()
    require(actor, "import")
    rows = {
        split: read_predictions(content, dataset.evaluation_split(split), f"{split} file")
        for split, content in (("validation", validation), ("test", test))
    }
    predictions = artifacts.Predictions(rows["validation"], rows["test"])
    with temporary_folder() as folder:
        return _finished(predictions, folder, dataset, _key(validation, test), name, actor.name)


def read_predictions(content: bytes, split: Split, called: str) -> np.ndarray:
    """Read a CSV of predictions into (n, 10) float32, in the order of the split's images; raises InputError."""
    table = _numbers(content, called)
    positions = pd.Index(split.index.astype(np.float64)).get_indexer(pd.Index(table[:, 0]))
    if (positions < 0).any():
        row = int(np.argmax(positions < 0))
        raise InputError(
            f"The {called} has the index {table[row, 0]:g} in row {row + 1}, which is not an image of this split."
        )
    if len(set(positions.tolist())) != len(split) or len(positions) != len(split):
        raise InputError(
            f"The {called} must hold each of the {len(split):,} images once; got {len(positions):,} rows for "
            f"{len(set(positions.tolist())):,} images."
        )
    rows = np.empty((len(split), CLASSES), np.float32)
    rows[positions] = _probabilities(table[:, 1:], called)
    return rows


def _numbers(content: bytes, called: str) -> Float64Array:
    """Return the first eleven columns of a CSV, or those with the names of our own downloads, (n, 11) float64."""
    _check_text(content, called)
    try:
        head = pd.read_csv(io.BytesIO(content), nrows=1, header=None)
        named = any(isinstance(cell, str) for cell in head.iloc[0])
        table = pd.read_csv(io.BytesIO(content), header=0 if named else None)
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"The {called} is not a CSV file: {str(error).splitlines()[0][:120]}.") from None
    wanted = ["index", *PROBABILITIES]
    chosen = table[wanted] if set(wanted) <= set(table.columns) else table.iloc[:, : CLASSES + 1]
    if chosen.shape[1] != CLASSES + 1:
        raise InputError(
            f"The {called} must have an index column and ten probability columns; got {chosen.shape[1]} columns."
        )
    numbers = chosen.apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
    if not np.isfinite(numbers).all():
        row = int(np.argmax(~np.isfinite(numbers).all(axis=1)))
        raise InputError(f"The {called} has a value in row {row + 1} that is not a number.")
    return np.asarray(numbers)


def _check_text(content: bytes, called: str) -> None:
    """Refuse what a parser would take long for, or gigabytes: a line of a million columns took 33 s and 2.4 GB."""
    if len(content) > MOST_CSV_BYTES:
        raise InputError(f"The {called} is larger than {MOST_CSV_BYTES // 1_000_000} MB.")
    if b"\0" in content:
        raise InputError(f"The {called} is not a CSV file: it has bytes that are not text.")
    if too_long := TOO_LONG.search(content):  # a list of 10 million lines would take half a gigabyte
        length = len(too_long.group())
        raise InputError(f"The {called} has a line of {length:,} characters; a row of predictions has a few hundred.")


def _probabilities(rows: np.ndarray, called: str) -> np.ndarray:
    sums = rows.sum(axis=1)
    wrong = (rows.min(axis=1) < 0) | (np.abs(sums - 1) > TOLERANCE)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(
            f"The {called} must hold probabilities that sum to 1; row {row + 1} sums to {sums[row]:.4g}, "
            f"the least is {rows[row].min():.4g}."
        )
    return np.asarray((rows / sums[:, None]).astype(np.float32))


def import_onnx(content: bytes, dataset: Dataset, *, name: str = "", actor: Actor | None = None) -> Run:
    """Make a finished run of an ONNX model of 28 x 28 pictures, judged on the data at hand.

    Its input is (n, 784), (n, 28, 28), (n, 28, 28, 1) or (n, 1, 28, 28) float32, its first output with ten columns
    scores or probabilities. Whether it takes ink as 0..1 or 0..255 is found on the validation images.

    actor : Actor, optional
        Who imports; the operator if not given.

    Raises
    ------
    NotAllowedError
        They may not import.
    InputError
        If it is no such model, reads other files, or is too slow or too large to be served.
    """
    actor = actor or operator()
    require(actor, "import")
    if len(content) > MOST_BYTES:
        raise InputError(f"The model is larger than {MOST_BYTES // 1_000_000} MB.")
    specification = Specification(model=FOREIGN, parameters={}, recipe=RECIPES["raw"])
    examined = examine(content, specification, dataset)
    predictions = artifacts.Predictions(examined.validation, examined.test)
    with temporary_folder() as folder:
        served = folder / artifacts.MODEL
        served.mkdir()
        (served / MODEL_FILE).write_bytes(examined.graph)
        (served / SPECIFICATION_FILE).write_text(specification.model_dump_json(indent=1), "utf-8")
        (served / "preprocess.py").write_text(picture_script(specification.recipe), "utf-8")
        return _finished(predictions, folder, dataset, _key(content), name, actor.name, specification)


def _finished(
    predictions: artifacts.Predictions,
    folder: Path,
    dataset: Dataset,
    key: str,
    name: str,
    owner: str,
    specification: Specification | None = None,
) -> Run:
    return finished_run(
        predictions, folder, dataset, model=FOREIGN, key=key, name=name, owner=owner, specification=specification,
        external="true",
    )  # fmt: skip


def _key(*contents: bytes) -> str:
    return hashlib.sha256(b"".join(contents)).hexdigest()[:16]
