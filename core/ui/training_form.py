"""The form of a training: model, preset, parameters, recipe, augmentation and data experiments."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.data.dataset import Dataset
from core.errors import InputError
from core.models.catalogue import CATALOGUE
from core.models.kind import ModelKind, Preset
from core.models.parameters import declared_fields
from core.models.specification import MAX_SEED, Specification
from core.preprocessing.augment import Augmentation
from core.preprocessing.experiments import Experiment
from core.preprocessing.recipe import RECIPES, Recipe
from core.ui.controls import controls, parameter_controls

OWN = "the preset's own"


@dataclass(frozen=True)
class Wish:
    """What somebody set in the form: one specification a seed, and a name."""

    specifications: tuple[Specification, ...]
    name: str


def training_form(dataset: Dataset, start: Specification | None = None) -> Wish:
    """Draw the form, from the defaults or from an earlier run's specification, and return what it is set to."""
    kind = _model(start)
    preset_name, preset = _preset(kind, start)
    key = f"{kind.name}_{preset_name}"
    from_run = start if start and start.model == kind.name and preset_name == CUSTOM else None
    first = kind.parameters.checked(from_run.parameters) if from_run else preset.parameters
    with st.container(border=True):
        parameters = parameter_controls(kind.parameters, first, key)
    recipe = _recipe(from_run.recipe if from_run else preset.recipe, key)
    augmentation = _augmentation(kind, from_run.augmentation if from_run else preset.augmentation, key)
    experiment = _experiment(dataset)
    seeds, name = _naming()
    return Wish(
        tuple(
            Specification(
                model=kind.name,
                preset=_still(preset_name, preset, parameters.model_dump(), recipe),
                parameters=parameters.model_dump(),
                recipe=recipe,
                augmentation=augmentation,
                experiment=experiment,
                seed=seed,
                parent=start.parent if start and start.model == kind.name else None,
            )
            for seed in seeds
        ),
        name,
    )


CUSTOM = "from run"


def _model(start: Specification | None) -> ModelKind:
    names = list(CATALOGUE)
    index = names.index(start.model) if start else 0
    chosen = st.segmented_control(
        "Model",
        names,
        default=names[index],
        format_func=lambda name: CATALOGUE[name].title,
        key="model",
        bind="query-params",
    )
    kind = CATALOGUE[chosen or names[index]]
    st.caption(kind.summary)
    return kind


def _preset(kind: ModelKind, start: Specification | None) -> tuple[str, Preset]:
    names = list(kind.presets)
    if start and start.model == kind.name:
        names = [CUSTOM, *names]
    default = names[0] if names[0] == CUSTOM else "default" if "default" in names else names[0]
    chosen = (
        st.segmented_control("Preset", names, default=default, key=f"preset_{kind.name}", bind="query-params")
        or default
    )
    if chosen == CUSTOM:
        return CUSTOM, next(iter(kind.presets.values()))
    st.caption(kind.presets[chosen].note)
    return chosen, kind.presets[chosen]


def _still(name: str, preset: Preset, parameters: dict[str, object], recipe: Recipe) -> str | None:
    """The preset's name, as long as nothing of it was changed."""
    same = name != CUSTOM and parameters == preset.parameters.model_dump() and recipe == preset.recipe
    return name if same else None


def _recipe(start: Recipe, key: str) -> Recipe:
    chosen = st.selectbox(
        "Preprocessing recipe",
        [OWN, *RECIPES],
        key=f"{key}_recipe",
        bind="query-params",
        help="What happens to a picture before the model sees it. The Data page shows every step.",
    )
    recipe = start if chosen == OWN else RECIPES[chosen]
    st.caption(" → ".join(step.title for step in recipe.steps))
    return recipe


def _augmentation(kind: ModelKind, start: Augmentation, key: str) -> Augmentation:
    if not kind.augments:
        return Augmentation()
    with st.expander("Augmentation: vary the training pictures in every epoch"):
        return Augmentation(**controls(declared_fields(Augmentation), start.model_dump(), f"{key}_augment"))


def _experiment(dataset: Dataset) -> Experiment:
    available = len(dataset.train.labels)
    with st.expander("Data experiments: fewer images, missing digits, wrong labels"):
        left, middle, right = st.columns(3)
        limit = left.slider("Training images", 50, available, available, 50, key="limit", bind="query-params")
        without = middle.multiselect("Digits left out", range(10), key="left_out", bind="query-params")
        wrong = right.slider("Wrong labels, in %", 0, 50, 0, key="wrong_labels", bind="query-params")
    if len(without) > 8:
        raise InputError(f"A model needs at least two different digits to learn from; got {10 - len(without)}.")
    return Experiment(limit=limit if limit < available else None, left_out=tuple(without), wrong_labels=wrong / 100)


def _naming() -> tuple[range, str]:
    left, middle, right = st.columns([1, 1, 3])
    seed = left.number_input("Seed", 0, MAX_SEED, 0, key="seed", bind="query-params", help="Makes it repeatable.")
    repeats = middle.number_input(
        "Repeat with seeds", 1, 10, 1, key="repeats", help="Several seeds tell a good recipe from a lucky run."
    )
    name = right.text_input("Name", placeholder="made from model, preset and seed", max_chars=120, key="run_name")
    return range(int(seed), int(seed) + int(repeats)), name
