"""A recipe as a short text, for addresses and commands: `deskew(strength=0.5).normalise.hog.pca(n_components=60)`."""

from __future__ import annotations

import re
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.errors import RecipeError
from core.preprocessing.base_step import BaseStep
from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.steps import STEPS

START = "deskewed_pca"
LONGEST = 1_000
STEP = re.compile(r"(?P<kind>[a-z_]+)(?:\((?P<settings>[^()]*)\))?(?:\.|$)")


def text_of(steps: tuple[BaseStep, ...]) -> str:
    """Write steps down, only with the settings that differ from their defaults."""
    return ".".join(_step_text(step) for step in steps)


def steps_of(text: str) -> tuple[BaseStep, ...]:
    """Read steps from a text, in whatever order they stand; the default recipe's for an empty text.

    Raises
    ------
    RecipeError
        It is not such a text, or names a step or a setting that there is not.
    """
    if not text:
        return RECIPES[START].steps
    found, end = [], 0
    while len(text) <= LONGEST and (match := STEP.match(text, end)) and match.end() > end:
        found.append(_step(match["kind"], match["settings"] or ""))
        end = match.end()
    if end != len(text) or text.endswith("."):
        raise RecipeError(f"There is no recipe in {text[:60]!r}; write it as deskew(strength=0.5).normalise.")
    return tuple(found)


def recipe_of(text: str) -> Recipe:
    """Read a recipe from a text; raises RecipeError where its steps do not fit together."""
    return Recipe(steps=steps_of(text))


def _step_text(step: BaseStep) -> str:
    own = type(step).model_validate({}).settings()
    changed = [f"{name}={_written(value)}" for name, value in step.settings().items() if value != own[name]]
    return step.kind + (f"({','.join(changed)})" if changed else "")


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _step(kind: str, settings: str) -> BaseStep:
    if kind not in STEPS:
        raise RecipeError(f"There is no step {kind[:60]!r}; there are {', '.join(STEPS)}.")
    pairs = [setting.partition("=") for setting in settings.split(",") if setting]
    return STEPS[kind](**{name: _value(kind, name, value) for name, _, value in pairs})


def _value(kind: str, name: str, value: str) -> Any:
    """Turn a text into what the setting holds; what cannot be turned is left for the step to refuse."""
    field = STEPS[kind].model_fields.get(name)
    try:
        return TypeAdapter[Any](field.annotation).validate_strings(value) if field and field.annotation else value
    except ValidationError:
        return value
