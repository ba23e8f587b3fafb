"""A model's parameters, declared once: the sliders, the command line, the checks and the search space follow."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import ParameterError
from core.preprocessing.declaration import Condition

Value = bool | int | float | str
Kind = Literal["int", "float", "bool", "choice"]


def parameter(
    default: Value,
    help: str,  # pydantic, typer and streamlit all call it so
    *,
    title: str | None = None,
    ge: float | None = None,
    le: float | None = None,
    step: float | None = None,
    log: bool = False,
    search: tuple[float, float] | None = None,
    idle_while: Condition | None = None,
) -> Any:
    """Declare one parameter of a `Parameters` class.

    Parameters
    ----------
    default : bool, int, float or str
        Where the slider stands.
    help : str
        One sentence for the reader, with the unit.
    ge, le : float, optional
        Lowest and highest value, both allowed. Every number needs both.
    step : float, optional
        Distance of two slider positions.
    log : bool
        Whether the slider and the search move in powers.
    search : (float, float), optional
        The range that a search starts from; the whole range if not said.
    idle_while : (str, value), optional
        A parameter declared before and the value of it at which this one changes nothing.
    """
    extra = {"step": step, "log": log, "search": search, "idle_while": idle_while}
    return Field(default, title=title, description=help, ge=ge, le=le, json_schema_extra=cast(Any, extra))


@dataclass(frozen=True)
class ParameterField:
    """One declared parameter, as a slider, an option or a search dimension needs it."""

    name: str
    title: str
    kind: Kind
    default: Value
    help: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    choices: tuple[str, ...] = ()
    search: tuple[float, float] | None = None
    idle_while: Condition | None = None

    @property
    def range_in_words(self) -> str:
        """What a value must be, such as "between 1 and 784"."""
        if self.kind == "bool":
            return "true or false"
        if self.kind == "choice":
            return f"one of {', '.join(self.choices)}"
        whole = "a whole number " if self.kind == "int" else ""
        return f"{whole}between {self.low:g} and {self.high:g}"


class Parameters(BaseModel):
    """Base of every model's parameters: frozen, complete by default, and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def declared(cls) -> tuple[ParameterField, ...]:
        """Every parameter of the class, in the order of its declaration."""
        return declared_fields(cls)

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """Build from names and values; raises ParameterError that names the value and its range."""
        fields = {field.name: field for field in cls.declared()}
        for name in values:
            if name not in fields:
                raise ParameterError(_unknown(name, fields))
        try:
            return cls(**values)
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0]) if error.errors()[0]["loc"] else ""
            if name not in fields:
                raise ParameterError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from None
            field = fields[name]
            raise ParameterError(f"`{name}` must be {field.range_in_words}; got {_shown(values[name])}.") from None

    def changed(self, settings: Iterable[str]) -> Self:
        """Apply settings as the command line writes them, `name=value` each."""
        return self.checked({**self.model_dump(), **dict(name_and_value(setting) for setting in settings)})


def declared_fields(model: type[BaseModel]) -> tuple[ParameterField, ...]:
    """Every field that a model declares with a range, choices or a switch; one that leaves no choice is left out."""
    fields = (_field(name, info) for name, info in model.model_fields.items())
    return tuple(field for field in fields if len(field.choices) != 1)


def name_and_value(setting: str) -> tuple[str, str]:
    """Part what the command line writes as `name=value`; raises ParameterError where it is not written so."""
    name, separator, value = setting.partition("=")
    if not separator or not name.strip():
        raise ParameterError(f"A setting must be name=value, such as epochs=3; got {_shown(setting)}.")
    return name.strip(), value.strip()


def _field(name: str, info: Any) -> ParameterField:
    extra = info.json_schema_extra or {}
    bounds = {type(mark).__name__: mark for mark in info.metadata}
    choices = tuple(str(choice) for choice in get_args(info.annotation)) if get_origin(info.annotation) else ()
    return ParameterField(
        name=name,
        title=info.title or name.replace("_", " "),
        kind="choice" if choices else cast(Kind, info.annotation.__name__),
        default=info.default,
        help=info.description or "",
        low=bounds["Ge"].ge if "Ge" in bounds else None,
        high=bounds["Le"].le if "Le" in bounds else None,
        step=extra.get("step"),
        log=bool(extra.get("log")),
        choices=choices,
        search=extra.get("search"),
        idle_while=extra.get("idle_while"),
    )


def _unknown(name: str, fields: Mapping[str, ParameterField]) -> str:
    close = difflib.get_close_matches(name, fields, n=1)
    way_out = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(f'`{field}`' for field in fields)}."
    return f"There is no parameter `{_shown(name)}`; {way_out}"


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
