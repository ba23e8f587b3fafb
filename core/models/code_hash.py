"""A hash of the code that computes a result: "the same training was done before" holds for the same code only."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
IMPORT = re.compile(r"^\s*from (core(?:\.\w+)*) import (\([^)]*\)|[^\n]+)", re.MULTILINE)
COMMON = ("core.preprocessing.pipeline", "core.preprocessing.experiments", "core.data.dataset",
          "core.evaluation.calibration", "core.models.serving.export")  # fmt: skip
"""What every kind's result depends on besides its own module: how rows are made, chosen, calibrated and exported."""


@lru_cache(maxsize=64)
def code_hash(module: str) -> str:
    """Hash the source of a module, of what every training uses, and of all that they import from the project.

    Parameters
    ----------
    module : str
        Where a kind of model fits, such as "core.models.svm".

    Returns
    -------
    str
        16 hex digits.
    """
    digest = hashlib.sha256()
    for name in sorted(_closure({module, *COMMON})):
        path = _file(name)
        if path is not None:
            digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _closure(modules: set[str]) -> set[str]:
    found: set[str] = set()
    left = set(modules)
    while left:
        name = left.pop()
        found.add(name)
        left |= _imported(name) - found
    return found


@lru_cache(maxsize=512)
def _imported(module: str) -> frozenset[str]:
    """Return the project's modules that a module imports, as modules or from packages."""
    path = _file(module)
    if path is None:
        return frozenset()
    names: set[str] = set()
    for package, imported in IMPORT.findall(path.read_text("utf-8")):
        parts = [part.split(" as ")[0].strip() for part in imported.strip("()").split(",")]
        names |= {package, *(f"{package}.{part}" for part in parts if _file(f"{package}.{part}"))}
    return frozenset(names)


def _file(module: str) -> Path | None:
    path = PROJECT.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((candidate for candidate in candidates if candidate.is_file()), None)
