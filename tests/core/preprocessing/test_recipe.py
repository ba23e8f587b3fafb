from __future__ import annotations

import contextlib
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RecipeError
from core.preprocessing.base_step import BaseStep
from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.steps import STEPS, Blur, Deskew, Hog, Normalise, Pca, Reshape, Resize, Standardise


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ((Normalise(), Deskew(), Reshape()), r"Deskew must come before Normalise; move it up\."),
        ((Pca(), Normalise(), Reshape()), r"Normalise must come before PCA; move it up\."),
        ((Deskew(), Reshape()), r"add Normalise after the image steps\."),
        ((), r"add Normalise"),
        ((Normalise(),), r"add Reshape after Normalise\."),
        ((Normalise(), Pca()), r"add Reshape after Normalise\."),
        ((Normalise(), Reshape(form="image"), Pca()), r"PCA takes rows of numbers; set the form of Reshape to flat\."),
        ((Normalise(), Hog(), Reshape(form="image")), r"remove Reshape or set its form to flat\."),
        ((Normalise(), Hog(), Pca(), Pca()), r"A recipe can have PCA only once; got 2\."),
        ((Resize(size=8), Normalise(), Reshape(), Pca(n_components=65)), r"between 1 and 64; got 65\."),
        ((Normalise(), Hog(cell=9, orientations=4), Pca(n_components=60)), r"between 1 and 36; got 60\."),
        ((Blur(),) * 13, r"at most 12 steps; got 13\."),
    ],
)
def test_steps_that_do_not_fit_get_a_sentence_with_the_way_out(steps: tuple, sentence: str) -> None:
    with pytest.raises(RecipeError, match=sentence):
        Recipe(steps=steps)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"steps": [{"kind": "magic"}]}, "There is no step 'magic'; there are deskew, centre"),
        ({"steps": [{}]}, "There is no step"),
        ({"steps": 5}, "A recipe is written as"),
        ({}, "A recipe is written as"),
        ({"steps": [{"kind": "blur", "sigma": 9}]}, r"`sigma` must be between 0\.3 and 3; got 9\."),
    ],
)
def test_documents_that_are_no_recipe_are_refused(document: dict, sentence: str) -> None:
    with pytest.raises(RecipeError, match=sentence):
        Recipe.model_validate(document)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=[*RECIPES])
def test_a_recipe_survives_json_with_its_key_and_name(recipe: Recipe) -> None:
    again = Recipe.model_validate_json(recipe.model_dump_json())
    assert again == recipe
    assert (again.key, again.name) == (recipe.key, recipe.name)
    assert again.name is not None and RECIPES[again.name] == recipe


def test_different_recipes_have_different_keys() -> None:
    more = [Recipe(steps=(Normalise(), Reshape(), Standardise())), Recipe(steps=(Normalise(scale="signed"), Reshape()))]
    assert len({recipe.key for recipe in [*RECIPES.values(), *more]}) == len(RECIPES) + 2
    assert more[0].name is None


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_key_does_not_depend_on_the_order_of_names_or_on_defaults_left_out(rng: random.Random) -> None:
    recipe = Recipe(steps=(Deskew(strength=0.5), Normalise(), Hog(cell=5), Pca(n_components=9)))
    document = json.loads(recipe.model_dump_json())
    for position, step in enumerate(document["steps"]):
        defaults = STEPS[step["kind"]](kind=step["kind"]).model_dump()
        names = [name for name in step if name == "kind" or step[name] != defaults[name] or rng.random() < 0.5]
        rng.shuffle(names)
        document["steps"][position] = {name: step[name] for name in names}
    assert Recipe.model_validate(document).key == recipe.key


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(list(STEPS.values())), max_size=6))
def test_any_steps_make_a_recipe_with_a_shape_or_a_sentence(kinds: list[type[BaseStep]]) -> None:
    steps = tuple(kind(kind=kind.model_fields["kind"].default) for kind in kinds)
    with contextlib.suppress(RecipeError):
        recipe = Recipe(steps=steps)  # type: ignore[arg-type]
        assert (*recipe.fixed, *recipe.learned) == recipe.steps
        assert all(length > 0 for length in recipe.shape)
