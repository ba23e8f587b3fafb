"""A run's files as people take them away: the model with a script that uses it, predictions as a table."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from core.data.dataset import JUDGES, Dataset, Split
from core.errors import InputError, RegistryError
from core.models.serving.committee import COMMITTEE_FILE, MEMBERS
from core.models.serving.predictor import MODEL_FILE, PACKED_MODEL_FILE, read_graph
from core.models.serving.shipped import shipped
from core.models.specification import Specification
from core.preprocessing.script import picture_script
from core.runs import artifacts, registry
from core.runs.leaderboard import predictions
from core.runs.model_cache import model_folder
from core.runs.run import Run
from core.takeaway.reproduce import Judged, reproduce_script

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


COMMITTEE_USAGE = """import json, runpy, sys
import cv2, numpy, onnxruntime

picture = cv2.imread(sys.argv[1], cv2.IMREAD_GRAYSCALE)  # white ink on black, as MNIST has it
picture = cv2.resize(picture, (28, 28), interpolation=cv2.INTER_AREA)
committee = json.load(open("committee.json"))
blend = numpy.zeros((1, 10))
for place, member in enumerate(committee["members"]):
    features = runpy.run_path(f"members/{place}/preprocess.py")["features"]
    session = onnxruntime.InferenceSession(f"members/{place}/model.onnx")
    blend += member["weight"] * session.run(["probabilities"], {"features": features(picture[None])})[0]
powers = numpy.maximum(blend, 1e-12) ** (1 / committee["temperature"])
print(powers.argmax(), (powers / powers.sum())[0].round(3))
"""
"""What uses the files of a committee."""


def file_stem(run: Run) -> str:
    """Return a name for a run's files that every file system takes: letters, digits and dashes, with the short id."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", run.name).strip("-").lower()[:40]
    return f"{words or 'run'}-{run.short_id}"


def specification_json(run: Run) -> str:
    """Return what was trained, or who stands in the committee, as JSON; "{}" where it is not known."""
    made = run.specification or run.committee
    return made.model_dump_json(indent=1) if made else "{}"


def preprocess_script(run: Run) -> str:
    """Return the picture steps of a run's recipe as a script of their own."""
    return picture_script(run.specification.recipe) if run.specification else ""


def model_files(run: Run) -> Callable[[], dict[str, bytes]]:
    """Return a function that reads what `model.onnx` needs beside it: scripts and specification.

    Raises
    ------
    RegistryError
        If the run's model is not there.
    """
    folder = model_folder(run)
    if run.committee is not None:
        return partial(_committee_files, folder, len(run.committee.members))
    if not any((folder / name).exists() for name in (MODEL_FILE, PACKED_MODEL_FILE)):
        raise RegistryError(f"The model file of {run.name} ({run.short_id}) is missing. {artifacts.way_out(run)}")

    def read() -> dict[str, bytes]:
        scripts = {
            "preprocess.py": preprocess_script(run),
            "use.py": USAGE,
            "specification.json": specification_json(run),
        }
        return {"model.onnx": read_graph(folder)} | {name: text.encode() for name, text in scripts.items() if text}

    return read


def _committee_files(folder: Path, members: int) -> dict[str, bytes]:
    files = {COMMITTEE_FILE: (folder / COMMITTEE_FILE).read_bytes(), "use.py": COMMITTEE_USAGE.encode()}
    for place in range(members):
        member = f"{MEMBERS}/{place}"
        files[f"{member}/model.onnx"] = read_graph(folder / member)
        for name in ("preprocess.py", "specification.json"):
            files[f"{member}/{name}"] = (folder / member / name).read_bytes()
    return files


def reproduction(run: Run, dataset: Dataset) -> str:
    """Return the script that trains a run again; raises InputError, which says why, where there can be none."""
    if run.trained_as is None:
        made = "is an ensemble" if run.committee else "was imported" if run.external else "is not known"
        raise InputError(f"{run.name} {made}, so no script can reproduce its training.")
    if run.fingerprint != dataset.fingerprint:
        raise InputError(
            f"{run.name} was evaluated on images that are not available here, so a script cannot reproduce its metrics."
        )
    stored = predictions(run, dataset)
    judged = {split: Judged(stored.of(split), run.metrics[f"{split}_log_loss"]) for split in JUDGES}
    return reproduce_script(run.trained_as, sample=dataset.is_sample, parents=_parents(run), expected=judged)


def _parents(run: Run) -> list[Specification]:
    """Return the trainings that a run went on from, the first one first; raises InputError where one is gone."""
    found: list[Specification] = []
    child = run.trained_as
    while child is not None and child.parent and child.parent not in shipped():
        child = registry.get(child.parent).trained_as
        if child is not None:
            found.insert(0, child)
    return found


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return the files in one zip archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def as_parquet(table: pd.DataFrame) -> bytes:
    """Return a table as Parquet."""
    packed = io.BytesIO()
    table.to_parquet(packed, index=False)
    return packed.getvalue()


def prediction_table(split: Split, probabilities: np.ndarray) -> pd.DataFrame:
    """Return one row an image: `index` (in its file), `true`, `predicted`, and `p0` .. `p9`, of (n, 10) float32.

    The probabilities are float64 columns that sum to 1 as such, so that other tools take them as they are: neither
    warn of their sum nor round what is near 0 by float32's step.
    """
    rows = probabilities.astype(np.float64)
    rows /= rows.sum(axis=1, keepdims=True)
    columns = {f"p{digit}": rows[:, digit] for digit in range(10)}
    predicted = probabilities.argmax(axis=1)
    return pd.DataFrame({"index": split.index, "true": split.labels, "predicted": predicted, **columns})
