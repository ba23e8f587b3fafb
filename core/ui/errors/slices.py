"""Where a model is weak: slices of the images, by measured attributes, on which it is worse than elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.slices import slice_errors
from core.data.attributes import FIRST_HALF, SOURCES, attributes
from core.evaluation.comparison import in_words
from core.evaluation.slice_terms import Slice
from core.evaluation.slices import FEWEST, LEVEL, compare_on_slices, judge_slices, slices
from core.runs.run import Run
from core.text import percent
from core.ui import session
from core.ui.components.judged import Judged
from core.ui.components.predictions import answers
from core.ui.components.run_choice import choose_run
from core.ui.components.table import show_table
from core.ui.errors.filters import has_doubted_labels
from core.ui.errors.images import show_images
from core.ui.errors.matrix import Looked
from core.ui.errors.slice_training import offer_training
from core.ui.page import fragment
from core.ui.text import escaped

CHOSEN, EVERY, VERSUS, CORRECT, TABLE = "slice", "every_slice", "versus", "correct_too", "slice_table"
MOST_DRAWN = 12
HELP = (
    "Slant, stroke width, height, width, ink, loops, position and distance from the class mean are measured on every "
    "image. A slice holds the lowest or highest quarter or tenth of an attribute, or the quarters of two. Each is "
    "tested with Fisher's exact test, corrected with Holm's method for all slices."
)


def slices_and_images(judged: Judged) -> None:
    """Show the slices as a table and a chart, and the images of the one that is chosen."""
    parts = _parts(judged)
    if not parts:
        st.info(f"There are too few images: a slice has at least {FEWEST}.", icon=":material/search_off:")
        return
    other = _choose_other(judged)
    tables = {run.run_id: _judge(judged, run) for run in (judged.run, other) if run is not None}
    table = _shown(judged, other, tables)
    st.markdown(finding(judged.run, tables[judged.run.run_id], judged.images.title), help=HELP)
    left, right = st.columns([2, 1], gap="medium")
    with left:
        _table(table, judged.run, other)
    with right:
        _chart(table, tables, judged.run, other)
    part = _choose_slice(parts, tables[judged.run.run_id])
    if part is not None:
        _images(judged, part)


def finding(run: Run, table: pd.DataFrame, title: str) -> str:
    """Return what was found, in one or two sentences."""
    found, looked_at = table[table["found"]], f"{len(table):,} slices of the {title} images"
    if found.empty:
        return f"In none of {looked_at} is {escaped(run.name)} worse than elsewhere by more than chance."
    worst = found.iloc[0]
    number = "one" if len(found) == 1 else str(len(found))
    return (
        f"In **{number}** of {looked_at}, {escaped(run.name)} is worse than elsewhere by more than chance. "
        f"**{worst['slice'].capitalize()}**: {percent(worst['share'])} wrong, elsewhere {percent(worst['elsewhere'])}."
    )


def _choose_other(judged: Judged) -> Run | None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.toggle("All slices", key=EVERY, bind="query-params", help="Also those where chance explains the difference.")
        if not judged.others:
            return None
        if not st.toggle("Compare with another model", key=VERSUS, bind="query-params"):
            return None
        return choose_run(list(judged.others), key="other", label="Other model")


def _shown(judged: Judged, other: Run | None, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the slices to show, as the table needs them: found for a model, differing between two, or all."""
    own = tables[judged.run.run_id]
    if other is None:
        return own if st.session_state[EVERY] else own[own["found"]]
    compared = compare_on_slices(_parts(judged), _wrong(judged, judged.run), _wrong(judged, other))
    if st.session_state[EVERY]:
        return compared
    found = {name for table in tables.values() for name in table.loc[table["found"], "slice"]}
    return compared[compared["slice"].isin(found) | (compared["p_holm"] < LEVEL)]


def _table(table: pd.DataFrame, run: Run, other: Run | None) -> None:
    if table.empty:
        st.caption("No slice to list. Turn on “All slices” to look at them anyway.")
        return
    words = table["slice"].tolist()
    show_table(
        _one(table) if other is None else _two(table, run, other),
        key=TABLE,
        height=min(38 + 35 * len(table), 400),
        selection_mode="single-row",
        on_select=lambda: _choose_row(words),
        alt="Slices with their share of errors and the share elsewhere; choose a row to see its images",
    )
    st.caption("Select a row to see its images. p is corrected for all slices (Holm). Lines are 95 % intervals.")


def _one(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Slice": table["slice"],
            "Errors": [percent(share) for share in table["share"]],
            "Elsewhere": [percent(share) for share in table["elsewhere"]],
            "Wrong": [f"{k:,} of {n:,}" for k, n in zip(table["wrong"], table["images"], strict=True)],
            "p": [in_words(p) for p in table["p_holm"]],
            "Limits": table["limits"],
        }
    )


def _two(table: pd.DataFrame, run: Run, other: Run) -> pd.DataFrame:
    names = (run.name, other.name) if run.name != other.name else (run.short_id, other.short_id)
    return pd.DataFrame(
        {
            "Slice": table["slice"],
            names[0]: [percent(share) for share in table["first"]],
            names[1]: [percent(share) for share in table["second"]],
            "Points apart": [f"{100 * apart:+.2f}" for apart in table["difference"]],
            "p": [in_words(p) for p in table["p_holm"]],
            "Images": [f"{images:,}" for images in table["images"]],
        }
    )


def _choose_row(words: list[str]) -> None:
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows and rows[0] < len(words):
        st.session_state[CHOSEN] = words[rows[0]]


def _chart(table: pd.DataFrame, tables: dict[str, pd.DataFrame], run: Run, other: Run | None) -> None:
    drawn = table["slice"].head(MOST_DRAWN).tolist()
    if not drawn:
        return
    rows = [
        tables[model.run_id].set_index("slice").loc[drawn].reset_index().assign(model=model.name, kind=model.model)
        for model in (run, other)
        if model is not None
    ]
    figure = slice_errors(pd.concat(rows, ignore_index=True))
    st.plotly_chart(figure, key="slice_chart", config={"displayModeBar": False})


def _choose_slice(parts: list[Slice], table: pd.DataFrame) -> Slice | None:
    names = table["slice"].tolist()
    if st.session_state.get(CHOSEN) not in (None, *names):
        st.session_state[CHOSEN] = None  # of images that were shown before
    chosen = st.selectbox(
        "Slice", names, None, key=CHOSEN, bind="query-params", placeholder="Select a row, or choose a slice here"
    )
    return next((part for part in parts if part.words == chosen), None)


def _images(judged: Judged, part: Slice) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        correct_too = st.toggle("Show correct predictions too", key=CORRECT, bind="query-params")
        offer_training(judged.run, part, _measured(judged))
    with st.container(key="images"):
        fragment(show_images)(judged, Looked("counts" if correct_too else "errors"), None, part)


def _wrong(judged: Judged, run: Run) -> np.ndarray:
    return np.asarray(answers(run, judged.split_name) != judged.labels)


def _judge(judged: Judged, run: Run) -> pd.DataFrame:
    return _kept_judgement(judged, run, run.run_id, judged.images.fingerprint, judged.split_name)


@st.cache_data(show_spinner=False, max_entries=32)
def _kept_judgement(_judged: Judged, _run: Run, run_id: str, fingerprint: str, split: str) -> pd.DataFrame:
    return judge_slices(_parts(_judged), _wrong(_judged, _run))


def _measured(judged: Judged) -> pd.DataFrame:
    return _kept_attributes(judged, judged.images.fingerprint, judged.split_name)


@st.cache_data(show_spinner="Measuring the images ...", max_entries=4)
def _kept_attributes(_judged: Judged, fingerprint: str, split: str) -> pd.DataFrame:
    return attributes(_judged.split.images, _judged.labels)


def _parts(judged: Judged) -> list[Slice]:
    return _kept_parts(judged, judged.images.fingerprint, judged.split_name)


@st.cache_resource(show_spinner=False, max_entries=4)
def _kept_parts(_judged: Judged, fingerprint: str, split: str) -> list[Slice]:
    source = None
    if has_doubted_labels(session.dataset(), split):  # MNIST's own test images
        source = np.where(_judged.split.index < FIRST_HALF, *SOURCES)
    return slices(_measured(_judged), source)
