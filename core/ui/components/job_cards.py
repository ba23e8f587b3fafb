"""Trainings as cards: each from its start to its ending, which stays with its curve and the ways on from it."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import streamlit as st

from core.charts.learning import learning_curves
from core.jobs.estimate import duration, expected_seconds
from core.jobs.pace import Pace
from core.ledger.states import State
from core.models.catalogue import short_title
from core.permissions import may
from core.runs import registry
from core.runs.run import Run
from core.text import percent
from core.ui import identity, session
from core.ui.page import errors_shown
from core.ui.text import escaped

POLL_SECONDS = 1.5
CURVES = ("loss", "validation_loss", "accuracy", "validation_accuracy", "learning_rate", "images_per_second")
SINCE, DISMISSED, PACES = "jobs_since", "jobs_dismissed", "jobs_paces"
MOST_ENDED = 3
OWN_ESTIMATE = re.compile(r",? [^,]* left$")
"""What a kind says itself of the time left; here the pace of the job says it, for all kinds alike."""
ENDINGS = {
    State.FINISHED: ":material/check_circle:",
    State.FAILED: ":material/error:",
    State.CANCELLED: ":material/cancel:",
    State.INTERRUPTED: ":material/power_off:",
}


def show_jobs(*, quiet: bool = False) -> None:
    """Show every training that is still to end, then those of one's own that ended during this visit.

    Looks again by itself while there is one at work.

    Parameters
    ----------
    quiet : bool
        Whether to show nothing at all, instead of a sentence, where there is nothing.
    """
    st.session_state.setdefault(SINCE, datetime.now(UTC))
    st.fragment(_panel, run_every=POLL_SECONDS if session.active() else None)(bool(session.active()), quiet)


def _panel(was_active: bool, quiet: bool) -> None:
    with errors_shown():
        active, ended = session.active(), ended_here()
        if was_active and not active:
            st.rerun()
        if not active and not ended and not quiet:
            st.caption("Nothing is running.")
        for run in active:
            _active(run)
        for run in ended:
            _ended(run)


def ended_here() -> list[Run]:
    """Return one's own trainings that ended since this visit began and were not put away, the latest first."""
    owner, away = identity.current_user(), st.session_state.get(DISMISSED, set())
    since: datetime = st.session_state.get(SINCE, datetime.now(UTC))
    ended = [
        run
        for run in session.runs()
        if run.owner == owner and run.run_id not in away and not run.state.active and run.ended and run.ended > since
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
    starts = f"expected to start in about {duration(when)}" if when is not None else "start time not known yet"
    return f"position {place.position} in the queue, {starts}"


def _progress(run: Run) -> None:
    run = registry.get(run.run_id)  # the watcher's is a moment old, and the curve below would be an epoch ahead
    fraction = min(max(run.progress.fraction if run.progress else 0.0, 0.0), 1.0)
    message = OWN_ESTIMATE.sub("", run.progress.message) if run.progress else "starting"
    st.progress(fraction, text=f"{100 * fraction:.0f} % · {escaped(message)}{_time_left(run)}")
    _curve(run)


def _curve(run: Run) -> None:
    curves = registry.curves(run.run_id, CURVES)
    if "validation_accuracy" in curves:
        st.plotly_chart(learning_curves(curves), width="stretch", key=f"live_{run.run_id}")


def _time_left(run: Run) -> str:
    """Tell the time left, from this job's own pace; before it has one, from earlier runs."""
    if run.progress is None:
        return ""
    paces: dict[str, Pace] = st.session_state.setdefault(PACES, {})
    paces[run.run_id] = paces.get(run.run_id, Pace()).heard(run.progress.at, run.progress.fraction)
    left = paces[run.run_id].seconds_left(time.time())
    if left is None:
        left = expected_seconds(run, session.runs(), len(session.dataset().train)).seconds
    return f" · about {duration(left)} left" if left is not None else ""


def _ended(run: Run) -> None:
    with st.container(border=True, key=f"job_{run.run_id}"):
        title, away = st.columns([9, 1], vertical_alignment="center")
        title.markdown(f"{ENDINGS[run.state]} **{escaped(run.name)}** · {escaped(ending(run))}")
        away.button("Close", key=f"away_{run.run_id}", icon=":material/close:", type="tertiary", help="Close",
                    on_click=_dismiss, args=(run.run_id,))  # fmt: skip
        if run.finished:
            _curve(run)
        show_ways_on(run)


def ending(run: Run) -> str:
    """Return how a training ended, in words."""
    if run.finished:
        validation, test = run.metrics.get("validation_accuracy"), run.metrics.get("test_accuracy")
        took = f" in {duration(run.seconds['total'])}" if "total" in run.seconds else ""
        judged = f"finished{took}: validation accuracy {percent(validation)}, test accuracy {percent(test)}"
        return f"{judged}. {run.reason}" if run.reason else judged
    known = run.state is State.CANCELLED or not run.reason
    return run.state.value if known else f"{run.state.value}: {run.reason}"


def show_ways_on(run: Run) -> None:
    """Link to what can be done with a run that has ended: open it, see its errors, compare it, train it again."""
    with st.container(horizontal=True):
        st.page_link("pages/9_Run.py", label="Open", icon=":material/open_in_new:", query_params={"run": run.run_id})
        if run.finished:
            st.page_link("pages/5_Errors.py", label="Errors", icon=":material/grid_on:",
                         query_params={"run": run.short_id})  # fmt: skip
            best = next((other for other in session.finished() if other.run_id != run.run_id), None)
            pair = [run.short_id, *([best.short_id] if best else [])]
            st.page_link("pages/4_Compare.py", label="Compare", icon=":material/balance:", query_params={"runs": pair})
        if run.trained_as is not None:
            st.page_link("pages/2_Train.py", label="Train again", icon=":material/repeat:",
                         query_params={"from": run.run_id})  # fmt: skip


def _dismiss(run_id: str) -> None:
    st.session_state[DISMISSED] = {*st.session_state.get(DISMISSED, set()), run_id}
