"""The form of a training: model, preset, parameters, recipe, augmentation and data experiments."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.data.dataset import Dataset
from core.errors import InputError
from core.models.catalogue import CATALOGUE
from core.models.kind import ModelKind, Preset
from core.models.specification import MAX_SEED, Specification
from core.preprocessing.augment import Augmentation
from core.preprocessing.experiments import Experiment
from core.preprocessing.recipe import Recipe
from core.ui.addressed import choose_named
from core.ui.components.controls import controls
from core.ui.components.recipe_choice import choose_recipe
from core.ui.train.reviewed import LABELS, choose_corrections
from core.ui.train.start import Start

CUSTOM = "from run"


@dataclass(frozen=True)
class TrainingRequest:
    """What somebody set in the form: one specification a seed, and a name."""

    specifications: tuple[Specification, ...]
    name: str
    preset: str = ""


def training_form(dataset: Dataset, start: Start | None = None) -> TrainingRequest:
    """Draw the form, from the defaults or from an earlier run's specification, and return what it is set to.

    It has a container of its own: a button in a fragment below forgets a click when another kind's form has more parts,
    as a fragment is known by its place.
    """
    with st.container():
        return _form(dataset, start)


def _form(dataset: Dataset, start: Start | None) -> TrainingRequest:
    mark, whole = (start.mark, start.specification) if start else ("", None)
    kind = _model(whole, mark)
    same = whole if whole and whole.model == kind.name else None
    preset_name, preset = _preset(kind, again=same is not None, mark=mark)
    from_run = same if preset_name == CUSTOM else None
    key = f"{kind.name}{mark}" if from_run else f"{kind.name}_{preset_name}"
    first = kind.parameters.model_validate(from_run.parameters) if from_run else preset.parameters
    with st.container(border=True):
        parameters = controls(kind.parameters, first, key)
    recipe = choose_recipe(kind, from_run.recipe if from_run else preset.recipe, key)
    augmentation = _augmentation(kind, from_run.augmentation if from_run else preset.augmentation, key)
    experiment = _experiment(dataset, whole.experiment if whole else Experiment(), mark)
    seeds, name = _naming(whole.seed if whole else 0, mark)
    return TrainingRequest(
        tuple(
            Specification(
                model=kind.name,
                preset=_still(preset_name, preset, parameters.model_dump(), recipe),
                parameters=parameters.model_dump(),
                recipe=recipe,
                augmentation=augmentation,
                experiment=experiment,
                seed=seed,
                parent=same.parent if same else None,
            )
            for seed in seeds
        ),
        name,
        preset_name,
    )


def _model(start: Specification | None, mark: str) -> ModelKind:
    titles = {name: kind.title for name, kind in CATALOGUE.items()}
    first = start.model if start and start.model in titles else next(iter(titles))
    kind = CATALOGUE[choose_named("Model", titles, first, "model", mark)]
    st.caption(kind.summary)
    return kind


def _preset(kind: ModelKind, *, again: bool, mark: str) -> tuple[str, Preset]:
    names = [CUSTOM, *kind.presets] if again else list(kind.presets)
    default = CUSTOM if again else "default" if "default" in names else names[0]
    chosen = (
        st.segmented_control("Preset", names, default=default, key=f"preset_{kind.name}{mark}", bind="query-params")
        or default
    )
    if chosen == CUSTOM:
        return CUSTOM, next(iter(kind.presets.values()))
    st.caption(kind.presets[chosen].note)
    return chosen, kind.presets[chosen]


def _still(name: str, preset: Preset, parameters: dict[str, object], recipe: Recipe) -> str | None:
    """Return the preset's name, as long as nothing of it was changed."""
    same = name != CUSTOM and parameters == preset.parameters.model_dump() and recipe == preset.recipe
    return name if same else None


def _augmentation(kind: ModelKind, start: Augmentation, key: str) -> Augmentation:
    if not kind.augments:
        return Augmentation()
    asked = any(name.startswith(f"{key}_augment_") for name in st.query_params)
    with st.expander("Augmentation: vary the training images in every epoch", expanded=asked):
        return controls(Augmentation, start, f"{key}_augment")


def _experiment(dataset: Dataset, start: Experiment, mark: str) -> Experiment:
    available = len(dataset.train.labels)
    first, percent = min(start.limit or available, available), round(100 * start.wrong_labels)
    opened = start != Experiment() or LABELS in st.query_params
    with st.expander("Data experiments: fewer images, missing digits, wrong or reviewed labels", expanded=opened):
        left, middle, right = st.columns(3)
        limit = left.slider(
            "Training images",
            min(50, first),
            available,
            first,
            50,
            format="%,d",
            key=f"limit{mark}",
            bind="query-params",
        )
        without = middle.multiselect(
            "Excluded digits", range(10), start.left_out, key=f"left_out{mark}", bind="query-params"
        )
        wrong = right.slider("Wrong labels, in %", 0, 90, percent, key=f"wrong_labels{mark}", bind="query-params")
        reviewed = choose_corrections(dataset, start.corrections, mark)
    if len(without) > 8:
        raise InputError(f"Training needs at least two different digits; got {10 - len(without)}.")
    return Experiment(
        limit=start.limit if limit == first else limit if limit < available else None,
        left_out=tuple(without),
        wrong_labels=start.wrong_labels if wrong == percent else wrong / 100,
        corrections=reviewed,
    )


def _naming(start: int, mark: str) -> tuple[range, str]:
    left, middle, right = st.columns([1, 1, 3])
    seed = left.number_input(
        "Seed", 0, MAX_SEED, start, key=f"seed{mark}", bind="query-params", help="The same seed gives the same result."
    )
    repeats = middle.number_input(
        "Repeat with seeds", 1, 10, 1, key=f"repeats{mark}", bind="query-params",
        help="Several seeds show how much the result varies by chance.",
    )  # fmt: skip
    name = right.text_input(
        "Name", placeholder="made from what differs from the preset", max_chars=120, key="run_name", on_change="ignore"
    )
    return range(int(seed), int(seed) + int(repeats)), name
