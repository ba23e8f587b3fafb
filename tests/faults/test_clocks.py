"""A clock that jumps, as after a laptop's sleep or a correction, ends no living job and loses no result."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.jobs.recovery import recover
from core.jobs.tuning.view import view
from core.ledger.current import ledger
from core.ledger.states import State
from core.runs import registry
from tests.core.jobs.polling import until
from tests.faults.conftest import assert_whole
from tests.faults.servers import PROJECT, QUEUE, SEARCHES, lines, serving

CLOCK = """
import os, time
_true = time.time

def _shifted():
    try:
        with open(os.environ["CLOCK_FILE"]) as file:
            return _true() + float(file.read() or 0)
    except OSError:
        return _true()

time.time = _shifted
"""
"""Read by Python when it starts, as `sitecustomize`: every process of the server has this clock."""


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """A file whose number of seconds is added to the clock of every process that has `PYTHONPATH` of `shifted`."""
    (tmp_path / "sitecustomize.py").write_text(CLOCK)
    file = tmp_path / "clock"
    file.write_text("0")
    return file


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seconds", [300, -300])
def test_a_training_outlives_a_jump_of_the_clock(seconds: int, clock: Path, migrated: Path) -> None:
    path = os.pathsep.join((str(clock.parent), str(PROJECT)))
    with serving(QUEUE, "cnn:2000:1", "logistic:300:2", PYTHONPATH=path, CLOCK_FILE=str(clock)) as server:
        at_work, waiting = lines(server, 2)
        until(lambda: (found := registry.get(at_work)).progress and found.progress.fraction > 0.05, 300)
        clock.write_text(str(seconds))
        for _ in range(3):
            recover()
            assert registry.get(at_work).state is State.RUNNING
        until(lambda: not any(registry.get(run_id).state.active for run_id in (at_work, waiting)), 400)
    for run_id in (at_work, waiting):
        assert_whole(registry.get(run_id))


QUESTION = """
import sys, threading
from core.jobs.cluster.executor import Executor
from core.jobs.questions.kept import Question, ask, question_state
from core.permissions import Actor

question = Question("tests.core.jobs.question_functions:held", (sys.argv[1],))
with Executor(trials=1) as executor:
    ask(executor, question, Actor("ada"))
    print(question.job_id, flush=True)
    while question_state(executor, question)[0] in ("queued", "running"):
        threading.Event().wait(0.2)
    print(question_state(executor, question)[0], flush=True)
"""
"""Asks a question that is answered when a file is there, and prints how it ended."""


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seconds", [300, -300])
def test_a_search_outlives_a_jump_of_the_clock(seconds: int, clock: Path, home: Path) -> None:
    path = os.pathsep.join((str(clock.parent), str(PROJECT)))
    with serving(SEARCHES, PYTHONPATH=path, CLOCK_FILE=str(clock)) as server:
        assert lines(server, 1) == ["mine"]
        until(lambda: any(trial.state == "complete" for trial in view("mine").trials), 300)
        clock.write_text(str(seconds))
        for _ in range(3):
            recover()
            assert view("mine").state in ("running", "finished")
        until(lambda: view("mine").state == "finished", 300)
    trials = view("mine").trials
    assert [trial.state for trial in trials] == ["complete"] * 8
    assert ledger().records(active=True) == []


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seconds", [300, -300])
def test_a_question_outlives_a_jump_of_the_clock(seconds: int, clock: Path, home: Path, tmp_path: Path) -> None:
    path = os.pathsep.join((str(clock.parent), str(PROJECT)))
    with serving(QUESTION, str(tmp_path / "go on"), PYTHONPATH=path, CLOCK_FILE=str(clock)) as server:
        (job_id,) = lines(server, 1)
        until(lambda: ledger().record(job_id).state is State.RUNNING, 200)
        clock.write_text(str(seconds))
        for _ in range(3):
            recover()
            assert ledger().record(job_id).state is State.RUNNING
        (tmp_path / "go on").touch()
        assert lines(server, 1) == ["answered"]
