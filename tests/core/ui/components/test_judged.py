from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.data.judging import judging_set
from core.data.sample import load_sample
from core.ledger.states import State
from core.runs.run import Run
from core.ui.components.judged import Judged
from core.ui.components.run_choice import asked_for, run_label

PLAIN = Run("cnn", "fast", "cnn", State.FINISHED, "", datetime(2026, 1, 1, tzinfo=UTC), "f", "k", None, shipped=True)
BOARD = [PLAIN, replace(PLAIN, run_id="abcd1234ffff"), replace(PLAIN, run_id="abcd9999ffff")]


@pytest.mark.parametrize(
    ("text", "found"),
    [("cnn", 0), ("abcd1234", 1), ("abcd9999ffff", 2), ("abcd", 1), ("abc", None), ("", None), ("fast", None)],
)
def test_an_address_names_a_run(text: str, found: int | None) -> None:
    assert asked_for(text, BOARD) is (None if found is None else BOARD[found])


def test_runs_of_one_name_can_be_told_apart() -> None:
    assert len({run_label(run) for run in BOARD}) == 3


def test_at_most_nineteen_others_are_asked() -> None:
    board = tuple(replace(PLAIN, run_id=f"{number:08d}") for number in range(40))
    others = Judged(board[7], judging_set(load_sample(), "test"), board).others
    assert len(others) == 19
    assert board[7] not in others
