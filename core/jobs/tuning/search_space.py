"""What a search varies: ranges and choices, made from a model's declaration and checked against it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Self

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.declaration import ParameterField, Value
from core.errors import ParameterError, StudyError
from core.models.kind import ModelKind
from core.text import number

if TYPE_CHECKING:
    import optuna

GRID_LIMIT = 1000
"""The most combinations that a grid may have."""
POINTS = 5
"""How many values a grid takes of a range that does not say it."""


class Dimension(BaseModel):
    """One parameter that is searched: the values in `choices`, or the range from `low` to `high`.

    Attributes
    ----------
    log : bool
        Whether the range is even in powers.
    whole : bool
        Whether only whole numbers count.
    points : int
        How many values a grid takes of the range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    choices: tuple[Value, ...] = ()
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    whole: bool = False
    points: int = POINTS

    @property
    def values(self) -> list[Value]:
        """What a grid takes: the choices, or `points` values from low to high; equal whole numbers count once."""
        if self.choices:
            return list(self.choices)
        space = np.geomspace if self.log else np.linspace
        inner = [float(f"{value:.4g}") for value in space(self.low, self.high, self.points)[1:-1]]
        spread = [self.low, *inner, self.high]
        return list(sorted({round(value) for value in spread}) if self.whole else spread)

    @property
    def in_words(self) -> str:
        """What is searched, such as "0.3 to 30"."""
        if self.choices:
            return ", ".join(str(choice) for choice in self.choices)
        return f"{number(self.low)} to {number(self.high)}"

    def suggest(self, trial: optuna.Trial) -> Value:
        """Ask a trial for its value; what the trial holds already stays."""
        if self.choices:
            chosen: Value = trial.suggest_categorical(self.name, self.choices)  # type: ignore[assignment]
            return chosen
        if self.whole:
            return trial.suggest_int(self.name, int(self.low), int(self.high), log=self.log)
        return trial.suggest_float(self.name, self.low, self.high, log=self.log)


class SearchSpace(BaseModel):
    """The dimensions of a search; at least one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dimensions: tuple[Dimension, ...]

    @classmethod
    def parse(cls, kind: ModelKind, wishes: Iterable[str]) -> Self:
        """Read `name=low:high`, `name=low:high:points` and `name=a,b,c`.

        Raises
        ------
        ParameterError
            For an unknown name, an empty or inverted range, or a value outside the declared range.
        StudyError
            When there is nothing to search.
        """
        written = [_split(wish) for wish in wishes]
        return cls.of(dimension(kind, name, text) for name, text in written)

    @classmethod
    def of(cls, dimensions: Iterable[Dimension]) -> Self:
        """Put dimensions together; raises StudyError for none, ParameterError for one that is empty or there twice."""
        found = tuple(dimensions)
        names = [entry.name for entry in found]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ParameterError(f"`{twice}` has two ranges; give it only one.")
        empty = next((entry.name for entry in found if not entry.choices and entry.low == entry.high), None)
        if empty:
            raise ParameterError(f"`{empty}` has no values to search; choose some, or fix the parameter.")
        if not found:
            raise StudyError("No parameter to search; give at least one parameter a range or choices.")
        return cls(dimensions=found)

    @classmethod
    def declared(cls, kind: ModelKind) -> Self:
        """Return the ranges that a model's declaration proposes."""
        return cls.of(proposed(field) for field in kind.parameters.declared() if field.search)

    @property
    def names(self) -> tuple[str, ...]:
        """The searched parameters, in order."""
        return tuple(entry.name for entry in self.dimensions)

    @property
    def grid(self) -> dict[str, list[Value]]:
        """The values of a full grid by parameter."""
        return {entry.name: entry.values for entry in self.dimensions}

    @property
    def combinations(self) -> int:
        """How many trials the full grid has."""
        return math.prod(len(entry.values) for entry in self.dimensions)

    def check_grid(self) -> None:
        """Raise StudyError that names the count where the grid is larger than a search may be."""
        if self.combinations > GRID_LIMIT:
            raise StudyError(
                f"This grid has {self.combinations:,} combinations, more than {GRID_LIMIT:,}; take fewer points "
                "or parameters, or search at random or guided (tpe)."
            )

    def suggest(self, trial: optuna.Trial) -> dict[str, Value]:
        """Ask a trial for a value of each dimension."""
        return {entry.name: entry.suggest(trial) for entry in self.dimensions}


def proposed(field: ParameterField) -> Dimension:
    """Return the search that a field proposes: its `search` range, its whole range, or all its choices."""
    if field.kind == "bool":
        return Dimension(name=field.name, choices=(False, True))
    if field.kind == "choice":
        return Dimension(name=field.name, choices=field.choices)
    low, high = field.search or (field.low or 0.0, field.high or 0.0)
    return Dimension(name=field.name, low=low, high=high, log=field.log, whole=field.kind == "int")


def ranged(field: ParameterField, low: float, high: float, points: int = POINTS) -> Dimension:
    """Search a range of a number; raises ParameterError unless it is one, within the declared bounds."""
    if not low < high:
        raise ParameterError(
            f"The range of `{field.name}` must go from low to high; got {number(low)} to {number(high)}."
        )
    if field.low is None or field.high is None or low < field.low or high > field.high:
        raise ParameterError(
            f"`{field.name}` must be {field.range_in_words}; got the range {number(low)} to {number(high)}."
        )
    if not 2 <= points <= GRID_LIMIT:
        raise ParameterError(f"A range of `{field.name}` needs 2 to {GRID_LIMIT} points; got {points}.")
    return Dimension(name=field.name, low=low, high=high, log=field.log, whole=field.kind == "int", points=points)


def dimension(kind: ModelKind, name: str, text: str) -> Dimension:
    """Read one dimension as the command line writes it: `low:high`, `low:high:points` or `a,b,c`."""
    kind.parameters.model_validate({name: "?"} if name not in kind.parameters.model_fields else {})
    field = next(entry for entry in kind.parameters.declared() if entry.name == name)
    if ":" in text and field.kind in ("int", "float"):
        return _read_range(field, text)
    choices = [choice.strip() for choice in text.split(",") if choice.strip()]
    if not choices:
        raise ParameterError(f"The search of `{name}` is empty; write {name}=low:high or {name}=a,b,c.")
    checked = [getattr(kind.parameters.model_validate({name: choice}), name) for choice in choices]
    return Dimension(name=name, choices=tuple(dict.fromkeys(checked)))


def _read_range(field: ParameterField, text: str) -> Dimension:
    try:
        low, high, *points = [float(part) for part in text.split(":")]
    except ValueError:
        raise ParameterError(_unreadable(field, text)) from None
    if len(points) > 1 or not all(math.isfinite(bound) for bound in (low, high, *points)):
        raise ParameterError(_unreadable(field, text))
    return ranged(field, low, high, int(points[0]) if points else POINTS)


def _unreadable(field: ParameterField, text: str) -> str:
    return f"A range is written {field.name}=low:high, or low:high:points for a grid; got {text[:60]}."


def _split(wish: str) -> tuple[str, str]:
    name, separator, text = wish.partition("=")
    if not separator or not name.strip():
        raise ParameterError(f"A search is written name=low:high or name=a,b,c; got {wish[:60]}.")
    return name.strip(), text.strip()


def fixed(values: Mapping[str, Value], space: SearchSpace) -> dict[str, Value]:
    """Return the parameters that a search leaves alone."""
    return {name: value for name, value in values.items() if name not in space.names}
