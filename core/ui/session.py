"""What a page stands on: the data set, the runs, the queue; shared by every session of a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from core.data.dataset import Dataset
from core.data.judging import JudgingSet, judging_set
from core.data.sources import is_opened, load_dataset
from core.heap import keep_giving_back, share_heaps
from core.jobs.cluster.executor import Executor
from core.jobs.queue import TrainingQueue
from core.runs.leaderboard import leaderboard
from core.runs.run import Run
from core.runs.shipped import shipped_runs
from core.runs.watch import RunWatcher
from core.settings import settings
from core.ui.collector import collect_when_grown, spare_libraries
from core.ui.processors import share_processors


def visit_began() -> datetime:
    """Return when the first page of this visit was shown."""
    began: datetime = st.session_state.setdefault("visit_began", datetime.now(UTC))
    return began


@dataclass
class _Look:
    """What has been looked up for a page that is being drawn, and is asked for dozens of times."""

    dataset: Dataset | None = None
    watcher: RunWatcher | None = None
    shipped: list[Run] | None = None
    login: bool | None = None


_look: ContextVar[_Look | None] = ContextVar("look", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Look at the files of data set and secrets once while the block draws, so that all of it is about the same ones.

    A block within another one shares its look.
    """
    if _look.get() is not None:
        yield
        return
    token = _look.set(_Look())
    try:
        yield
    finally:
        _look.reset(token)


def dataset() -> Dataset:
    """Return the data set at hand; read once a process, and said so where that takes long."""
    look = _look.get() or _Look()
    if look.dataset is None:
        look.dataset = _opened()
    return look.dataset


def _opened() -> Dataset:
    if is_opened():
        return load_dataset()
    with st.spinner("Reading MNIST, once ...", show_time=True):
        return load_dataset()


def has_login() -> bool:
    """Return whether Streamlit's secrets configure a login."""
    look = _look.get() or _Look()
    if look.login is None:
        look.login = _login_configured()
    return look.login


def _login_configured() -> bool:
    try:
        return "auth" in st.secrets
    except (FileNotFoundError, StreamlitSecretNotFoundError):
        return False


def judging(name: str) -> JudgingSet:
    """Return the images that judge, by their name; raises ParameterError for a name that there is not."""
    return judging_set(dataset(), name)


def watcher() -> RunWatcher:
    """Return the server's view of the registry."""
    look = _look.get() or _Look()
    if look.watcher is None:
        look.watcher = _watcher(str(settings().home), settings().tracking_uri)
    return look.watcher


@st.cache_resource(show_spinner=False, max_entries=4)
def _watcher(home: str, tracking_uri: str) -> RunWatcher:
    _settle_in()  # here, as every page of a server comes by once
    return RunWatcher()


@lru_cache(maxsize=1)
def _settle_in() -> None:
    """Share the machine with others, once a process."""
    share_heaps()
    share_processors()
    collect_when_grown()
    keep_giving_back()


def queue() -> TrainingQueue:
    """Return the server's queue of trainings; its workers start with the first job."""
    return _queue(str(settings().home), settings().scheduler_address)


@st.cache_resource(show_spinner=False, max_entries=4)
def _queue(home: str, address: str | None) -> TrainingQueue:
    return TrainingQueue(Executor())


def runs() -> list[Run]:
    """Return every run, the newest first, and the shipped models; only these until the registry has been opened."""
    spare_libraries()
    return [*(watcher().runs() or []), *shipped()]


def shipped() -> list[Run]:
    """Return the shipped models."""
    look = _look.get() or _Look()
    if look.shipped is None:
        look.shipped = _shipped(dataset().fingerprint)
    return look.shipped


@st.cache_resource(show_spinner=False, max_entries=4)
def _shipped(fingerprint: str) -> list[Run]:
    return shipped_runs(dataset())


def finished() -> list[Run]:
    """Return the runs that can be compared here, the best of validation first."""
    return leaderboard(runs(), dataset().fingerprint)


def active() -> list[Run]:
    """Return the runs that are still to end, the oldest first."""
    return [run for run in reversed(runs()) if run.state.active]


def run_by_id(run_id: str) -> Run | None:
    """Return the run of an id or of a shipped model's name, if it is known here."""
    return next((run for run in runs() if run.run_id == run_id), None)
