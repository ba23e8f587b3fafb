"""What one click asked workers for, on one card from the click to the ending: measurements, fine-tunings, ensembles."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING

import streamlit as st

from core.jobs.estimate import duration
from core.jobs.questions.kept import cancel_job
from core.ledger.current import ledger
from core.ledger.states import State
from core.permissions import may
from core.ui import identity, session
from core.ui.components.job_card import reveal, show_bar, show_end
from core.ui.components.recent_jobs import Asked, forget, is_noted, is_started_here, noted
from core.ui.components.run_links import show_ways_on
from core.ui.navigation import page_names
from core.ui.text import escaped

if TYPE_CHECKING:
    from core.ledger.store import Kind, Record

KINDS: tuple[Kind, ...] = ("question", "fine-tuning", "ensemble")
MADE_RUN = "run_id"
"""What a job that makes a run calls it in its progress."""
WORST_FIRST = (State.FAILED, State.INTERRUPTED, State.CANCELLED)


def elsewhere() -> list[Asked]:
    """Return the active jobs that somebody else has started, or whose card was put away.

    Those without a title are left out: every move of a slider starts one. Nothing while the registry is being opened,
    as the ledger's library would hold up a server's first page.
    """
    if session.watcher().opening:
        return []
    known = {job_id for asked in noted() for job_id in asked.jobs}
    together: dict[tuple[str, str], list[str]] = {}
    for record in ledger().records(active=True):
        if record.kind in KINDS and record.title and record.id not in known:
            together.setdefault((record.title, record.owner), []).append(record.id)
    return [Asked(f"{title[:1].upper()}{title[1:]}", tuple(jobs), "") for (title, _), jobs in together.items()]


def at_work(asked: Asked) -> bool:
    """Return whether any of its jobs is still to end."""
    return any(record.state.active for record in asked.records())


def show_asked(asked: Asked, *, here: bool = False) -> None:
    """Show the card: how far the jobs are and a button that cancels them; later how they ended, and the ways on.

    Parameters
    ----------
    here : bool
        Whether this is the page that shows what comes of them, so that the card needs no link to it.
    """
    records = asked.records()
    if any(record.state.active for record in records):
        with st.container(border=True, key=f"job_{asked.name}"):
            _active(asked, records, here)
            if here and is_started_here(asked):
                reveal(f"job_{asked.name}", str(records[0].submitted))
    elif records and is_noted(asked):
        with st.container(border=True, key=f"job_{asked.name}"):
            _ended(asked, records, here)


def _active(asked: Asked, records: list[Record], here: bool) -> None:
    title, cancel = st.columns([8, 2], vertical_alignment="center")
    title.markdown(f"**{escaped(asked.title)}** · started by {escaped(records[0].owner)}")
    actor = identity.current_actor()
    active = [record for record in records if record.state.active]
    allowed = all(may(actor, "cancel", record.owner) for record in active)
    if allowed and cancel.button("Cancel", key=f"cancel_{asked.name}", width="stretch", help="Stop now."):
        for record in active:
            cancel_job(session.queue().executor, record.id, actor)
        st.rerun()
    _bar(asked, records)
    if not here:
        _link_back(asked)


def _bar(asked: Asked, records: list[Record]) -> None:
    running = [record for record in records if record.state is State.RUNNING]
    if not running:
        st.progress(0.0, text=":material/schedule: Waiting for a worker")
        return
    at = max((float(record.progress.get("at", record.started or 0)) for record in running), default=0.0)
    show_bar(asked.name, mean(_fraction(record) for record in records), _message(records, running), at, asked.expected)


def _message(records: list[Record], running: list[Record]) -> str:
    told = next((str(record.progress["message"]) for record in running if record.progress.get("message")), "running")
    ended = sum(not record.state.active for record in records)
    return f"{ended} of {len(records)} done, {told}" if len(records) > 1 else told


def _fraction(record: Record) -> float:
    if record.state is State.RUNNING:
        return float(record.progress.get("fraction", 0.0))
    return 0.0 if record.state is State.QUEUED else 1.0


def _ended(asked: Asked, records: list[Record], here: bool) -> None:
    state, ending = outcome(records)
    show_end(asked.name, state, asked.title, ending, forget)
    made = next((str(record.progress[MADE_RUN]) for record in records if record.progress.get(MADE_RUN)), "")
    if state is State.FINISHED and made and (run := session.run_by_id(made)):
        show_ways_on(run)
    elif not here:
        _link_back(asked)


def outcome(records: list[Record]) -> tuple[State, str]:
    """Return how jobs that belong together ended, and that in words: the worst of their endings counts."""
    for state in WORST_FIRST:
        if worst := next((record for record in records if record.state is state), None):
            return state, f"{state.value}: {worst.reason}" if worst.reason and state is not State.CANCELLED else state
    starts = [record.started for record in records if record.started]
    ends = [record.ended for record in records if record.ended]
    took = f" in {duration(max(ends) - min(starts))}" if starts and ends else ""
    return State.FINISHED, f"finished{took}"


def _link_back(asked: Asked) -> None:
    if asked.page:
        path = page_names()[asked.page]
        address = dict(asked.query)
        st.page_link(f"pages/{path.name}", label="Open", icon=":material/open_in_new:", query_params=address)
