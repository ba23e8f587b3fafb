"""The states of a job and the transitions between them: trainings, searches, trials, questions and fine-tunings alike.

===========  ===========  =============================================================================
from         to           when
===========  ===========  =============================================================================
queued       running      a process starts it, or takes it back after it was given up too early
queued       paused       somebody pauses a search that no process has started yet
queued       failed       no worker can be started or reached
queued       cancelled    somebody cancels it
queued       interrupted  the process that queued it died, and no other one can start it
running      queued       its process died, and the job may be queued again
running      paused       somebody paused the search, and its running trials have ended
running      finished     its work is done
running      failed       its work failed
running      cancelled    somebody cancels it
running      interrupted  its process died, and the job may not be queued again
interrupted  running      its process was only silent, and takes it back
interrupted  queued       somebody asks for it again
interrupted  cancelled    somebody cancels a search instead of resuming it
paused       queued       somebody resumes it
paused       cancelled    somebody cancels it
finished     queued       somebody asks for more trials, or for the answer again
failed       queued       somebody asks for it again
failed       cancelled    somebody cancels a search instead of resuming it
cancelled    queued       somebody asks for it again
===========  ===========  =============================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """How far a job is, or how it ended."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def active(self) -> bool:
        """Whether the job is still to end."""
        return self in (State.QUEUED, State.RUNNING)


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.PAUSED, State.FAILED, State.CANCELLED, State.INTERRUPTED}),
    State.RUNNING: frozenset(set(State) - {State.RUNNING}),
    State.INTERRUPTED: frozenset({State.RUNNING, State.QUEUED, State.CANCELLED}),
    State.PAUSED: frozenset({State.QUEUED, State.CANCELLED}),
    State.FINISHED: frozenset({State.QUEUED}),
    State.FAILED: frozenset({State.QUEUED, State.CANCELLED}),
    State.CANCELLED: frozenset({State.QUEUED}),
}

ACTIVE = tuple(state for state in State if state.active)
ENDED = tuple(state for state in State if not state.active)


def before(state: State) -> tuple[State, ...]:
    """Return the states from which a job can come to `state`."""
    return tuple(source for source, targets in TRANSITIONS.items() if state in targets)
