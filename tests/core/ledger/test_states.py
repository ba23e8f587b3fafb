from __future__ import annotations

from core.ledger import states
from core.ledger.states import TRANSITIONS, State


def test_the_table_of_the_docstring_is_the_table_of_the_code() -> None:
    rows = [line.split()[:2] for line in (states.__doc__ or "").splitlines()]
    names = {state.value for state in State}
    told = {(State(source), State(target)) for source, target in (row for row in rows if set(row) <= names and row)}
    assert told == {(source, target) for source, targets in TRANSITIONS.items() for target in targets}


def test_only_a_queued_or_running_job_is_still_to_end() -> None:
    assert {state for state in State if state.active} == {State.QUEUED, State.RUNNING}
