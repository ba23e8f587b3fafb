"""Which of one's trainings have ended while no page was open, told once on the return."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from core.errors import DigitLabError
from core.runs.run import Run
from core.ui.remembered import recall, remember

NAME = "told"
MOST = 3
"""The most notices shown after an absence; Compare lists the rest."""


def missed(owner: str, runs: list[Run]) -> list[Run]:
    """Return an owner's runs that have ended since somebody was told of one, the last ones; none at the first visit."""
    since = _told(owner)
    if since is None:
        _note(owner, datetime.now(UTC))
        return []
    ended = [run for run in runs if run.owner == owner and not run.state.active and run.ended and run.ended > since]
    return sorted(ended, key=lambda run: run.ended or since)[-MOST:]


def note_told(owner: str, runs: list[Run]) -> None:
    """Keep until when an owner has been told."""
    ends = [run.ended for run in runs if run.ended]
    if ends and max(ends) > (_told(owner) or datetime.min.replace(tzinfo=UTC)):
        _note(owner, max(ends))


def _told(owner: str) -> datetime | None:
    try:
        told = datetime.fromisoformat(recall(owner, NAME))
    except (TypeError, ValueError):
        return None
    return told if told.tzinfo else None


def _note(owner: str, moment: datetime) -> None:
    """Show a notice that cannot be kept is told again, which is no reason to stop a page."""
    with contextlib.suppress(DigitLabError):
        remember(owner, NAME, moment.isoformat())
