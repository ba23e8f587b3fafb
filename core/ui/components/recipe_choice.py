"""The choice of a recipe for a training or a search: from the preset, the lab's, or a named one that fits."""

from __future__ import annotations

import streamlit as st

from core.errors import InputError
from core.models.kind import ModelKind
from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.recipe_text import recipe_of
from core.ui.text import sentence

LAB = "lab"
"""The query parameter that holds the recipe set in the Lab."""
OWN = "from the preset"
LABS = "from the Lab"


def choose_recipe(kind: ModelKind, own: Recipe, key: str) -> Recipe:
    """Let one of the recipes be chosen that the kind takes.

    Parameters
    ----------
    own : Recipe
        The preset's; chosen at first, unless the address holds one of the lab under `lab`.
    key : str
        Prefix of the control's key and of its name in the address.
    """
    recipes = {OWN: own, **_of_lab(kind), **{name: recipe for name, recipe in RECIPES.items() if kind.takes(recipe)}}
    chosen = st.selectbox(
        "Preprocessing recipe",
        list(recipes),
        index=1 if LABS in recipes else 0,
        key=f"{key}_recipe_{recipes[LABS].key[:8]}" if LABS in recipes else f"{key}_recipe",
        bind="query-params",
        help="The preprocessing steps before the model. Inspect and edit each step in the Lab on the Data page.",
    )
    st.caption(" → ".join(step.title for step in recipes[chosen].steps))
    return recipes[chosen]


def _of_lab(kind: ModelKind) -> dict[str, Recipe]:
    """Return the lab's recipe in the address by its name here; none where there is none, or none that fits."""
    text = str(st.query_params.get(LAB, ""))
    if not text:
        return {}
    try:
        recipe = recipe_of(text)
        kind.check_recipe(recipe)
    except InputError as error:
        st.info(f"The recipe from the Lab cannot be used here. {sentence(error)}", icon=":material/experiment:")
        return {}
    return {LABS: recipe}
