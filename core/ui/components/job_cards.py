"""Jobs as cards: each from its start to its ending, which stays with the ways on; a training's with its curve."""

from __future__ import annotations

import re

import plotly.graph_objects as go
import streamlit as st

from core.charts.learning import learning_curves
from core.jobs.estimate import duration, expected_seconds
from core.ledger.states import State
from core.models.catalogue import short_title
from core.permissions import may
from core.runs import registry
from core.runs.run import Run
from core.ui import identity, session
from core.ui.components.asked import at_work, elsewhere, show_asked
from core.ui.components.job_card import show_bar, show_end
from core.ui.components.recent_jobs import away, ended_before, noted, put_away
from core.ui.components.run_links import accuracy_in_words, show_ways_on
from core.ui.page import fragment
from core.ui.text import escaped

POLL_SECONDS = 1.5
NOW_SECONDS = 1.0
"""Sessions that look at the same training within this time share one reading of it."""
CURVES = ("accuracy", "validation_accuracy")
MOST_ENDED = 3
OWN_ESTIMATE = re.compile(r",? [^,]* left$")
"""What a kind says itself of the time left; here the pace of the job says it, for all kinds alike."""


def show_jobs(*, quiet: bool = False) -> None:
    """Show every training that is still to end and what this visit asked workers for, then how they ended.

    Refreshes while something is running.

    Parameters
    ----------
    quiet : bool
        Whether to show nothing at all, instead of a sentence, where there is nothing.
    """
    busy = _busy()
    fragment(_panel, run_every=POLL_SECONDS if busy else None)(busy, quiet)


def _busy() -> bool:
    return bool(session.active() or elsewhere()) or any(at_work(asked) for asked in noted())


def _panel(was_active: bool, quiet: bool) -> None:
    active, ended, others = session.active(), ended_here(), [*elsewhere(), *noted()]
    if was_active and not _busy():
        session.watcher().refresh()  # an ensemble that was just built is a run
        st.rerun()
    if not (active or ended or others or quiet):
        st.caption("Nothing is running.")
    for run in active:
        _active(run)
    for asked in others:
        show_asked(asked)
    for run in ended:
        _ended(run)


def ended_here() -> list[Run]:
    """Return one's own trainings that ended in this visit or the hour before, and were not put away; latest first."""
    owner, hidden, before, since = identity.current_user(), away(), ended_before(), session.visit_began()
    ended = [
        run
        for run in session.runs()
        if run.owner == owner
        and run.run_id not in hidden
        and not run.state.active
        and run.ended
        and (run.ended > since or run.run_id in before)
    ]
    return sorted(ended, key=lambda run: run.ended or since, reverse=True)[:MOST_ENDED]


def _active(run: Run) -> None:
    with st.container(border=True, key=f"job_{run.run_id}"):
        title, stop, cancel = st.columns([6, 2, 2], vertical_alignment="center")
        title.markdown(f"**{escaped(run.name)}** · {short_title(run.model)} · started by {escaped(run.owner)}")
        if may(identity.current_actor(), "cancel", run.owner):
            _buttons(run, stop, cancel)
        if run.state is State.QUEUED:
            st.caption(f":material/schedule: {_waiting(run)}")
        else:
            _progress(run)
        if run.reason:
            st.caption(f":material/history: {escaped(run.reason)}")


def _buttons(run: Run, stop: st.delta_generator.DeltaGenerator, cancel: st.delta_generator.DeltaGenerator) -> None:
    stoppable = run.state is State.RUNNING
    help_stop = "Stop after the current step; the best model so far is stored and evaluated."
    if stop.button("Stop early", key=f"stop_{run.run_id}", help=help_stop, disabled=not stoppable, width="stretch"):
        session.queue().stop(run, identity.current_actor())
        st.toast(f"{escaped(run.name)} will stop after the current step.")
    if cancel.button("Cancel", key=f"cancel_{run.run_id}", help="Stop now and discard the result.", width="stretch"):
        session.queue().cancel(run, identity.current_actor())
        session.watcher().refresh()
        st.rerun()


def _waiting(run: Run) -> str:
    place = session.queue().place(run, session.runs())
    if place is None:
        return "waiting for a worker"
    when = place.starts_in.seconds
    if place.position == 1 and when is not None and when < 1:
        return "starting"
    starts = f"expected to start in about {duration(when)}" if when is not None else "start time not known yet"
    return f"position {place.position} in the queue, {starts}"


def _progress(run: Run) -> None:
    run, expected = _now(run.run_id)  # the watcher's is a moment old, and the curve below would be an epoch ahead
    if run.progress is None:
        st.progress(0.0, text="Starting")
        return
    message = OWN_ESTIMATE.sub("", run.progress.message)
    show_bar(run.run_id, run.progress.fraction, message, run.progress.at, expected)
    _curve(run.run_id, run.progress.at)


@st.cache_resource(show_spinner=False, max_entries=16, ttl=NOW_SECONDS)
def _now(run_id: str) -> tuple[Run, float | None]:
    """Return a running training as it is now, and the seconds that are left by an estimate."""
    run = registry.get(run_id)
    return run, expected_seconds(run, session.runs(), len(session.dataset().train)).seconds


def _curve(run_id: str, at: float) -> None:
    figure = _figure(run_id, at)
    if figure is not None:
        st.plotly_chart(figure, width="stretch", key=f"live_{run_id}")


@st.cache_resource(show_spinner=False, max_entries=16)
def _figure(run_id: str, at: float) -> go.Figure | None:
    """Return the curves of a training as of the moment of its last report; read and drawn once for all sessions."""
    curves = registry.curves(run_id, CURVES)
    return learning_curves(curves) if "validation_accuracy" in curves else None


def _ended(run: Run) -> None:
    with st.container(border=True, key=f"job_{run.run_id}"):
        show_end(run.run_id, run.state, run.name, ending(run), put_away)
        if run.finished and run.ended and run.run_id not in ended_before():  # after a reload, its links are enough
            _curve(run.run_id, run.ended.timestamp())
        show_ways_on(run)


def ending(run: Run) -> str:
    """Return how a training ended, in words."""
    if run.finished:
        took = f" in {duration(run.seconds['total'])}" if "total" in run.seconds else ""
        judged = f"finished{took}: {accuracy_in_words(run, 'validation')}, {accuracy_in_words(run, 'test')}"
        return f"{judged}. {run.reason}" if run.reason else judged
    known = run.state is State.CANCELLED or not run.reason
    return run.state.value if known else f"{run.state.value}: {run.reason}"
