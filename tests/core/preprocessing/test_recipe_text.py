from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RecipeError
from core.preprocessing.recipe import RECIPES
from core.preprocessing.recipe_text import START, recipe_of, steps_of, text_of
from core.preprocessing.steps import Centre, Deskew, Hog, Normalise, Pca, Threshold

strengths = st.integers(0, 20).map(lambda twentieths: twentieths / 20)


@pytest.mark.parametrize("name", RECIPES)
def test_named_recipes_come_back(name: str) -> None:
    assert recipe_of(text_of(RECIPES[name].steps)) == RECIPES[name]


@given(strengths, st.booleans(), st.integers(0, 254), st.integers(1, 784))
def test_settings_come_back(strength: float, subpixel: bool, level: int, kept: int) -> None:
    steps = (Deskew(strength=strength), Centre(subpixel=subpixel), Threshold(level=level), Pca(n_components=kept))
    assert steps_of(text_of(steps)) == steps


def test_only_what_differs_from_the_default_is_written() -> None:
    steps = (Deskew(strength=0.5, interpolation="nearest"), Normalise(), Hog(signed=False))
    assert text_of(steps) == "deskew(strength=0.5,interpolation=nearest).normalise.hog(signed=false)"


def test_no_text_is_the_recipe_to_start_from() -> None:
    assert recipe_of("") == RECIPES[START]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("shave", "There is no step 'shave'; there are deskew"),
        ("deskew(strength=9)", r"`strength` must be between 0 and 1; got 9"),
        ("deskew(strength=much)", r"`strength` must be between 0 and 1; got much"),
        ("deskew(strenght=1)", r"Deskew has no setting `strenght`; did you mean `strength`\?"),
        ("deskew(", "There is no recipe in"),
        ("deskew.", "There is no recipe in"),
        ("x" * 5000, "There is no recipe in"),
        ("normalise.reshape.deskew", "Deskew must come before"),
    ],
)
def test_what_is_no_recipe_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(RecipeError, match=sentence):
        recipe_of(text)
