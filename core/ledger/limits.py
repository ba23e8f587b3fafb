"""How many jobs of a kind one person can have waiting and running, so that nobody fills the queue for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import InputError
from core.ledger.current import ledger

if TYPE_CHECKING:
    from core.ledger.store import Kind

LIMITS: dict[Kind, tuple[int, str]] = {
    "training": (100, "trainings"),
    "search": (10, "searches"),
    "question": (20, "measurements"),
    "fine-tuning": (2, "fine-tunings"),
    "ensemble": (5, "ensembles"),
}
"""The most by kind, and what people call them."""


def require_room(kind: Kind, owner: str) -> None:
    """Raise InputError where an owner has as many jobs of a kind as one person can have."""
    most, called = LIMITS[kind]
    active = len(ledger().records(kind=kind, owner=owner, active=True))
    if active >= most:
        raise InputError(
            f"You have {active} {called} waiting or running, as many as one person can have; wait until one ends, or "
            "cancel one."
        )
