"""The view of one run: what it is, how it stands, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from core.ledger.states import State
from core.models.catalogue import title_of
from core.runs.run import Run
from core.ui.addressed import named_tabs, slug
from core.ui.components.run_choice import found_run
from core.ui.components.run_links import standing_in_words
from core.ui.page import errors_shown
from core.ui.run_view.actions import show_actions
from core.ui.run_view.card import show_card
from core.ui.run_view.downloads import show_downloads
from core.ui.run_view.ensemble import show_worth
from core.ui.run_view.figures import show_curves, show_metrics
from core.ui.run_view.headline import show_headline
from core.ui.run_view.inside import show_inside
from core.ui.run_view.learning import show_learning
from core.ui.run_view.specification import show_log, show_specification
from core.ui.text import escaped

PARTS = {
    "Metrics": show_metrics,
    "Learning": show_curves,
    "See it learn": show_learning,
    "Inside": show_inside,
    "Specification": show_specification,
    "Card": show_card,
    "Downloads": show_downloads,
    "Log": show_log,
}


def show_run(asked: str) -> None:
    """Show the run that an address asks for, whatever state it is in."""
    st.page_link("pages/8_Runs.py", label="All runs", icon=":material/arrow_back:")
    run = found_run(asked)
    st.header(escaped(run.name), anchor=False)
    _facts(run)
    _standing(run)
    with errors_shown():
        show_actions(run)
    show_headline(run)
    show_worth(run)
    _parts(run)


def _facts(run: Run) -> None:
    kind = title_of(run.model)
    marks = [
        (run.shipped, ":blue-badge[shipped]"),
        (run.external, ":gray-badge[external]"),
        (run.deleted, ":red-badge[in the trash]"),
        (run.trained_on_evaluation_data, ":orange-badge[data leakage: trained on images of its evaluation data]"),
    ]
    st.markdown(
        " · ".join(
            [escaped(kind), run.state.value]
            + ([] if run.shipped else [f"started by {escaped(run.owner) or 'unknown'}"])
            + [f"{run.created:%d %B %Y, %H:%M}", f"`{run.short_id}`"]
            + [badge for marked, badge in marks if marked]
            + [f":gray-badge[{escaped(tag)}]" for tag in run.tags]
        )
    )
    if run.note:
        st.markdown(f"> {escaped(' '.join(run.note.split()))}")


def _standing(run: Run) -> None:
    words = standing_in_words(run)
    if run.state is State.FAILED:
        st.error(escaped(words), icon=":material/error:")
    elif run.state.active:
        fraction = min(max(run.progress.fraction if run.progress else 0.0, 0.0), 1.0)
        st.progress(fraction, text=escaped(run.progress.message if run.progress else words))
        st.page_link("pages/2_Train.py", label="Watch the training", icon=":material/visibility:")
    elif words:
        st.info(escaped(words), icon=":material/info:")
    if run.reason and run.reason not in words:
        st.caption(escaped(run.reason))


def _parts(run: Run) -> None:
    places = named_tabs({slug(title): title for title in PARTS}, "look")
    for place, show in zip(places.values(), PARTS.values(), strict=True):
        if place.open:
            with place, errors_shown():
                show(run)
