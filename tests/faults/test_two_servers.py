"""Two servers on one home for minutes: both train, search and rename, each other's runs too; nothing is lost."""

from __future__ import annotations

import json

import pytest

from core.jobs.tuning import search_actions
from core.jobs.tuning.view import view
from core.ledger.current import ledger
from core.runs import registry
from tests.faults.conftest import assert_whole
from tests.faults.servers import lines, serving

pytestmark = pytest.mark.processes

SECONDS = 180.0
TRIALS = 3

WORKS_WITH_ANOTHER = """
import json, random, sys, threading, time
from core.data.sources import load_dataset
from core.errors import DigitLabError
from core.jobs.cluster.executor import Executor
from core.jobs.queue import TrainingQueue
from core.jobs.tuning.search_server import Searches
from core.jobs.tuning.view import view
from core.models.specification import Specification
from core.permissions import Actor
from core.preprocessing.experiments import Experiment
from core.runs import housekeeping, registry
from tests.core.jobs.searching import small_search

me, seconds, trials = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
actor, chance = Actor(me, admin=True), random.Random(me)
done = {"runs": [], "searches": [], "names": {}, "refused": []}
threading.excepthook = lambda ended: done["refused"].append(f"{ended.thread.name} died: {ended.exc_value!r}")

def train():
    seed = 1000 * len(done["runs"]) + ord(me)
    asked = Specification.from_preset("logistic", "fast", seed=seed, experiment=Experiment.limited(300))
    done["runs"].append(queue.submit(asked, load_dataset(), actor=actor).run_id)

def search():
    asked = small_search(trials=trials, seed=len(done["searches"]))
    done["searches"].append(searches.start(asked, f"{me} searches {len(done['searches'])}", actor=actor))

def rename():
    run = chance.choice(registry.all_runs())
    name = f"{me} named {len(done['names'])} {time.time():.3f}"
    housekeeping.rename(run, name, actor=actor)
    done["names"].setdefault(run.run_id, []).append(name)

def idle(kind):
    if kind == "runs":
        return not done["runs"] or not registry.get(done["runs"][-1]).state.active
    return not done["searches"] or not view(done["searches"][-1]).at_work

with Executor(trials=1) as executor:
    queue, searches = TrainingQueue(executor), Searches(executor)
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0 or not (idle("runs") and idle("searches")):
        try:
            if left > 0 and idle("runs"):
                train()
            if left > 0 and idle("searches"):
                search()
            if left > 0:
                rename()
        except DigitLabError as error:
            done["refused"].append(str(error))
        time.sleep(0.5)
    print(json.dumps(done), flush=True)
    sys.stdin.read()
    searches.close()
    queue.close()
"""
"""Works for some seconds under a name, ends what it has begun, and says what it did."""


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("migrated")
def test_two_servers_work_on_one_home() -> None:
    arguments = (str(SECONDS), str(TRIALS))
    with (
        serving(WORKS_WITH_ANOTHER, "a", *arguments) as one,
        serving(WORKS_WITH_ANOTHER, "b", *arguments) as other,
    ):
        told = [json.loads(line) for line in lines(one, 1) + lines(other, 1)]
    assert [done["refused"] for done in told] == [[], []], "nothing was refused, and no thread died"
    runs = [run_id for done in told for run_id in done["runs"]]
    searches = [name for done in told for name in done["searches"]]
    assert all(done["runs"] and done["searches"] and done["names"] for done in told)
    print({kind: [len(done[kind]) for done in told] for kind in ("runs", "searches", "names")})
    stored = {run.run_id: run for run in registry.all_runs()}
    assert set(stored) == set(runs)
    for run_id in runs:
        assert_whole(stored[run_id])
    for run_id, run in stored.items():
        given = [done["names"][run_id][-1] for done in told if run_id in done["names"]]
        assert run.name in given if given else run.name, "the last name that one of the two gave"
    assert set(search_actions.names()) == set(searches)
    for name in searches:
        trials = view(name).trials
        assert view(name).state == "finished" and [trial.state for trial in trials] == ["complete"] * TRIALS, trials
    assert ledger().records(active=True) == []
