from __future__ import annotations

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import RecipeError
from core.preprocessing import fixed
from core.preprocessing.base_step import BaseStep
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import Recipe
from core.preprocessing.steps import STEPS, Denoise, Hog, Normalise, Pca, Reshape, Resize, Standardise

DIGITS = load_sample().train.images[:60]


@pytest.mark.parametrize("step", STEPS.values(), ids=[*STEPS])
def test_every_step_tells_what_it_is_and_every_setting_its_range(step: type[BaseStep]) -> None:
    assert all((step.title, step.help, step.source, step.__doc__))
    for name, field in step.model_fields.items():
        if name == "kind":
            continue
        assert field.description
        if field.annotation in (int, float):
            bounds = {type(mark).__name__ for mark in field.metadata}
            assert {"Ge", "Le"} <= bounds
            assert field.json_schema_extra["step"] > 0  # type: ignore[index,call-overload,operator]


def other_values(step: type[BaseStep]) -> list[tuple[str, object]]:
    """Every setting at a value that is not its default."""
    found: list[tuple[str, object]] = []
    for name, field in step.model_fields.items():
        if field.annotation is bool:
            found.append((name, not field.default))
        elif field.annotation in (int, float):
            low = next(mark.ge for mark in field.metadata if hasattr(mark, "ge"))
            high = next(mark.le for mark in field.metadata if hasattr(mark, "le"))
            found.append((name, low if low != field.default else high))
        elif name != "kind":
            choices = field.annotation.__args__  # type: ignore[union-attr]
            found.extend((name, choice) for choice in choices if choice != field.default)
    return found


CHANGES = [(step, name, value) for step in STEPS.values() for name, value in other_values(step)]


@pytest.mark.parametrize(("step", "name", "value"), CHANGES, ids=[f"{s.title} {n} {v}" for s, n, v in CHANGES])
def test_every_setting_changes_the_result(step: type[BaseStep], name: str, value: object) -> None:
    base = (
        {"method": "fixed"} if name == "level" else {"margin": 3} if (name, value) == ("interpolation", "area") else {}
    )
    base |= {"size": 20} if step is Resize and name == "interpolation" else {}
    before, after = step(**base), step(**{**base, name: value})  # type: ignore[arg-type]
    shapes = [result(change) for change in (before, after)]
    assert shapes[0].shape != shapes[1].shape or not np.array_equal(*shapes)


def result(step: BaseStep) -> np.ndarray:
    if step.stage == "picture" or isinstance(step, Normalise):
        return fixed.apply(step, DIGITS)
    if isinstance(step, Hog):
        return fixed.apply(step, fixed.apply(Normalise(), DIGITS))
    steps = (Normalise(), step) if isinstance(step, Reshape) else (Normalise(), Reshape(), step)
    return Pipeline(Recipe(steps=steps)).fit(DIGITS).transform(DIGITS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "values", "sentence"),
    [
        (Pca, {"n_components": 1000}, r"^`n_components` must be a whole number between 1 and 784; got 1000\.$"),
        (Pca, {"n_components": 2.5}, r"^`n_components` must be a whole number between 1 and 784; got 2\.5\.$"),
        (Denoise, {"method": "magic"}, r"^`method` must be one of median, opening, specks, nonlocal; got magic\.$"),
        (Standardise, {"each": "perhaps"}, r"^`each` must be true or false; got perhaps\.$"),
        (Resize, {"size": float("nan")}, r"^`size` must be a whole number between 8 and 32; got nan\.$"),
        (Resize, {"size": 12, "margin": 4}, r"^`margin` must be at most 3 for a size of 12; got 4\.$"),
        (Hog, {"cel": 4}, r"^Oriented gradients has no setting `cel`; did you mean `cell`\?$"),
        (Standardise, {"q": 4}, r"^Standardise has no setting `q`; there are `each`\.$"),
    ],
)
def test_a_wrong_setting_gets_a_sentence(step: type[BaseStep], values: dict, sentence: str) -> None:
    with pytest.raises(RecipeError, match=sentence):
        step(**values)
