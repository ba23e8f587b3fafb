"""A setting of a model, a step or an augmentation, declared once.

Sliders, command-line options, checks and search space all follow from the declaration.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic.fields import FieldInfo

from core.errors import InputError, ParameterError
from core.text import number, shortened

Value = bool | int | float | str
Kind = Literal["int", "float", "bool", "choice"]
Condition = tuple[str, Value]
"""The name of a parameter and a value of it."""


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
    """Declare one parameter of a `Declared` class.

    Parameters
    ----------
    default : bool, int, float or str
        Where the slider stands.
    help : str
        One sentence for the reader, with the unit.
    title : str, optional
        What the slider is called; the name if not said.
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

    @classmethod
    def of(cls, name: str, info: FieldInfo) -> Self:
        """Read a field of a `Declared` class."""
        extra = cast("dict[str, Any]", info.json_schema_extra or {})
        bounds = {type(mark).__name__: mark for mark in info.metadata}
        choices = tuple(str(choice) for choice in get_args(info.annotation))
        kind: Kind = "choice" if choices else cast(Any, info.annotation).__name__
        low = bounds["Ge"].ge if "Ge" in bounds else None
        high = bounds["Le"].le if "Le" in bounds else None
        hundredth = None if low is None or high is None else (high - low) / 100
        step = extra.get("step") or (1 if kind == "int" else hundredth)
        return cls(
            name, info.title or name.replace("_", " "), kind, info.default, info.description or "", low, high, step,
            bool(extra.get("log")), choices, extra.get("search"), extra.get("idle_while"),
        )  # fmt: skip

    @property
    def range_in_words(self) -> str:
        """What a value must be, such as "between 1 and 784"."""
        if self.kind == "bool":
            return "true or false"
        if self.kind == "choice":
            return f"one of {', '.join(self.choices)}"
        whole = "a whole number " if self.kind == "int" else ""
        return f"{whole}between {number(self.low or 0)} and {number(self.high or 0)}"

    def idle_in_words(self, values: Mapping[str, Any]) -> str:
        """Return why it changes nothing at the values of the others, such as "Has no effect while kernel is rbf."."""
        if self.idle_while is None or values.get(self.idle_while[0]) != self.idle_while[1]:
            return ""
        name, value = self.idle_while
        shown = f"{value:g}" if isinstance(value, float) else value
        return f"Has no effect while {name.replace('_', ' ')} is {shown}."


class Declared(BaseModel):
    """Parameters that know their ranges; frozen, strict about names, and refusing in one sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    title: ClassVar[str] = ""
    refusal: ClassVar[type[InputError]] = ParameterError

    @classmethod
    def declared(cls) -> tuple[ParameterField, ...]:
        """Return every parameter in the order of its declaration; one that leaves no choice is left out."""
        fields = (ParameterField.of(name, info) for name, info in cls.model_fields.items())
        return tuple(field for field in fields if len(field.choices) != 1)

    @model_validator(mode="wrap")
    @classmethod
    def _in_words(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(values)
        except ValidationError as error:
            raise cls.refusal(cls._sentence(error)) from None

    @classmethod
    def _sentence(cls, error: ValidationError) -> str:
        """Tell the first of a validation's errors as "`sigma` must be between 0.3 and 3; got 9."."""
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        fields = {field.name: field for field in cls.declared()}
        if name in fields:
            return f"`{name}` must be {fields[name].range_in_words}; got {shortened(first['input'])}."
        if first["type"] != "extra_forbidden":
            return f"{cls.title or cls.__name__} is written as names and values; got {shortened(first['input'])}."
        close = difflib.get_close_matches(name, fields, n=1)
        there = f"there are {', '.join(f'`{field}`' for field in fields)}." if fields else "there are none."
        unknown = f"{cls.title} has no setting" if cls.title else "There is no parameter"
        return f"{unknown} `{shortened(name)}`; " + (f"did you mean `{close[0]}`?" if close else there)


class Parameters(Declared):
    """Base of every model's parameters."""

    def changed(self, settings: Iterable[str]) -> Self:
        """Apply settings as the command line writes them, `name=value` each."""
        return self.model_validate({**self.model_dump(), **dict(name_and_value(setting) for setting in settings)})


def name_and_value(setting: str) -> tuple[str, str]:
    """Part what the command line writes as `name=value`; raises ParameterError where it is not written so."""
    name, separator, value = setting.partition("=")
    if not separator or not name.strip():
        raise ParameterError(f"A setting must be name=value, such as epochs=3; got {shortened(setting)}.")
    return name.strip(), value.strip()
