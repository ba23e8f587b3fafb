from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import GivenUpError, InputError, RegistryError
from core.jobs.tuning.trial_reporter import TrialReporter, answer, reported
from core.ledger import ledger as ledger_module
from core.ledger.current import ledger
from core.ledger.deaths import LEASE_SECONDS
from core.ledger.lease import current_lease, working_under
from core.ledger.ledger import AGAIN, Ledger
from core.ledger.states import State
from core.ledger.store import open_engine
from core.process import Process, lives, this_process
from core.settings import settings
from tests.core.jobs.polling import until

ELSEWHERE = Process("elsewhere boot 1", 7, "7")


@pytest.fixture
def jobs() -> Ledger:
    return ledger()


def test_a_job_is_queued_started_reported_and_ended(jobs: Ledger) -> None:
    jobs.add("one", "training", "ada", title="the first")
    lease = jobs.start("one", worker="tcp://here")
    assert lease is not None
    lease.report(fraction=0.5, message="half")
    found = jobs.record("one")
    assert found is not None
    assert (found.state, found.owner, found.title, found.worker) == (State.RUNNING, "ada", "the first", "tcp://here")
    assert found.progress == {"fraction": 0.5, "message": "half"}
    assert lease.end(State.FINISHED)
    assert not lease.end(State.FAILED), "it ends once"
    ended = jobs.record("one")
    assert ended is not None and ended.state is State.FINISHED and ended.ended is not None


def test_reading_makes_no_database_and_changes_none(jobs: Ledger, home: Path) -> None:
    assert jobs.records() == [] and jobs.record("one") is None
    assert not (home / "jobs.db").exists()
    jobs.add("one", "training", "ada")
    jobs._change("one", machine="elsewhere", pid=1)
    before = jobs.record("one")
    assert [jobs.records(), jobs.records(active=True), jobs.waiting("training", own=False)][0] == [before]
    assert jobs.record("one") == before


def test_a_job_is_started_once_and_queued_once(jobs: Ledger) -> None:
    jobs.add("one", "training", "ada")
    with pytest.raises(InputError, match="A job `one` has been submitted already"):
        jobs.add("one", "training", "bob")
    assert jobs.start("one") is not None
    assert jobs.start("one") is None


def test_a_second_process_may_not_use_a_lease_that_was_read_before_it_was_renewed(jobs: Ledger) -> None:
    """Between reading and giving up, the process has renewed: it keeps its job."""
    jobs.add("one", "training", "ada", retries=1)
    lease = jobs.start("one")
    assert lease is not None
    read = jobs.record("one")
    lease.check()
    assert read is not None and not jobs.give_up(read)
    lease.check()


def test_a_dead_process_of_this_machine_is_given_up_at_once_and_its_job_queued_again_once(jobs: Ledger) -> None:
    jobs.add("one", "training", "ada", retries=1)
    for state in (State.QUEUED, State.INTERRUPTED):
        program = "from core.ledger.current import ledger; assert ledger().start('one')"
        subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[3])
        (given_up,) = jobs.recover()
        assert given_up.state is state
    assert given_up.reason == "The process that executed it has ended."
    assert given_up.attempts == 2


def test_a_living_process_of_this_machine_is_never_given_up_however_long_it_is_silent(jobs: Ledger) -> None:
    jobs.add("one", "training", "ada")
    assert jobs.start("one")
    late = Ledger(jobs.url, clock=lambda: time.monotonic() + 1e6)
    assert late.recover() == [] and late.recover() == []


def test_another_machines_process_is_given_up_after_two_readings_a_lease_apart(jobs: Ledger) -> None:
    now = [0.0]
    jobs.add("one", "training", "ada", retries=1)
    lease = jobs.start("one")
    other = Ledger(jobs.url, ELSEWHERE, lambda: now[0])
    assert other.recover() == []
    now[0] += LEASE_SECONDS - 1
    assert other.recover() == []
    assert lease is not None
    lease.check()
    now[0] += LEASE_SECONDS - 1
    assert other.recover() == [], "it was renewed in between"
    now[0] += LEASE_SECONDS
    assert [job.state for job in other.recover()] == [State.QUEUED]


def test_a_process_that_was_given_up_takes_its_job_back_unless_another_has_started_it(jobs: Ledger) -> None:
    jobs.add("one", "training", "ada", retries=1)
    lease = jobs.start("one")
    read = jobs.record("one")
    assert lease is not None and read is not None and jobs.give_up(read)
    lease.report(fraction=0.5)
    found = jobs.record("one")
    assert found is not None and found.state is State.RUNNING
    assert jobs.give_up(found)
    (interrupted,) = jobs.records()
    assert interrupted.state is State.INTERRUPTED
    assert lease.end(State.FINISHED), "an interrupted one is taken back too"


@pytest.mark.parametrize(
    ("state", "reason", "kept"),
    [(State.FINISHED, "", AGAIN), (State.FAILED, "It diverged.", "It diverged."), (State.CANCELLED, "", AGAIN)],
)
def test_a_job_that_was_queued_again_says_so_until_something_else_ends_it(
    jobs: Ledger, state: State, reason: str, kept: str
) -> None:
    jobs.add("one", "training", "ada", retries=1)
    assert jobs.start("one") is not None
    read = jobs.record("one")
    assert read is not None and jobs.give_up(read, for_good=True)
    (waiting,) = jobs.records()
    assert (waiting.state, waiting.reason) == (State.QUEUED, AGAIN)
    lease = jobs.start("one")
    assert lease is not None and lease.end(state, reason)
    (ended,) = jobs.records()
    assert (ended.state, ended.reason, ended.attempts) == (state, kept, 2)
    assert jobs.add("one", "training", "ada").reason == "", "asked for anew"


def test_a_process_that_lost_its_job_notices(jobs: Ledger) -> None:
    jobs.add("one", "training", "ada", retries=1)
    first = jobs.start("one")
    read = jobs.record("one")
    assert first is not None and read is not None and jobs.give_up(read)
    assert jobs.start("one") is not None
    with pytest.raises(GivenUpError, match="Another process has taken this job"):
        first.report(fraction=0.9)
    assert not first.end(State.FINISHED)


def test_a_process_does_not_take_back_what_was_cancelled_and_asked_for_again(jobs: Ledger) -> None:
    jobs.add("one", "training", "ada")
    lease = jobs.start("one")
    jobs.end("one", State.CANCELLED)
    jobs.add("one", "training", "ada")
    assert lease is not None
    with pytest.raises(GivenUpError):
        lease.check()


def test_a_cancelled_job_stays_cancelled(jobs: Ledger) -> None:
    jobs.add("one", "training", "ada")
    lease = jobs.start("one")
    assert jobs.end("one", State.CANCELLED, "Cancelled.")
    assert lease is not None and not lease.end(State.FINISHED)
    found = jobs.record("one")
    assert found is not None and found.state is State.CANCELLED


def test_a_lease_is_renewed_for_as_long_as_the_work_lasts(jobs: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ledger.lease.RENEW_SECONDS", 0.02)
    jobs.add("one", "training", "ada")
    lease = jobs.start("one")
    assert lease is not None and current_lease() is None
    with working_under(lease):
        assert current_lease() is lease
        first = jobs.record("one")
        until(lambda: jobs.record("one").beat > first.beat + 1)  # type: ignore[union-attr]


def test_jobs_wait_in_turns(jobs: Ledger) -> None:
    for job_id, turn in (("ann1", 1), ("ann2", 2), ("bob1", 1)):
        jobs.add(job_id, "training", job_id[:3], turn=turn, resource="training")
    assert jobs.waiting("training", own=True) == ["ann1", "bob1", "ann2"]
    assert Ledger(jobs.url).waiting("training", own=True) == []
    assert jobs.waiting("trial", own=False) == []


def test_what_a_dead_server_had_queued_is_adopted_by_one_other(jobs: Ledger) -> None:
    jobs.add("one", "training", "ada", retries=1)
    jobs._change("one", pid=2**22 + 1, born="0")
    (free,) = jobs.recover()
    assert (free.state, free.retries, free.holder) == (State.QUEUED, 1, ""), "it was never started: no retry is used up"
    first, second = Ledger(jobs.url), Ledger(jobs.url)
    assert [job.id for job in first.adopt("training")] == ["one"]
    assert list(second.adopt("training")) == []


def test_a_ledger_that_fails_while_jobs_are_adopted_leaves_the_others_free(
    jobs: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for job_id in ("one", "two"):
        jobs.add(job_id, "training", "ada")
        jobs._change(job_id, holder="")
    take = Ledger.take

    def locked(self: Ledger, job_id: str) -> bool:
        if job_id == "two":
            raise RegistryError("The ledger of jobs is locked.")
        return take(self, job_id)

    monkeypatch.setattr(Ledger, "take", locked)
    handed_on: list[str] = []
    with pytest.raises(RegistryError):
        handed_on.extend(job.id for job in jobs.adopt("training"))
    assert handed_on == ["one"]
    assert [job.holder for job in jobs.records()] == [jobs.holder, ""]


def test_settled_jobs_are_forgotten_after_a_day(jobs: Ledger) -> None:
    for job_id in ("old", "unsettled", "new"):
        jobs.add(job_id, "question", "ada")
        jobs.end(job_id, State.CANCELLED)
    for job_id in ("old", "new"):
        jobs.settle(job_id)
    for job_id in ("old", "unsettled"):
        jobs._change(job_id, ended=time.time() - ledger_module.KEPT_SECONDS - 1)
    jobs.recover()
    assert [job.id for job in jobs.records()] == ["unsettled", "new"]


@pytest.mark.processes
def test_a_process_is_told_from_a_later_one_of_the_same_id() -> None:
    me = this_process()
    assert me.pid == os.getpid() and lives(me)
    assert not lives(Process(me.machine, me.pid, "1"))
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        until(lambda: not lives(Process(me.machine, child.pid, "") if child.poll() is not None else me))


def test_a_damaged_ledger_is_told_in_a_sentence(home: Path) -> None:
    home.mkdir()
    (home / "jobs.db").write_bytes(b"no database" * 1000)
    with pytest.raises(RegistryError, match=r"The ledger of jobs at sqlite:.*jobs\.db is damaged; move the file away"):
        ledger().records()


def test_the_ledger_is_beside_the_studies_where_machines_share_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().ledger_url.endswith("/jobs.db")
    monkeypatch.setenv("DIGITLAB_STUDIES", "sqlite:////elsewhere/studies.db")
    assert settings().ledger_url == f"sqlite:///{settings().home / 'jobs.db'}"
    monkeypatch.setenv("DIGITLAB_STUDIES", "postgresql://lab:secret@127.0.0.1:1/studies")
    assert settings().ledger_url == settings().studies_url
    with pytest.raises(RegistryError, match=r"postgresql://lab:\*\*\*@127"):
        ledger().records()


@pytest.mark.processes
def test_two_processes_may_make_the_table_at_once(home: Path) -> None:
    home.mkdir()
    program = "from core.ledger.current import ledger; import sys; ledger().add(sys.argv[1], 'question', 'ada')"
    started = [subprocess.Popen([sys.executable, "-c", program, name], cwd=Path(__file__).parents[3]) for name in "abc"]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    with sqlite3.connect(home / "jobs.db") as connection:
        assert connection.execute("SELECT count(*) FROM digitlab_jobs").fetchone() == (3,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    open_engine(f"sqlite:///{home / 'jobs.db'}").dispose()


def locked_once(monkeypatch: pytest.MonkeyPatch, name: str, times: int = 1) -> list[int]:
    """Let the ledger fail so many times at one of its writes, as where another program keeps it locked."""
    write, tries = getattr(Ledger, name), [0]

    def fails_first(self: Ledger, *arguments: object, **options: object) -> object:
        tries[0] += 1
        if tries[0] <= times:
            raise RegistryError("The ledger is locked.") from sqlite3.OperationalError("database is locked")
        return write(self, *arguments, **options)

    monkeypatch.setattr(Ledger, name, fails_first)
    return tries


def test_a_job_is_left_to_others_as_soon_as_the_ledger_can_be_written(
    jobs: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.ledger.lease.RENEW_SECONDS", 0.02)
    jobs.add("one", "search", "ada")
    lease = jobs.start("one")
    assert lease is not None
    tries = locked_once(monkeypatch, "release", 2)
    with working_under(lease):
        lease.release()
    until(lambda: (job := jobs.record("one")) is not None and job.state is State.QUEUED)
    assert tries == [3]


def test_an_end_is_tried_again_while_the_ledger_is_locked(jobs: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.add("one", "training", "ada")
    lease = jobs.start("one")
    assert lease is not None
    locked_once(monkeypatch, "end", 2)
    assert lease.end(State.FINISHED)
    assert jobs.record("one").state is State.FINISHED  # type: ignore[union-attr]


def test_work_goes_on_where_its_lease_cannot_be_renewed_for_a_while(
    jobs: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.add("one", "training", "ada")
    lease = jobs.start("one")
    assert lease is not None
    tries = locked_once(monkeypatch, "renew", 2)
    lease.check()
    assert tries == [3]


def test_a_score_that_cannot_be_stored_comes_with_the_next(jobs: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.add("trial", "trial", "ada")
    lease = jobs.start("trial")
    assert lease is not None
    told = TrialReporter(lease, waits=True)
    locked_once(monkeypatch, "report", 1)
    assert told(1, 0.25), "nobody can say that it ends"
    assert reported(["trial"]) == {"trial": []}
    answer("trial", 2, go_on=False)
    assert not told(2, 0.5)
    assert reported(["trial"]) == {"trial": [(1, 0.25), (2, 0.5)]}


def test_a_ledger_works_while_another_thread_loads_the_rest_of_sqlalchemy(
    jobs: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sqlalchemy.orm` answers `inspect`, and fails while it is half loaded."""

    def half_loaded(*arguments: object, **options: object) -> None:
        raise AttributeError("partially initialized module 'sqlalchemy.orm.exc'")

    jobs.records()
    monkeypatch.setattr("sqlalchemy.inspection.inspect", half_loaded)
    jobs.add("one", "training", "ada", resource="training")
    assert jobs.recover() == [] and jobs.waiting("training", own=True) == ["one"]
    assert jobs.start("one") is not None
    record = jobs.record("one")
    assert record is not None and record.state is State.RUNNING and jobs.records(active=True) == [record]
    assert jobs.give_up(record) and list(jobs.adopt("training")) == []
    assert jobs.record("one").state is State.INTERRUPTED  # type: ignore[union-attr]
