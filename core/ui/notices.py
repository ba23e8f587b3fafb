"""A word on every page when one of one's jobs has ended: a training, a search, a measurement."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from core.errors import DigitLabError
from core.jobs.tuning.search_actions import job_of
from core.jobs.tuning.view import StudyView, view
from core.ledger.current import ledger
from core.ledger.states import State
from core.models.serving.committee import COMMITTEE
from core.runs.run import Run
from core.text import percent
from core.ui import identity, session, text
from core.ui.components.asked import KINDS, MADE_RUN
from core.ui.components.recent_jobs import address_of
from core.ui.components.run_links import accuracy_in_words
from core.ui.notices_missed import missed, note_told
from core.ui.shown_errors import fragment

if TYPE_CHECKING:
    from core.ledger.store import Record

WATCHED = "notices_watched"
"""The jobs that one waits for, in the session: kind and id, such as ("training", "a1b2...")."""
POLL_SECONDS = 3
OPENING_SECONDS = 0.7
SYMBOLS = {
    "finished": ":material/check_circle:",
    "cancelled": ":material/cancel:",
    "paused": ":material/pause_circle:",
    "interrupted": ":material/power_off:",
}
FAILED = ":material/error:"

Watched = tuple[str, str]


def show_notices() -> None:
    """Say which of one's jobs are running, and tell once when one has ended."""
    session.runs()
    if session.watcher().opening:
        fragment(_opening, run_every=OPENING_SECONDS)()
        return
    if session.watcher().error:
        st.error(text.sentence(session.watcher().error), icon=":material/database_off:")
    poll = POLL_SECONDS if _active(identity.current_user()) else None
    fragment(_notices, run_every=poll)()


def _opening() -> None:
    """Keep the page usable while the registry opens; its runs join when it has."""
    if session.watcher().opening:
        st.caption(":material/hourglass_empty: Opening the run registry")
    else:
        st.rerun()


def _notices() -> None:
    owner = identity.current_user()
    if WATCHED not in st.session_state:
        _tell_runs(missed(owner, session.runs()))
    watched: set[Watched] = st.session_state.setdefault(WATCHED, set())
    now = _active(owner)
    ended = watched - now
    _tell_runs([run for run_id in _ids(ended, "training") if (run := session.run_by_id(run_id))])
    jobs = ledger().records(owner=owner) if ended else []
    waiting = {job.title for job in jobs if job.state.active}
    others = [job for job in jobs if (job.kind, job.id) in ended and job.kind in KINDS]
    _tell_jobs([job for job in others if job.title not in waiting])
    _tell_searches(_ids(ended, "search"))
    st.session_state[WATCHED] = now | {(job.kind, job.id) for job in others if job.title in waiting}
    _count(owner)


def _active(owner: str) -> set[Watched]:
    """All of an owner's that is still to end; neither trials, as their search tells of itself, nor moves of sliders."""
    mine = [run for run in session.active() if run.owner == owner and run.model != COMMITTEE]
    runs = {("training", run.run_id) for run in mine}
    jobs = ledger().records(owner=owner, active=True)
    told = [job for job in jobs if job.kind == "search" or (job.kind in KINDS and job.title)]
    return runs | {(job.kind, job.id) for job in told}


def _ids(ended: Iterable[Watched], kind: str) -> list[str]:
    return [job_id for of, job_id in ended if of == kind]


def _count(owner: str) -> None:
    mine = [run for run in session.active() if run.owner == owner]
    if mine:
        working = [run for run in mine if run.state is State.RUNNING]
        st.caption(
            f":material/hourglass_top: {len(working)} of your trainings running, {len(mine) - len(working)} waiting"
        )


def _tell_runs(runs: list[Run]) -> None:
    for run in runs:
        _toast(sentence(run), run.state.value, f"Run?run={run.run_id}")
    note_told(identity.current_user(), runs)


def _tell_jobs(jobs: list[Record]) -> None:
    """One word for all jobs of one title; the first that did not end well is the one that is told."""
    for title in dict.fromkeys(job.title for job in jobs):
        ended = [job for job in jobs if job.title == title]
        worst = next((job for job in ended if job.state is not State.FINISHED), None)
        words = f"{title[:1].upper()}{title[1:]} is ready." if worst is None else f"{title}: {worst.reason}"
        shown = worst or ended[0]
        made = shown.progress.get(MADE_RUN)
        _toast(words, shown.state.value, f"Run?run={made}" if made else address_of(shown.id))


def _tell_searches(job_ids: list[str]) -> None:
    for job_id in job_ids:
        with contextlib.suppress(DigitLabError):  # its page will say what is wrong with the studies
            _tell_search(view(job_id.removeprefix(job_of(""))))


def _tell_search(search: StudyView) -> None:
    best = f" Its best validation accuracy is {percent(search.best.score)}." if search.best else ""
    why = "" if search.state == "cancelled" else search.reason
    words = f"The search {search.name} is {search.state}.{best} {why}".strip()
    _toast(words, search.state, f"Tune?{urlencode({'search': search.name})}")


def _toast(words: str, state: str, address: str = "") -> None:
    link = f" [Open]({address})" if address else ""
    st.toast(text.escaped(words) + link, icon=SYMBOLS.get(state, FAILED), duration="long")


def sentence(run: Run) -> str:
    """Return how a training ended, in a sentence."""
    if run.state is State.FINISHED:
        return f"{run.name} has finished: {accuracy_in_words(run, 'validation')}."
    if run.state is State.CANCELLED:  # its reason says no more
        return f"{run.name} was cancelled."
    return f"{run.name} {run.state.value}. {run.reason}"
