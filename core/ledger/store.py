"""The table of jobs, in SQLite below the home folder, or beside the studies where those are in a shared database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    create_engine,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable

from core.database_faults import sentence_of
from core.errors import RegistryError
from core.ledger.states import State
from core.process import Process
from core.reachable import require_answer
from core.settings import settings

Kind = Literal["training", "search", "trial", "question", "fine-tuning", "ensemble", "import"]


class StateName(TypeDecorator[State]):
    """A state by its name.

    SQLAlchemy asks its object-relational part about an enumeration that is compared with a plain string column, and
    fails where MLflow is loading that part in another thread.
    """

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: State | None, dialect: Dialect) -> str | None:
        """Return what is stored."""
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> State | None:
        """Return what is read."""
        return None if value is None else State(value)


JOBS = Table(
    "digitlab_jobs",
    MetaData(),
    Column("id", String(250), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("title", Text, nullable=False),
    Column("state", StateName, nullable=False),
    Column("reason", Text, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    # the lease
    Column("holder", String(40), nullable=False),
    Column("previous", String(40), nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("machine", String(200), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("born", String(40), nullable=False),
    # what its process says, and what people say to it
    Column("progress", Text, nullable=False),
    Column("request", Text, nullable=False),
    # where and when it runs
    Column("resource", String(20), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("worker", String(200), nullable=False),
    Column("submitted", BigInteger, nullable=False),
    Column("started", Float),
    Column("ended", Float),
    Column("settled", Integer, nullable=False),
)
BY_STATE = Index("digitlab_jobs_by_state", JOBS.c.state, JOBS.c.kind)


@dataclass(frozen=True)
class Record:
    """One job.

    Attributes
    ----------
    retries : int
        How many more times it is queued again after the death of its process.
    attempts : int
        How many times it has been started.
    holder : str
        Names the lease; empty for a queued job that any server may take.
    beat : int
        Grows with each renewal of the lease.
    process : Process
        The last one that held it.
    progress : dict
        What its process last said of it.
    request : str
        What somebody asks of its process, such as "stop".
    submitted : int
        Nanoseconds since the epoch.
    started, ended : float or None
        Seconds since the epoch.
    settled : bool
        Whether its end has been written where it belongs, such as into its run.
    """

    id: str
    kind: Kind
    owner: str
    title: str
    state: State
    reason: str
    retries: int
    attempts: int
    holder: str
    previous: str
    beat: int
    process: Process
    request: str
    resource: str
    turn: int
    worker: str
    submitted: int
    started: float | None
    ended: float | None
    settled: bool
    progress: dict[str, Any] = field(default_factory=dict)


def record_of(row: Any) -> Record:
    """Read one row of the table."""
    values = dict(row._mapping)
    process = Process(values.pop("machine"), values.pop("pid"), values.pop("born"))
    values |= {"settled": bool(values["settled"]), "progress": json.loads(values["progress"])}
    return Record(**values, process=process)


def database_file(url: str) -> Path | None:
    """Return the file behind a SQLite address; None for a server or a database in memory."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def open_engine(url: str) -> Engine:
    """Connect to the database and make its table where there is none; raises RegistryError."""
    with ledger_errors(url):
        require_answer(url)
        engine = _engine(url)
        if database_file(url):
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        try:
            _make_table(engine)
        except (IntegrityError, ProgrammingError):  # PostgreSQL: another process makes it in this moment
            _make_table(engine)
        return engine


def _engine(url: str) -> Engine:
    if url == "sqlite://":
        return create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    if file := database_file(url):
        file.parent.mkdir(parents=True, exist_ok=True)
        return create_engine(url, connect_args={"timeout": 30})
    return create_engine(url, pool_pre_ping=True)


def _make_table(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(CreateTable(JOBS, if_not_exists=True))
        connection.execute(CreateIndex(BY_STATE, if_not_exists=True))


@contextmanager
def ledger_errors(url: str) -> Iterator[None]:
    """Turn what the database raises into one RegistryError that names the place and the way out."""
    try:
        yield
    except (OSError, sqlite3.Error, SQLAlchemyError, ImportError) as error:
        text = str(getattr(error, "orig", None) or error).strip().partition("\n")[0].rstrip(".")[:300]
        raise RegistryError(sentence_of(text, f"The ledger of jobs at {url}", settings().home)) from error
