"""What the trees of a forest ask about one digit: the pixels or cells on their paths."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.arrays import UInt8Array
from core.charts.inside import importance_map
from core.explain.inside_forest import laid_out, questions
from core.models.serving.export import learned_steps
from core.models.serving.predictor import read_graph
from core.preprocessing.affine import Affine
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.steps import Hog
from core.runs.model_cache import model_folder
from core.runs.run import Run
from core.ui.components.cards import Card, show_cards
from core.ui.components.opened import opened_trees
from core.ui.theme import is_dark


def show_questions(run: Run, image: UInt8Array, compact: bool = False) -> None:
    """Show where the paths of this digit through all trees ask, beside the digit as the forest sees it."""
    assert run.specification is not None
    recipe, trees = run.specification.recipe, opened_trees(run)
    pipeline = Pipeline(recipe, _learned(run, run.run_id, run.created.isoformat()))
    features = pipeline.transform(image[None])
    asked = questions(trees, features)
    left, right = st.columns([1, 3], gap="large")
    with left:
        pictures = [stage for stage in pipeline.stages(image) if stage.picture is not None and stage.array.ndim == 2]
        seen = pictures[-1].picture if pictures else None
        show_cards([Card(image if seen is None else seen, "What it sees")], side=112 if compact else 144)
    with right:
        asked_share = trees.handed_back(asked / max(1, int(asked.sum())), features)
        share = laid_out(asked_share, recipe, pipeline.learned)
        figure = importance_map(share, height=210 if compact else 380, dark=is_dark())
        st.plotly_chart(figure, key="think_questions", config={"displayModeBar": False})
    st.markdown(in_words(len(trees.roots), asked, features.shape[1]))
    spread = ["a cell of gradients"] if any(isinstance(step, Hog) for step in recipe.steps) else []
    spread += ["a discriminant"] if trees.directions is not None else []
    told = f" Questions about {' or '.join(spread)} are spread over its pixels." if spread else ""
    st.caption(f"Share of the questions on this digit's paths at each place.{told}")


def in_words(trees: int, asked: np.ndarray, features: int) -> str:
    """Return how much was asked, in a sentence; after the first `features` come the linear discriminants."""
    told = [_of(asked[:features], "features"), _of(asked[features:], "discriminants")][: 1 + (len(asked) > features)]
    return f"{trees:,} trees ask {int(asked.sum()):,} questions, about {' and '.join(told)}."


def _of(asked: np.ndarray, what: str) -> str:
    return f"{int((asked > 0).sum()):,} of {len(asked):,} {what}"


@st.cache_data(show_spinner=False, max_entries=8)
def _learned(_run: Run, run_id: str, created: str) -> tuple[Affine, ...]:
    return learned_steps(read_graph(model_folder(_run)))
