"""The board ranks by validation images; the test images never decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import numpy as np
import pytest

from core.errors import RegistryError
from core.ledger.states import State
from core.models.specification import Specification
from core.runs.leaderboard import check_rows, leaderboard
from core.runs.run import Run

FINGERPRINT = "f" * 16


def run(name: str, validation: float, test: float, log_loss: float | None = None, **changes: object) -> Run:
    metrics = {"validation_accuracy": validation, "test_accuracy": test}
    metrics |= {} if log_loss is None else {"validation_log_loss": log_loss, "test_log_loss": 1 - log_loss}
    made = Run(
        run_id=name * 32,
        name=name,
        model="logistic",
        state=State.FINISHED,
        owner="ada",
        created=datetime(2026, 11, 1, tzinfo=UTC),
        fingerprint=FINGERPRINT,
        key="",
        specification=Specification.from_preset("logistic", "fast"),
        metrics=metrics,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def names(runs: tuple[Run, ...]) -> str:
    return "".join(entry.name for entry in leaderboard(list(runs), FINGERPRINT))


def test_validation_ranks_where_the_test_images_say_the_opposite() -> None:
    runs = [run("a", 0.97, 0.99), run("b", 0.98, 0.98), run("c", 0.99, 0.97)]
    assert {names(order) for order in permutations(runs)} == {"cba"}


def test_ties_are_broken_by_the_log_loss_of_the_validation_images() -> None:
    runs = [run("a", 0.98, 0.97, 0.3), run("b", 0.98, 0.98, 0.2), run("c", 0.98, 0.99, 0.1), run("d", 0.98, 0.99)]
    assert {names(order) for order in permutations(runs)} == {"cbad"}


def test_a_lower_log_loss_does_not_make_up_for_a_wrong_image() -> None:
    assert names((run("a", 0.9798, 0.99, 0.01), run("b", 0.98, 0.9, 0.9))) == "ba"


def test_what_was_judged_on_other_images_or_is_not_finished_is_not_ranked() -> None:
    others = run("b", 0.99, 0.99, fingerprint="0" * 16), run("c", 0.99, 0.99, state=State.FAILED)
    assert names((run("a", 0.9, 0.9), *others)) == "a"


@pytest.mark.parametrize("rows", [np.zeros((499, 10)), np.zeros((500, 9)), np.full((500, 10), np.nan)])
def test_rows_of_other_images_are_refused_by_the_name_of_the_run(rows: np.ndarray) -> None:
    with pytest.raises(RegistryError, match=r"a \(aaaaaaaa\).* 500 test images"):
        check_rows(rows, run("a", 0.9, 0.9), 500, "test")


def test_rows_of_these_images_are_taken() -> None:
    check_rows(np.full((500, 10), 0.1), run("a", 0.9, 0.9), 500, "test")
