from __future__ import annotations

import pytest

from core.errors import ParameterError, RecipeError
from core.models.catalogue import CATALOGUE
from core.models.kind import ModelKind
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.preprocessing.recipe import RECIPES


def test_it_survives_json() -> None:
    written = Specification.from_preset("cnn", "reference", settings=("epochs=3",), seed=5)
    assert Specification.from_json(written.model_dump_json()) == written


def test_equal_trainings_have_equal_keys_however_they_were_asked_for() -> None:
    first = Specification.from_preset("svm", "default")
    second = first.model_copy(update={"preset": None, "parameters": dict(reversed(first.parameters.items()))})
    assert first.key("a") == second.key("a")


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 1},
        {"experiment": Experiment(limit=100)},
        {"parent": "0" * 32},
        {"averaged": ("0" * 32, "1" * 32)},
        {"recipe": "raw"},
    ],
)
def test_what_changes_the_outcome_changes_the_key(changes: dict[str, object]) -> None:
    first = Specification.from_preset("svm", "default")
    values = {key: RECIPES[str(value)] if key == "recipe" else value for key, value in changes.items()}
    assert first.key("a") != first.model_copy(update=values).key("a")
    assert first.key("a") != first.key("b")


def test_a_recipe_in_a_form_that_the_model_does_not_take_is_refused_with_the_way_out() -> None:
    rows, image = RECIPES["hog_pca"], RECIPES["image"]
    with pytest.raises(RecipeError, match=r"network takes images, not rows of numbers; .* Reshape in its image form"):
        Specification.from_preset("cnn", recipe=rows)
    with pytest.raises(RecipeError, match=r"machine takes rows of numbers, not images; .* Reshape in its flat form"):
        Specification.from_preset("svm", recipe=image)
    stored = Specification.from_preset("svm").model_copy(update={"recipe": image}).model_dump_json()
    with pytest.raises(ParameterError, match="This specification cannot be read"):
        Specification.from_json(stored)


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=CATALOGUE)
def test_every_model_takes_the_recipes_of_its_presets(kind: ModelKind) -> None:
    assert {kind.takes(preset.recipe) for preset in kind.presets.values()} == {True}
    assert sum(kind.takes(recipe) for recipe in (RECIPES["raw"], RECIPES["image"])) == 1


def test_one_of_a_later_version_is_refused_in_a_sentence() -> None:
    text = Specification.from_preset("svm").model_dump_json().replace('"schema_version":1', '"schema_version":2')
    with pytest.raises(ParameterError, match="This specification cannot be read"):
        Specification.from_json(text)


def test_another_seed_is_all_that_differs() -> None:
    first = Specification.from_preset("cnn", seed=3)
    assert first.with_seed(4) == Specification.from_preset("cnn", seed=4)
    with pytest.raises(ParameterError, match="`seed` must be between 0 and 2,147,483,647; got -1"):
        first.with_seed(-1)
