"""The panel of trainings at work: progress, live curves, place in the queue, stop early and cancel."""

from __future__ import annotations

import streamlit as st

from core.charts.learning import learning_curves
from core.jobs.estimate import duration, expected_seconds
from core.runs import registry
from core.runs.run import Run, State
from core.settings import settings
from core.ui import identity, session
from core.ui.page import told
from core.ui.text import escaped

POLL_SECONDS = 1.5
CURVES = ("loss", "validation_loss", "accuracy", "validation_accuracy", "learning_rate", "images_per_second")


def show_jobs() -> None:
    """Show every training that is still to end; looks again by itself while there is one."""
    st.fragment(_panel, run_every=POLL_SECONDS if session.active() else None)(bool(session.active()))


def _panel(was_active: bool) -> None:
    with told():
        active = session.active()
        if was_active and not active:
            st.rerun()
        if not active:
            st.caption("Nothing is running.")
        for run in active:
            _job(run)


def _job(run: Run) -> None:
    with st.container(border=True):
        title, stop, cancel = st.columns([6, 2, 2], vertical_alignment="center")
        title.markdown(f"**{escaped(run.name)}** · {run.model} · started by {escaped(run.owner)}")
        if not settings().readonly and identity.may_end(run):
            _buttons(run, stop, cancel)
        if run.state is State.QUEUED:
            st.caption(f":material/schedule: {_waiting(run)}")
        else:
            _progress(run)


def _buttons(run: Run, stop: st.delta_generator.DeltaGenerator, cancel: st.delta_generator.DeltaGenerator) -> None:
    stoppable = run.state is State.RUNNING
    help_stop = "Stop after the current step; the best model so far is stored and evaluated."
    if stop.button("Stop early", key=f"stop_{run.run_id}", help=help_stop, disabled=not stoppable, width="stretch"):
        registry.request_stop(run.run_id)
        st.toast(f"{escaped(run.name)} will stop after the current step.")
    if cancel.button("Cancel", key=f"cancel_{run.run_id}", help="Stop now and discard the result.", width="stretch"):
        session.queue().cancel(run)
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
    fraction = run.progress.fraction if run.progress else 0.0
    message = run.progress.message if run.progress else "starting"
    st.progress(min(max(fraction, 0.0), 1.0), text=f"{100 * fraction:.0f} % · {escaped(message)}{_time_left(run)}")
    curves = registry.curves(run.run_id, CURVES)
    if "validation_accuracy" in curves:
        st.plotly_chart(learning_curves(curves), width="stretch", key=f"live_{run.run_id}")


def _time_left(run: Run) -> str:
    if run.progress and "left" in run.progress.message:
        return ""
    left = expected_seconds(run, session.runs(), len(session.dataset().train))
    return f" · about {duration(left.seconds)} left" if left.seconds is not None else ""
