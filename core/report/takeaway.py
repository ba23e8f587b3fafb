"""A run's files as people take them away: the model with a script that uses it, predictions as a table."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from core.data.dataset import Split
from core.errors import RegistryError
from core.models.predictor import MODEL_FILE, PACKED_MODEL_FILE, read_graph
from core.preprocessing.script import picture_script
from core.runs.leaderboard import model_folder
from core.runs.run import Run

Content = str | bytes | Callable[[], str | bytes]

USAGE = """import sys
import cv2, onnxruntime
from preprocess import features

picture = cv2.imread(sys.argv[1], cv2.IMREAD_GRAYSCALE)  # white ink on black, as MNIST has it
picture = cv2.resize(picture, (28, 28), interpolation=cv2.INTER_AREA)
session = onnxruntime.InferenceSession("model.onnx")
label, probabilities = session.run(["label", "probabilities"], {"features": features(picture[None])})
print(label[0], probabilities[0].round(3))
"""
"""What uses the files of a run, in nine lines."""


def file_stem(run: Run) -> str:
    """A name for a run's files that every file system takes: letters, digits and dashes, with the short id."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", run.name).strip("-").lower()[:40]
    return f"{words or 'run'}-{run.short_id}"


def specification_json(run: Run) -> str:
    """What was trained, as JSON; "{}" where it is not known."""
    return run.specification.model_dump_json(indent=1) if run.specification else "{}"


def preprocess_script(run: Run) -> str:
    """The picture steps of a run's recipe as a script of their own."""
    return picture_script(run.specification.recipe) if run.specification else ""


def model_files(run: Run) -> Callable[[], dict[str, bytes]]:
    """A function that reads what `model.onnx` needs beside it: scripts and specification.

    Raises
    ------
    RegistryError
        If the run's model is not there.
    """
    folder = model_folder(run)
    if not any((folder / name).exists() for name in (MODEL_FILE, PACKED_MODEL_FILE)):
        raise RegistryError(f"Run {run.short_id} ({run.name}) has lost its model; train it again.")

    def read() -> dict[str, bytes]:
        scripts = {
            "preprocess.py": preprocess_script(run),
            "use.py": USAGE,
            "specification.json": specification_json(run),
        }
        return {"model.onnx": read_graph(folder)} | {name: text.encode() for name, text in scripts.items() if text}

    return read


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files in one zip archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def as_csv(table: pd.DataFrame) -> str:
    """A table as CSV."""
    return str(table.to_csv(index=False))


def as_parquet(table: pd.DataFrame) -> bytes:
    """A table as Parquet."""
    packed = io.BytesIO()
    table.to_parquet(packed, index=False)
    return packed.getvalue()


def prediction_table(split: Split, probabilities: np.ndarray) -> pd.DataFrame:
    """One row an image: `index` (in its file), `true`, `predicted`, and `p0` .. `p9`, of (n, 10) float32."""
    columns = {f"p{digit}": probabilities[:, digit] for digit in range(10)}
    predicted = probabilities.argmax(axis=1)
    return pd.DataFrame({"index": split.index, "true": split.labels, "predicted": predicted, **columns})
