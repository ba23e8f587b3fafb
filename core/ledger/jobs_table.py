"""The table of jobs: read by conditions, changed by one conditional update."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Delete, Engine, Insert, Update, select, update

from core.ledger.states import ACTIVE
from core.ledger.store import JOBS, Kind, Record, database_file, ledger_errors, open_engine, record_of


class JobsTable:
    """The records of one database, which is opened when it is first needed.

    Parameters
    ----------
    url : str
        A database address of SQLAlchemy.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._opened: Engine | None = None
        self._opening = threading.Lock()

    @property
    def _engine(self) -> Engine:
        with self._opening:
            if self._opened is None:
                self._opened = open_engine(self.url)
            return self._opened

    @property
    def _empty(self) -> bool:
        """Whether there is no database yet; reading makes none."""
        file = database_file(self.url)
        return self._opened is None and file is not None and not file.exists()

    def record(self, job_id: str) -> Record | None:
        """Return one job; None where there is none."""
        return next(iter(self.records(JOBS.c.id == job_id)), None)

    def records(
        self,
        *conditions: ColumnElement[bool],
        kind: Kind | None = None,
        owner: str | None = None,
        active: bool = False,
        ids: Collection[str] | None = None,
    ) -> list[Record]:
        """Return jobs in the order in which they were submitted; changes nothing."""
        if self._empty:
            return []
        asked = select(JOBS).where(*conditions).order_by(JOBS.c.submitted)
        if kind is not None:
            asked = asked.where(JOBS.c.kind == kind)
        if owner is not None:
            asked = asked.where(JOBS.c.owner == owner)
        if active:
            asked = asked.where(JOBS.c.state.in_(ACTIVE))
        if ids is not None:
            asked = asked.where(JOBS.c.id.in_(ids))
        with ledger_errors(self.url), self._engine.connect() as connection:
            return [record_of(row) for row in connection.execute(asked)]

    def _change(self, job_id: str | None, *conditions: ColumnElement[bool], **values: Any) -> bool:
        """Update one job (None: all) where the conditions hold; returns whether anything changed."""
        which = conditions if job_id is None else (JOBS.c.id == job_id, *conditions)
        return bool(self._execute(update(JOBS).where(*which).values(**values)))

    def _execute(self, statement: Insert | Update | Delete) -> int:
        """Execute a change in a transaction of its own; returns the number of rows that it changed."""
        with ledger_errors(self.url), self._engine.begin() as connection:
            return int(connection.execute(statement).rowcount)
