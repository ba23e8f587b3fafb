"""The models there are. A new one is a file beside this one and a line here."""

from __future__ import annotations

import difflib

from core.errors import ParameterError
from core.models.cnn.kind import CNN
from core.models.forest import FOREST
from core.models.fourier import FOURIER
from core.models.kind import ModelKind, Preset
from core.models.knn import KNN
from core.models.logistic import LOGISTIC
from core.models.svm.kind import SVM

CATALOGUE: dict[str, ModelKind] = {kind.name: kind for kind in (SVM, FOREST, CNN, FOURIER, KNN, LOGISTIC)}


OTHERS = {"committee": "Ensemble"}
"""Kinds of runs that no training makes."""


def title_of(name: str) -> str:
    """Return what people call a kind of run, such as "Random forest"; its name where it is not known."""
    return CATALOGUE[name].title if name in CATALOGUE else OTHERS.get(name, name)


def short_title(name: str) -> str:
    """Return what people call a kind of run where there is little room, such as "CNN"."""
    return (CATALOGUE[name].short if name in CATALOGUE else "") or title_of(name)


def kind_named(name: str) -> ModelKind:
    """Find a kind of model; raises ParameterError that lists those there are."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    close = difflib.get_close_matches(name, CATALOGUE, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(CATALOGUE)}."
    raise ParameterError(f"There is no model {name[:60]!r}; {hint}")


def preset_named(kind: ModelKind, name: str) -> Preset:
    """Find a preset of a kind; raises ParameterError that lists those there are."""
    if name in kind.presets:
        return kind.presets[name]
    raise ParameterError(f"{kind.title} has no preset {name[:60]!r}; there are {', '.join(kind.presets)}.")
