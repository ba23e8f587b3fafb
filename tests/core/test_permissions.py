"""Owner or administrator, by function: two people with a login, one without, an administrator, for every action."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from core.data import label_review, own_digits
from core.data.sample import load_sample
from core.errors import InputError, NotAllowedError, ReadOnlyError
from core.jobs.cluster.executor import Executor
from core.jobs.questions.kept import Question
from core.jobs.questions.kept import cancel as cancel_question
from core.jobs.queue import TrainingQueue
from core.jobs.tuning import search_actions
from core.jobs.tuning.search_server import Searches
from core.ledger.current import ledger
from core.ledger.limits import LIMITS, require_room
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import RULES, Actor, Role, may, operator, require, role
from core.runs import champion, housekeeping, registry
from core.runs.leaderboard import find
from core.runs.run import Run
from tests.core.jobs.searching import small_search

ADA, BOB, NOBODY, ROOT = Actor("ada"), Actor("bob"), Actor(""), Actor("root", admin=True)

pytestmark = pytest.mark.processes


@dataclass
class Things:
    """What belongs to Ada: a running and a finished training, a search, a question; and the server's parts."""

    running: Run
    finished: Run
    deleted: Run
    search: str
    question: Question
    queue: TrainingQueue
    searches: Searches


@pytest.fixture
def things(migrated: object) -> Iterator[Things]:
    queue = TrainingQueue(Executor())
    searches = Searches(queue.executor)
    searches.close()
    search_actions.create(small_search(owner="ada"), "hers")
    question = Question("a:b", (1,), title="the robustness of cnn")
    for job_id, kind in ((question.job_id, "question"), ("fine", "fine-tuning")):
        ledger().add(job_id, kind, "ada")  # type: ignore[arg-type]
    label_review.decide(load_sample(), 3, 7, ADA)
    yield Things(_running(), _run(1), _deleted(), "hers", question, queue, searches)
    queue.close()


def _run(seed: int, state: State = State.FINISHED) -> Run:
    specification = Specification.from_preset("logistic", "fast", seed=seed)
    run_id = registry.create(specification, "f" * 16, owner="ada", name=f"number {seed}").run_id
    registry.enter(run_id, state)
    return registry.get(run_id)


def _running() -> Run:
    run = _run(0, State.RUNNING)
    ledger().add(run.run_id, "training", "ada")
    ledger().start(run.run_id)
    return registry.get(run.run_id)


def _deleted() -> Run:
    run = _run(2)
    housekeeping.delete(run, actor=ADA)
    return registry.get(run.run_id)


def _undo(things: Things, actor: Actor) -> None:
    champion.crown(things.finished, "the best", actor=ADA)
    champion.undo(actor=actor)


def _resume(things: Things, actor: Actor) -> None:
    search_actions.pause(things.search, actor=ADA)
    search_actions.resume(things.search, actor=actor)


def _delete_search(things: Things, actor: Actor) -> None:
    search_actions.cancel(things.search, actor=ADA)
    search_actions.delete(things.search, actor=actor)


ACTIONS: dict[str, Callable[[Things, Actor], Any]] = {
    "cancel a training": lambda things, actor: things.queue.cancel(things.running, actor),
    "stop a training": lambda things, actor: things.queue.stop(things.running, actor),
    "pause a search": lambda things, actor: search_actions.pause(things.search, actor=actor),
    "resume a search": _resume,
    "resume a search on the server": lambda things, actor: things.searches.resume(things.search, actor=actor),
    "cancel a search": lambda things, actor: search_actions.cancel(things.search, actor=actor),
    "add trials": lambda things, actor: search_actions.add_trials(things.search, 2, actor=actor),
    "add trials on the server": lambda things, actor: things.searches.add_trials(things.search, 2, actor=actor),
    "delete a search": _delete_search,
    "cancel a question": lambda things, actor: cancel_question(things.queue.executor, things.question, actor),
    "crown": lambda things, actor: champion.crown(things.finished, "the best", actor=actor),
    "undo the champion": _undo,
    "rename": lambda things, actor: housekeeping.rename(things.finished, "other", actor=actor),
    "note": lambda things, actor: housekeeping.note(things.finished, "a note", actor=actor),
    "tag": lambda things, actor: housekeeping.tag(things.finished, ("a",), actor=actor),
    "delete": lambda things, actor: housekeeping.delete(things.finished, actor=actor),
    "restore": lambda things, actor: housekeeping.restore(things.deleted, actor=actor),
    "decide about a reviewed label": lambda _, actor: label_review.decide(load_sample(), 3, None, actor),
    "purge": lambda things, actor: housekeeping.purge(actor=actor),
}


def everything(things: Things) -> tuple[object, ...]:
    """All that an action could change."""
    runs = [registry.all_runs(), registry.all_runs(deleted=True)]
    jobs = {job.id: (job.state, job.request) for job in ledger().records()}
    study = search_actions.load(things.search)
    return runs, jobs, dict(study.user_attrs), champion.history(), label_review.decisions(load_sample())


@pytest.fixture(autouse=True)
def _no_model_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "has_model", True)


@pytest.mark.parametrize("action", ACTIONS)
def test_only_the_owner_and_administrators_may(things: Things, action: str) -> None:
    """Refused to another user and to a visitor, with nothing changed; then done for the owner."""
    act = ACTIONS[action]
    for actor in (BOB, NOBODY):
        prepared = action in ("resume a search", "undo the champion", "delete a search")
        before = None if prepared else everything(things)
        with pytest.raises(NotAllowedError, match=r"only ada and administrators may\.$"):
            act(things, actor)
        assert prepared or everything(things) == before
        if prepared:
            _prepare_again(things, action)
    act(things, ADA)


def _prepare_again(things: Things, action: str) -> None:
    """Take back what an action does as Ada before the refused part."""
    if action == "undo the champion":
        champion.undo(actor=ADA)
    else:
        search_actions.resume(things.search, actor=ADA)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_administrator_may(things: Things, action: str) -> None:
    ACTIONS[action](things, ROOT)


def test_nothing_is_purged_where_one_run_is_somebody_elses(things: Things) -> None:
    specification = Specification.from_preset("logistic", "fast", seed=9)
    run_id = registry.create(specification, "f" * 16, owner="bob").run_id
    registry.enter(run_id, State.FAILED)
    housekeeping.delete(registry.get(run_id), actor=BOB)
    for actor in (ADA, BOB):
        with pytest.raises(NotAllowedError):
            housekeeping.purge(actor=actor)
    assert len(registry.all_runs(deleted=True)) == 2
    assert housekeeping.purge(actor=ROOT)[0] == 2


def test_a_shipped_model_is_crowned_by_administrators_only(migrated: object) -> None:
    shipped = find("cnn", load_sample())
    with pytest.raises(NotAllowedError):
        champion.crown(shipped, "the best", actor=ADA)
    champion.crown(shipped, "the best", actor=ROOT)


def test_roles() -> None:
    assert [role(actor, "ada") for actor in (ADA, BOB, NOBODY, ROOT)] == [
        Role.OWNER, Role.USER, Role.NOBODY, Role.ADMIN,
    ]  # fmt: skip
    assert role(NOBODY, "") is Role.NOBODY, "nobody owns nothing"
    assert operator().admin


@pytest.mark.parametrize(
    ("visitors", "allowed"),
    [
        ("look", {"look"}),
        ("draw", {"look", "draw"}),
        ("upload", {"look", "draw", "upload"}),
        ("train", {"look", "draw", "upload", "train", "search", "ask", "fine-tune", "combine"}),
    ],
)
def test_what_visitors_may_is_one_setting(visitors: str, allowed: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_VISITORS", visitors)
    assert {action for action in RULES if may(NOBODY, action)} == allowed
    assert {action for action in RULES if may(BOB, action, "ada")} >= {"train", "import", "keep digits"}
    with pytest.raises(NotAllowedError, match="Log in to import"):
        require(NOBODY, "import")


def test_a_setting_for_visitors_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_VISITORS", "everything")
    with pytest.raises(InputError, match="must be one of look, draw, upload, train; got everything"):
        may(BOB, "train")


def test_nobody_fills_the_queue_for_all(migrated: object) -> None:
    for number in range(LIMITS["search"][0]):
        ledger().add(f"search {number}", "search", "ada")
    require_room("search", "bob")
    with pytest.raises(InputError, match="You have 10 searches waiting or running"):
        require_room("search", "ada")


def test_visitors_share_no_folder(home: object) -> None:
    with pytest.raises(NotAllowedError, match="Log in to keep digits"):
        own_digits.save("", np.zeros((28, 28), np.uint8), 3)
    assert own_digits.own_digits("") == []


def test_what_is_not_in_the_table_is_refused_to_everybody() -> None:
    assert not may(ROOT, "launch the rockets")
    with pytest.raises(NotAllowedError, match="root may not launch the rockets this: only an administrator may"):
        require(ROOT, "launch the rockets")


def test_read_only_refuses_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    assert {action for action in RULES if may(ROOT, action)} == {"look", "draw", "upload"}
    with pytest.raises(ReadOnlyError):
        require(ROOT, "train")
