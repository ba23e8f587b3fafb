"""The searches of one server: each has a coordinator in a thread, and those of a server that died are taken up."""

from __future__ import annotations

import logging
import threading

from core.errors import DigitLabError, StudyError
from core.jobs.cluster.executor import Executor
from core.jobs.tuning import studies
from core.jobs.tuning.coordinator import Coordinator
from core.jobs.tuning.lease import LEASE, held
from core.jobs.tuning.request import Search
from core.jobs.tuning.storage import storage, study_errors
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
        self._at_work: dict[str, Coordinator] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        if not settings().readonly:
            threading.Thread(target=self._look, name="searches", daemon=True).start()

    def start(self, search: Search, name: str = "") -> str:
        """Create a search and set to work on it; returns its name at once."""
        created = studies.create(search, name)
        self._coordinate(created)
        return created

    def resume(self, name: str) -> None:
        """Go on with a search that was paused, cancelled, interrupted or given more trials."""
        studies.wish(name, "run")
        self._coordinate(name)

    def add_trials(self, name: str, more: int) -> None:
        """Give a search more trials and go on with it."""
        studies.add_trials(name, more)
        self._coordinate(name)

    def take_up(self) -> list[str]:
        """Set to work on every search that should run and that no living process coordinates; returns their names."""
        with study_errors():
            stored = storage().get_all_studies()
        orphans = [
            study.study_name
            for study in stored
            if study.user_attrs.get(studies.STATE) == "running"
            and studies.SEARCH in study.user_attrs
            and not held(study.user_attrs.get(LEASE))
            and study.study_name not in self._at_work
        ]
        for name in orphans:
            self._coordinate(name)
        return orphans

    def at_work(self, owner: str) -> list[str]:
        """Return the names of an owner's searches that this server coordinates."""
        return [name for name, coordinator in list(self._at_work.items()) if coordinator.owner == owner]

    def close(self) -> None:
        """Let go of every search; another server goes on with them."""
        self._ended.set()
        for coordinator in list(self._at_work.values()):
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
            if name in self._at_work or self._ended.is_set():
                return
            self._at_work[name] = coordinator = Coordinator(name, self._executor)
        threading.Thread(target=self._work, args=(name, coordinator), name=f"search-{name}", daemon=True).start()

    def _work(self, name: str, coordinator: Coordinator) -> None:
        try:
            coordinator.run()
        except StudyError as error:
            logger.info("A search is not taken up: %s.", type(error).__name__)
        except DigitLabError as error:
            logger.warning("A search was left: %s", error)
        finally:
            with self._lock:
                self._at_work.pop(name, None)
