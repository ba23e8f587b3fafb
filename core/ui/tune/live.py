"""One search as it runs: how far it is, the best so far, its trials, and what one can do with it."""

from __future__ import annotations

import math
import time
from typing import Any

import streamlit as st

from core.jobs.estimate import duration
from core.jobs.tuning import search_actions
from core.jobs.tuning.tables import table
from core.jobs.tuning.view import StudyView, view
from core.models.catalogue import short_title
from core.permissions import may
from core.settings import settings
from core.text import percent
from core.ui import identity, session
from core.ui.components.job_card import reveal, show_bar
from core.ui.components.table import show_table
from core.ui.page import errors_shown, fragment
from core.ui.searches import searches
from core.ui.text import escaped, sentence
from core.ui.tune.figures import show_figures

POLL_SECONDS = 2.0
STARTED = "search_started"
"""Name of the search that this visit started last, to be brought into view."""
BADGES = {
    "queued": (":material/schedule:", "grey"),
    "running": (":material/play_circle:", "green"),
    "paused": (":material/pause_circle:", "orange"),
    "finished": (":material/check_circle:", "blue"),
    "cancelled": (":material/cancel:", "grey"),
    "failed": (":material/error:", "red"),
    "interrupted": (":material/power_off:", "orange"),
}


def show_search(name: str) -> None:
    """Draw a search; looks again by itself while it is at work."""
    at_work = view(name).at_work
    fragment(_panel, run_every=POLL_SECONDS if at_work else None)(name, at_work)


def _panel(name: str, was_at_work: bool) -> None:
    found = view(name)
    if was_at_work and not found.at_work:
        st.rerun()
    with st.container(key="search_head"):
        _head(found)
        reveal("search_head", found.name if st.session_state.get(STARTED) == found.name else "")
    _best(found)
    show_figures(found)
    _trials(found)


def _head(found: StudyView) -> None:
    search = found.search
    left, right = st.columns([3, 2], vertical_alignment="center")
    icon, colour = BADGES[found.state]
    with left:
        st.markdown(f"**{escaped(found.name)}** · :{colour}-badge[{icon} {_state(found)}]")
        judged = f"{search.folds} folds" if search.folds else "the validation images"
        images = f"{search.limit:,} training images" if search.limit else "all training images"
        searched = "; ".join(f"{entry.name} {entry.in_words}" for entry in search.space.dimensions)
        what = f"{short_title(search.model)} on {images}, evaluated on {judged}"
        st.caption(f"{what}, {found.budget.in_words} · {escaped(searched)}")
    with right, errors_shown():
        _buttons(found)
    if found.reason and found.state in ("failed",):
        st.error(sentence(found.reason), icon=":material/error:")
    _bar(found)


def _bar(found: StudyView) -> None:
    """Show how far it is, and the time left by its own pace."""
    budget = found.budget.trials or max(len(found.trials), 1)
    if found.state == "running" and found.budget.trials:
        show_bar(found.name, found.ended / budget, _progress(found), time.time())
    else:
        st.progress(min(found.ended / budget, 1.0), text=_progress(found))


def _state(found: StudyView) -> str:
    if found.state == "running" and found.request:
        return "pausing: waiting for the running trials" if found.request == "pause" else "cancelling"
    return found.state


def _progress(found: StudyView) -> str:
    running = sum(trial.state == "running" for trial in found.trials)
    of = f" of {found.budget.trials:,}" if found.budget.trials else ""
    return f"{found.ended:,}{of} trials, {running} running · {duration(found.seconds)} of compute time"


def _buttons(found: StudyView) -> None:
    name, actor = found.name, identity.current_actor()
    if not may(actor, "cancel", found.search.owner):
        return
    with st.container(horizontal=True, horizontal_alignment="right"):
        if found.at_work and not found.request:
            if st.button("Pause", key="pause_search", icon=":material/pause:", help="The running trials finish first."):
                search_actions.pause(name, actor=actor)
                st.rerun()
        elif found.state in ("paused", "interrupted", "failed", "cancelled") and st.button(
            "Resume", key="resume_search", icon=":material/play_arrow:"
        ):
            searches().resume(name, actor=actor)
            st.rerun()
        if found.state in ("queued", "running", "paused", "interrupted", "failed") and st.button(
            "Cancel", key="cancel_search", icon=":material/stop:", help="Stop now. Finished trials are kept."
        ):
            search_actions.cancel(name, actor=actor)
            st.rerun()
        if found.search.sampler != "grid" and found.budget.trials:
            _more(found)


def _more(found: StudyView) -> None:
    with st.popover("Add trials", icon=":material/add:"):
        more = st.number_input("Number of trials", 1, 1000, 10, key="more_trials")
        if st.button("Add", key="add_trials"):
            searches().add_trials(found.name, int(more), actor=identity.current_actor())
            st.rerun()


def _best(found: StudyView) -> None:
    best = found.best
    if best is None:
        st.caption("No trial has finished yet.")
        return
    score, values = st.columns([1, 3], vertical_alignment="center")
    images = f"{len(session.dataset().validation):,} validation images"
    of = images if best.spread is None else f"± {100 * best.spread:.2f} over the folds"
    score.metric(f"Best so far: trial {best.number}", percent(best.score), of, delta_color="off",
                 delta_arrow="off", help="Validation accuracy. A search never uses the test images.")  # fmt: skip
    with values:
        st.markdown(" · ".join(f"{name} **{_short(value)}**" for name, value in best.parameters.items()))
        st.caption(optimism(found, len(session.dataset().validation.labels)))
        if not settings().readonly and st.button(
            "Train the best on all training data", key="promote", icon=":material/model_training:",
            help="One training on all training images, evaluated once on the test images. It becomes a run to compare.",
        ):  # fmt: skip
            _promote(found, best.parameters)


def _promote(found: StudyView, values: dict[str, Any]) -> None:
    specification = found.search.specification(values)
    actor = identity.current_actor()
    run = session.queue().submit(specification, session.dataset(), actor=actor, name=f"{found.name[:100]}, best")
    session.watcher().refresh()
    st.toast(f"{escaped(run.name)} was started. Home and Train show its progress.", icon=":material/model_training:")


def optimism(found: StudyView, judged: int) -> str:
    """Return how far the best score can be trusted: chosen among many on the same images, it is a little too good."""
    best = found.best
    if best is None or best.score is None:
        return ""
    images = (found.search.limit or len(session.dataset().train.labels)) if found.search.folds else judged
    half = 196 * math.sqrt(best.score * (1 - best.score) / max(images, 1))
    chosen = sum(trial.state == "complete" for trial in found.trials)
    return (
        f"This validation score has an uncertainty of ± {half:.2f} points (95 %) and is slightly "
        f"optimistic, because it is the best of {chosen}. Trials within this distance may be equally "
        "good."
    )


def _trials(found: StudyView) -> None:
    rows = table(found.trials)
    if rows.empty:
        return
    shown = rows.sort_values("number", ascending=False).assign(score=100 * rows["score"], spread=100 * rows["spread"])
    empty = [name for name in ("spread", "reason") if not rows[name].astype(bool).any() or rows[name].isna().all()]
    number = st.column_config.NumberColumn
    show_table(
        shown.drop(columns=["started", "ended", *empty]),
        width="stretch",
        height=260,
        key="trials_table",
        column_config={
            "number": "Trial",
            "state": "State",
            "score": number("Validation accuracy", format="%.2f %%"),
            "spread": number("Spread over folds", format="%.2f"),
            "seconds": number("Work", format="%.1f s"),
            "worker": "Worker",
            "reason": st.column_config.TextColumn("Reason", width="large"),
            **{
                name: number(name, format="%.4g")
                for name in found.search.space.names
                if name in rows and _numeric(rows[name])
            },
        },
    )


def _numeric(column: Any) -> bool:
    return column.dtype.kind in "if"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else escaped(str(value))
