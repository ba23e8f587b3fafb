"""The searches of one server: each has a coordinator in a thread, and those of a server that died are taken up."""

from __future__ import annotations

import logging
import threading

from core.errors import DigitLabError, RegistryError, StudyError
from core.jobs.cluster.executor import Executor
from core.jobs.recovery import recover
from core.jobs.tuning import search_actions
from core.jobs.tuning.request import Search
from core.jobs.tuning.search_coordinator import Coordinator
from core.ledger.current import ledger
from core.ledger.limits import require_room
from core.ledger.states import State
from core.permissions import Actor, require
from core.settings import settings

LOOK_SECONDS = 10.0

logger = logging.getLogger(__name__)


class Searches:
    """Starts and resumes searches, and looks now and then for one that nobody coordinates any more.

    Parameters
    ----------
    executor : Executor
        Where trials run; shared with the trainings.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._coordinated: dict[str, Coordinator | None] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        if not settings().readonly:
            threading.Thread(target=self._look, name="searches", daemon=True).start()

    def start(self, search: Search, name: str = "", *, actor: Actor) -> str:
        """Create a search and coordinate it; returns its name at once."""
        require(actor, "search")
        require_room("search", actor.name)
        created = search_actions.create(search.model_copy(update={"owner": actor.name}), name)
        self._coordinate(created)
        return created

    def resume(self, name: str, *, actor: Actor) -> None:
        """Go on with a search that was paused, cancelled, interrupted or given more trials."""
        search_actions.resume(name, actor=actor)
        self._coordinate(name)

    def add_trials(self, name: str, more: int, *, actor: Actor) -> None:
        """Give a search more trials and go on with it."""
        search_actions.add_trials(name, more, actor=actor)
        self._coordinate(name)

    def take_up(self) -> None:
        """Coordinate every queued search that no process holds."""
        recover()
        for job in ledger().adopt("search"):
            self._coordinate(job.id.removeprefix(search_actions.job_of("")))

    def close(self) -> None:
        """Let go of every search; another server goes on with them."""
        self._ended.set()
        for coordinator in list(self._coordinated.values()):
            if coordinator is not None:
                coordinator.halt()

    def _look(self) -> None:
        while not self._ended.is_set():
            try:
                self.take_up()
            except DigitLabError as error:
                logger.warning("Searches could not be looked for: %s", error)
            self._ended.wait(LOOK_SECONDS)

    def _coordinate(self, name: str) -> None:
        with self._lock:
            if name in self._coordinated or self._ended.is_set():
                return
            self._coordinated[name] = None
        threading.Thread(target=self._work, args=(name,), name=f"search-{name}", daemon=True).start()

    def _work(self, name: str) -> None:
        """Coordinate a search for as long as it is queued; where a database cannot be used, try again later."""
        while not self._let_go(name):
            try:
                self._coordinator(name).run()
            except StudyError as error:
                logger.info("A search is not taken up: %s.", type(error).__name__)
            except DigitLabError as error:
                logger.warning("A search was left for now: %s", error)
                self._ended.wait(LOOK_SECONDS)

    def _coordinator(self, name: str) -> Coordinator:
        """Return the coordinator of a search; one that cannot be read, such as one that was deleted, has failed."""
        try:
            coordinator = Coordinator(name, self._executor)
        except StudyError as error:
            ledger().end(search_actions.job_of(name), State.FAILED, str(error))
            raise
        self._coordinated[name] = coordinator
        if self._ended.is_set():
            coordinator.halt()
        return coordinator

    def _let_go(self, name: str) -> bool:
        """Forget a search that waits for nothing here; under the lock, so that one resumed in this moment goes on."""
        with self._lock:
            if not self._ended.is_set() and self._waits(name):
                return False
            del self._coordinated[name]
            return True

    @staticmethod
    def _waits(name: str) -> bool:
        """Whether a search is queued, or may be, as the ledger cannot be read."""
        try:
            job = ledger().record(search_actions.job_of(name))
        except RegistryError:
            return True
        return job is not None and job.state is State.QUEUED
