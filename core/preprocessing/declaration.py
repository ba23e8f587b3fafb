"""How a step or an augmentation is declared: settings with range, step and help, and refusals in one sentence."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self, cast, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic.fields import FieldInfo

from core.errors import RecipeError

Stage = Literal["picture", "normalise", "hog", "reshape", "learned"]


Condition = tuple[str, Any]
"""The name of a setting and a value of it."""


def setting(
    default: Any,
    help: str,
    *,
    ge: float | None = None,
    le: float | None = None,
    step: float | None = None,
    idle_while: Condition | None = None,
) -> Any:
    """Declare one setting of a step; numbers need both bounds and the distance of two slider positions.

    While the setting that `idle_while` names, which must come before, has the value there, this one changes nothing.
    """
    extra = {"step": step, "idle_while": idle_while}
    return Field(default, description=help, ge=ge, le=le, json_schema_extra=cast(Any, extra))


def idle_in_words(idle_while: Condition | None, values: Mapping[str, Any]) -> str:
    """Why a setting changes nothing at the values of the others, such as "Changes nothing while kernel is rbf."."""
    if idle_while is None or values.get(idle_while[0]) != idle_while[1]:
        return ""
    name, value = idle_while
    shown = f"{value:g}" if isinstance(value, float) else value
    return f"Has no effect while {name.replace('_', ' ')} is {shown}."


class Declared(BaseModel):
    """Settings that know their ranges; frozen, strict about names, and refusing in one sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    title: ClassVar[str]

    @model_validator(mode="wrap")
    @classmethod
    def _in_words(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(values)
        except ValidationError as error:
            raise RecipeError(refusal(cls, error, cls.title)) from None


class BaseStep(Declared):
    """What every step has: a title, a sentence, a source, and its place in the order."""

    help: ClassVar[str]
    source: ClassVar[str]
    stage: ClassVar[Stage] = "picture"
    function: ClassVar[Callable[..., np.ndarray] | None] = None
    """What it does to pictures or numbers (n, ...), where its own file has that; else `fixed.FUNCTIONS` does."""

    kind: str

    def settings(self) -> dict[str, Any]:
        """Its settings by name, without its kind: the arguments of the function that does the work."""
        return self.model_dump(exclude={"kind"})


def refusal(declared: type[BaseModel], error: ValidationError, title: str) -> str:
    """Tell the first of a validation's errors as "`sigma` must be between 0.3 and 3; got 9."."""
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if name in declared.model_fields:
        whole = "a whole number " if first["type"].startswith("int_") else ""
        return f"`{name}` must be {whole}{range_in_words(declared.model_fields[name])}; got {_shown(first['input'])}."
    if first["type"] != "extra_forbidden":
        return f"{title} must be given as names and values; got {_shown(first['input'])}."
    known = [field for field in declared.model_fields if field != "kind"]
    close = difflib.get_close_matches(name, known, n=1)
    there = f"there are {', '.join(f'`{field}`' for field in known)}" if known else "there are none"
    return f"{title} has no setting `{_shown(name)}`; " + (f"did you mean `{close[0]}`?" if close else f"{there}.")


def range_in_words(field: FieldInfo) -> str:
    """What a value must be, such as "between 1 and 784"."""
    choices = get_args(field.annotation)
    low = next((mark.ge for mark in field.metadata if hasattr(mark, "ge")), None)
    high = next((mark.le for mark in field.metadata if hasattr(mark, "le")), None)
    if low is not None and high is not None:
        return f"between {low:g} and {high:g}"
    return f"one of {', '.join(map(str, choices))}" if choices else "true or false"


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
