"""The form of a search: model and recipe, what is fixed and what is searched, how, and for how long."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.data.dataset import Dataset
from core.declaration import ParameterField, Value
from core.jobs.tuning.request import MOST_FOLDS, MOST_MINUTES, MOST_TRIALS, TRIALS, Search
from core.jobs.tuning.search_space import GRID_LIMIT, Dimension, SearchSpace, proposed, ranged
from core.models.catalogue import CATALOGUE
from core.models.kind import ModelKind
from core.models.specification import MAX_SEED
from core.ui.addressed import choose_named, counts
from core.ui.components.controls import capitalised, control, log_positions, shown, slider_format, slider_range
from core.ui.components.recipe_choice import choose_recipe

LIMITS = (500, 1000, 2000, 5000, 10_000, 20_000)
SAMPLERS = {"random": "Random", "grid": "Grid", "tpe": "Guided (TPE)"}
PRUNERS = {"none": "Never", "hyperband": "Hyperband", "median": "Below the median"}


def search_form(dataset: Dataset, owner: str) -> Search:
    """Draw the form and return the search that it is set to; raises InputError in one sentence."""
    kind, preset = _model()
    recipe = choose_recipe(kind, kind.presets[preset].recipe, f"tune_{kind.name}")
    strategy, points = _strategy()
    with st.container(border=True):
        values, space = _space(kind, preset, points if strategy["sampler"] == "grid" else None)
    judging = _judging(len(dataset.train.labels))
    search = Search.ask(
        kind.name,
        SearchSpace.of(space),
        fingerprint=dataset.fingerprint,
        preset=preset,
        settings=tuple(f"{name}={value}" for name, value in values.items()),
        recipe=recipe,
        owner=owner,
        **strategy,
        **judging,
    )
    search.check_training_set(dataset.train.labels)
    return search


def _model() -> tuple[ModelKind, str]:
    titles = {name: kind.title for name, kind in CATALOGUE.items()}
    kind = CATALOGUE[choose_named("Model", titles, "svm", "tune_model")]
    names = list(kind.presets)
    default = "fast" if "fast" in names else names[0]
    preset = st.segmented_control(
        "Start from preset", names, default=default, key=f"tune_preset_{kind.name}", bind="query-params"
    )
    return kind, preset or default


def _strategy() -> tuple[dict[str, Any], int]:
    first, second, third, fourth, fifth = st.columns([3, 2, 1, 1, 1])
    sampler = choose_named(
        "Strategy",
        SAMPLERS,
        "random",
        "tune_sampler",
        control=first.segmented_control,
        help="Grid evaluates every combination, random samples them, guided (TPE) samples more where trials were good.",
    )
    pruner = choose_named(
        "Stop poor trials early",
        PRUNERS,
        next(iter(PRUNERS)),
        "tune_pruner",
        control=second.selectbox,
        help="Based on intermediate scores: after each epoch, after each fold, or on a ninth and a third of the "
        "images.",
    )
    points = 5
    if sampler == "grid":
        points = int(third.number_input("Points per range", 2, 100, 5, key="tune_points", bind="query-params"))
        trials = None
    else:
        trials = int(third.number_input("Trials", 1, MOST_TRIALS, TRIALS, key="tune_trials", bind="query-params"))
    minutes = fourth.number_input(
        "Minutes", 0.0, float(MOST_MINUTES), None, key="tune_minutes", bind="query-params", placeholder="no limit"
    )
    seed = int(fifth.number_input("Seed", 0, MAX_SEED, 0, key="tune_seed", bind="query-params"))
    chosen = {"sampler": sampler, "pruner": pruner, "trials": trials, "minutes": minutes or None, "seed": seed}
    return chosen, points


def _judging(images: int) -> dict[str, Any]:
    left, right = st.columns([2, 3])
    limits = [limit for limit in LIMITS if limit < images]
    limit = choose_named(
        "Training images",
        counts([*limits, images]),
        str(2000 if 2000 in limits else images),
        "tune_limit",
        control=left.select_slider,
        help="Fewer images are faster. You can train the best trial on all images afterwards.",
    )
    folds = choose_named(
        "Evaluate each trial on",
        {"0": "validation", **{str(count): f"{count} folds" for count in (3, 5, MOST_FOLDS)}},
        "0",
        "tune_folds",
        control=right.segmented_control,
        help="Folds are parts of the training images. A search never uses the test images.",
    )
    return {"limit": None if int(limit) == images else int(limit), "folds": int(folds)}


def _space(kind: ModelKind, preset: str, points: int | None) -> tuple[dict[str, Value], list[Dimension]]:
    """Return a row a parameter: fixed at a value, or searched over a range."""
    start = kind.presets[preset].parameters.model_dump()
    fixed: dict[str, Value] = {}
    searched: list[Dimension] = []
    places = st.columns(2)
    for position, field in enumerate(kind.parameters.declared()):
        key = f"tune_{kind.name}_{preset}_{field.name}"
        with places[position % 2], st.container(horizontal=True, vertical_alignment="bottom"):
            with st.container(width=110):
                wanted = st.toggle("Search", value=field.search is not None, key=f"{key}_searched", bind="query-params")
            with st.container(width="stretch"):
                if wanted:
                    searched.append(_range(field, key, points))
                else:
                    fixed[field.name] = control(field, start[field.name], key)
    return fixed, searched


def _range(field: ParameterField, key: str, points: int | None) -> Dimension:
    """Return a slider with two ends for a number, a choice of several for the others."""
    title = capitalised(field)
    start = proposed(field)
    if start.choices:
        chosen = st.multiselect(
            title, start.choices, start.choices, key=f"{key}_choices", bind="query-params", help=field.help
        )
        return start.model_copy(update={"choices": tuple(chosen)})
    low, high = _slider(field, title, start, f"{key}_range")
    return ranged(field, low, high, points or start.points)


def _slider(field: ParameterField, title: str, start: Dimension, key: str) -> tuple[float, float]:
    shared: dict[str, Any] = {
        "help": f"{field.help} ({field.range_in_words})",
        "key": key,
        "bind": "query-params",
    }
    low, high, step = slider_range(field)
    ends = (type(low)(start.low), type(low)(start.high))
    if field.log:
        positions = sorted({*log_positions(field, ends[0]), *log_positions(field, ends[1])})
        chosen = st.select_slider(title, positions, value=ends, format_func=shown, **shared)
    else:
        chosen = st.slider(title, low, high, ends, step, format=slider_format(field), **shared)
    return chosen[0], chosen[1]


def size_in_words(search: Search) -> str:
    """Return how large the search is, such as "a grid of 25 combinations"."""
    if search.sampler != "grid":
        return search.budget.in_words
    count = search.space.combinations
    return f"a grid of {count:,} combinations (at most {GRID_LIMIT:,})"
