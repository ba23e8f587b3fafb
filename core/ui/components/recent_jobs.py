"""Which of one's jobs have a card: those of this visit and, so that a reload loses none, those of the last hour."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import streamlit as st
from pydantic import TypeAdapter, ValidationError

from core.errors import DigitLabError
from core.ledger.current import ledger
from core.ui import identity, session
from core.ui.navigation import page_names
from core.ui.remembered import recall, remember

if TYPE_CHECKING:
    from core.ledger.store import Record

ASKED, AWAY = "jobs_asked", "jobs_away"
"""What was asked for and not put away, and the cards of trainings that were: in the session, and kept for an owner."""
ENDED_BEFORE = "jobs_ended_before"
STARTED = "jobs_started"
"""In the session: what this visit itself has asked for."""
RECENT_SECONDS = 3600.0
MOST_KEPT = 20


@dataclass(frozen=True)
class Asked:
    """Jobs that were asked for together.

    Attributes
    ----------
    title : str
        What they compute, for people.
    jobs : tuple of str
        Their ids in the ledger.
    page : str
        Name of the page that shows what comes of them, such as "Trust"; empty where that is not known.
    query : mapping of str to list of str
        The rest of its address.
    expected : float or None
        Seconds that they take by an estimate.
    """

    title: str
    jobs: tuple[str, ...]
    page: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    expected: float | None = None

    @property
    def name(self) -> str:
        """Of the card."""
        return self.jobs[0]

    @property
    def address(self) -> str:
        """Of the view that shows what comes of it, relative to Home."""
        return f"{self.page}?{urlencode(self.query, doseq=True)}" if self.query else self.page

    def records(self) -> list[Record]:
        """Return its jobs as the ledger has them; those that it has pruned are left out."""
        return ledger().records(ids=self.jobs)


_stored = TypeAdapter(list[Asked])


def asked_here(title: str, jobs: tuple[str, ...], expected: float | None = None) -> Asked:
    """Return what is asked for in this view, with its address for the way back from other pages."""
    name = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    return Asked(title, jobs, name if name in page_names() else "", query, expected)


def note(asked: Asked) -> None:
    """Keep what was just asked for, so that its card stays until it is put away."""
    st.session_state.setdefault(STARTED, set()).add(asked.name)
    st.session_state[ASKED] = {**_noted(), asked.name: asked}
    _keep_asked()


def noted() -> list[Asked]:
    """Return what was asked for and not put away, the latest first."""
    return list(_noted().values())[::-1]


def noted_of(jobs: Iterable[str]) -> Asked | None:
    """Return what was asked for last that has any of these jobs."""
    wanted = set(jobs)
    return next((asked for asked in noted() if wanted & set(asked.jobs)), None)


def is_noted(asked: Asked) -> bool:
    """Return whether it was asked for and not put away."""
    return bool(asked.jobs) and asked.name in _noted()


def is_started_here(asked: Asked) -> bool:
    """Return whether this visit has asked for it, and not one before a reload."""
    return is_noted(asked) and asked.name in st.session_state.get(STARTED, ())


def address_of(job_id: str) -> str:
    """Return the address of the view that shows what comes of a job; "" where that is not known."""
    return next((asked.address for asked in noted() if job_id in asked.jobs), "")


def forget(name: str) -> None:
    """Put the card of what was asked for away."""
    st.session_state[ASKED] = {known: asked for known, asked in _noted().items() if known != name}
    _keep_asked()


def put_away(run_id: str) -> None:
    """Put the card of a training that has ended away."""
    st.session_state[AWAY] = [*away(), run_id]
    _keep(AWAY, st.session_state[AWAY][-MOST_KEPT:])


def away() -> list[str]:
    """Return the ids of the runs whose cards were put away."""
    if AWAY not in st.session_state:
        kept = recall(identity.current_user(), AWAY)
        st.session_state[AWAY] = list(map(str, kept)) if isinstance(kept, list) else []
    return list(st.session_state[AWAY])


def ended_before() -> Collection[str]:
    """Return the ids of one's trainings that ended in the hour before this visit, such as before a reload.

    None while the registry is being opened, as the ledger's library would hold up a server's first page.
    """
    if ENDED_BEFORE not in st.session_state:
        if session.watcher().opening:
            return ()
        records = ledger().records(kind="training", owner=identity.current_user())
        st.session_state[ENDED_BEFORE] = frozenset(record.id for record in records if _is_recent(record))
    found: frozenset[str] = st.session_state[ENDED_BEFORE]
    return found


def _noted() -> dict[str, Asked]:
    if ASKED not in st.session_state:
        if session.watcher().opening:
            return {}
        st.session_state[ASKED] = {asked.name: asked for asked in _recalled() if any(map(_is_recent, asked.records()))}
    found: dict[str, Asked] = st.session_state[ASKED]
    return found


def _recalled() -> list[Asked]:
    try:
        asked = _stored.validate_python(recall(identity.current_user(), ASKED) or [])
    except ValidationError:
        return []
    return [one for one in asked if one.jobs and one.page in ("", *page_names())]


def _is_recent(record: Record) -> bool:
    return record.state.active or (record.ended or 0.0) > time.time() - RECENT_SECONDS


def _keep_asked() -> None:
    _keep(ASKED, _stored.dump_python(list(_noted().values())[-MOST_KEPT:], mode="json"))


def _keep(name: str, value: Any) -> None:
    with suppress(DigitLabError):  # a card that cannot be kept is lost at the next reload, as before
        remember(identity.current_user(), name, value)
