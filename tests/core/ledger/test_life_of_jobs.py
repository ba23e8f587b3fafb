"""Random lives of jobs: two servers of one machine, one of another, workers that die or fall silent, two clocks."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.errors import GivenUpError, InputError
from core.ledger.deaths import LEASE_SECONDS
from core.ledger.lease import Lease
from core.ledger.ledger import Ledger
from core.ledger.states import TRANSITIONS, State
from core.ledger.store import open_engine
from core.process import Process

JOBS = ("a", "b")
RETRIES = {"a": 1, "b": 0}


@dataclass
class Machine:
    """Its clock differs from every other's."""

    name: str
    now: float
    living: set[Process] = field(default_factory=set)


@dataclass(eq=False)
class Worker:
    """A worker process that has started a job; `silent` as under SIGSTOP."""

    ledger: Ledger
    process: Process
    machine: Machine
    job_id: str
    lease: Lease
    asked: int
    silent: bool = False

    @property
    def lives(self) -> bool:
        return self.process in self.machine.living


class Jobs(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.engine = open_engine("sqlite://")
        self.machines = [Machine("here", 1000.0), Machine("there", -50.0)]
        self.born = 0
        self.workers: list[Worker] = []
        self.news = False
        self.servers = [self.ledger(self.machines[place]) for place in (0, 0, 1)]
        self.asked = dict.fromkeys(JOBS, 0)
        self.finished: set[tuple[str, int]] = set()
        self.known: dict[str, State] = {}
        for job_id in JOBS:
            self.servers[0].add(job_id, "training", "ada", retries=RETRIES[job_id])
            self.asked[job_id] += 1

    def ledger(self, machine: Machine) -> Ledger:
        self.born += 1
        process = Process(machine.name, self.born, str(self.born))
        machine.living.add(process)
        ledger = Ledger("sqlite://", process, lambda: machine.now, lambda other: other in machine.living)
        ledger._opened = self.engine
        return ledger

    def ids(self, *, active: bool) -> list[str]:
        states = {record.id: record.state for record in self.servers[0].records()}
        return [job_id for job_id in JOBS if (job_id in states and states[job_id].active) == active]

    def queued(self) -> list[str]:
        return [record.id for record in self.servers[0].records() if record.state is State.QUEUED]

    @precondition(lambda self: self.ids(active=False))
    @rule(data=st.data(), server=st.integers(0, 2))
    def ask(self, data: st.DataObject, server: int) -> None:
        job_id = data.draw(st.sampled_from(self.ids(active=False)))
        self.servers[server].add(job_id, "training", "ada", retries=RETRIES[job_id])
        self.asked[job_id] += 1
        with pytest.raises(InputError):
            self.servers[server].add(job_id, "training", "bob")

    @precondition(queued)
    @rule(data=st.data(), place=st.sampled_from([0, 0, 1]))
    def start(self, data: st.DataObject, place: int) -> None:
        """A worker starts a job, and a second one that was given the same does not."""
        where = self.machines[place]
        job_id = data.draw(st.sampled_from(self.queued()))
        ledger = self.ledger(where)
        lease = ledger.start(job_id)
        assert lease is not None
        assert self.ledger(where).start(job_id) is None
        self.workers.append(Worker(ledger, ledger._process, where, job_id, lease, self.asked[job_id]))

    def able(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.lives and not worker.silent]

    @precondition(lambda self: self.able())
    @rule(data=st.data(), how=st.sampled_from([State.FINISHED, State.FAILED]))
    def end(self, data: st.DataObject, how: State) -> None:
        worker = data.draw(st.sampled_from(self.able()))
        if worker.lease.end(how):
            assert (worker.job_id, worker.asked) not in self.finished, "one end for each time that it was asked for"
            assert worker.asked == self.asked[worker.job_id], "an earlier asking does not end a later one"
            self.finished.add((worker.job_id, worker.asked))
        self.workers.remove(worker)

    @precondition(lambda self: self.able())
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        worker = data.draw(st.sampled_from(self.able()))
        try:
            worker.lease.check()
        except GivenUpError:
            self.workers.remove(worker)

    @precondition(lambda self: any(worker.lives for worker in self.workers))
    @rule(data=st.data())
    def kill(self, data: st.DataObject) -> None:
        worker = data.draw(st.sampled_from([worker for worker in self.workers if worker.lives]))
        worker.machine.living.discard(worker.process)
        self.news = True

    @precondition(lambda self: any(worker.lives for worker in self.workers))
    @rule(data=st.data())
    def stop_or_continue(self, data: st.DataObject) -> None:
        worker = data.draw(st.sampled_from([worker for worker in self.workers if worker.lives]))
        worker.silent = not worker.silent

    @precondition(lambda self: self.born % 3 == 1)
    @rule(server=st.integers(0, 2))
    def restart_server(self, server: int) -> None:
        old = self.servers[server]
        machine = next(machine for machine in self.machines if machine.name == old._process.machine)
        machine.living.discard(old._process)
        self.news = True
        self.servers[server] = self.ledger(machine)

    @rule(machine=st.integers(0, 1), seconds=st.sampled_from([1.0, LEASE_SECONDS / 2, LEASE_SECONDS]))
    def pass_time(self, machine: int, seconds: float) -> None:
        """Whoever is able renews meanwhile, as the threads of the leases do."""
        self.machines[machine].now += seconds
        self.news = True
        for worker in self.able():
            if not worker.ledger.renew(worker.job_id, worker.lease._holder):
                self.workers.remove(worker)
        for server in self.servers:
            server.renew_queued()

    @precondition(lambda self: self.born % 3 == 0)  # now and then: a job's life is longer without
    @rule(job_id=st.sampled_from(JOBS))
    def cancel(self, job_id: str) -> None:
        before = self.servers[0].record(job_id)
        cancelled = self.servers[0].end(job_id, State.CANCELLED, among=tuple(State))
        allowed = before is not None and State.CANCELLED in TRANSITIONS[before.state]
        assert cancelled == allowed

    @precondition(lambda self: self.news)
    @rule(server=st.integers(0, 2))
    def recover(self, server: int) -> None:
        """Nobody who lives on this machine is given up, and nobody elsewhere who has renewed."""
        self.news = False
        before = {record.id: record for record in self.servers[server].records(active=True)}
        for record in self.servers[server].recover():
            process = before[record.id].process
            machine = next(machine for machine in self.machines if machine.name == process.machine)
            if self.servers[server]._process.machine == machine.name:
                assert process not in machine.living
            able = [worker.process for worker in self.able()] + [server._process for server in self.servers]
            assert process not in able, "who renews its lease keeps its job"
            assert record.state in (State.QUEUED, State.INTERRUPTED) and record.holder == ""
        for record in self.servers[server].adopt("training"):
            assert record.state is State.QUEUED

    @invariant()
    def follows_the_table(self) -> None:
        records = self.servers[0].records() if hasattr(self, "servers") else []
        for record in records:
            old = self.known.get(record.id)
            assert old in (None, record.state) or record.state in TRANSITIONS[old], f"{old} -> {record.state}"
            assert record.attempts <= 1 + RETRIES[record.id], "queued again once"
            self.known[record.id] = record.state

    def teardown(self) -> None:
        """When every worker is dead and time has passed, nothing is left running for ever."""
        if not hasattr(self, "servers"):
            return
        for worker in self.workers:
            worker.machine.living.discard(worker.process)
        for server in self.servers[1:]:
            self.machines[0].living.discard(server._process)
        for _ in range(4):  # twice for each life: a first reading and a second
            self.servers[0].recover()
            self.machines[0].now += LEASE_SECONDS
        assert not [record for record in self.servers[0].records() if record.state is State.RUNNING]
        self.engine.dispose()


TestLifeOfJobs = Jobs.TestCase
TestLifeOfJobs.settings = settings(
    max_examples=200, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
