"""What is private of MLflow and Optuna, and still there: each failure names the part that an upgrade took away."""

from __future__ import annotations

import importlib
import inspect
import sqlite3
from contextlib import closing
from functools import reduce
from pathlib import Path

import pytest

from core.data.sample import load_sample
from core.models.specification import Specification
from core.runs import internals, registry
from core.runs.database import client
from core.runs.migration import revision


@pytest.mark.parametrize("place", internals.PRIVATE)
def test_it_is_there_and_takes_what_it_took(place: str) -> None:
    module, _, name = place.partition(":")
    found = reduce(getattr, name.split("."), importlib.import_module(module))
    assert tuple(inspect.signature(found).parameters)[: len(internals.PRIVATE[place])] == internals.PRIVATE[place]


@pytest.mark.parametrize("revisions", [internals.registry_revisions, internals.study_revisions])
def test_the_migrations_are_where_they_were(revisions) -> None:
    known = revisions()
    assert len(known) == len(set(known)) > 1


def test_the_newest_revision_is_the_one_that_a_new_database_has(migrated: Path) -> None:
    assert revision(migrated / "runs.db") == internals.registry_revisions()[0]


def test_a_run_deleted_for_good_leaves_no_row(migrated: Path) -> None:
    run = registry.create(Specification.from_preset("logistic", "fast"), load_sample().fingerprint)
    internals.delete_for_good(client(), run.run_id)
    with closing(sqlite3.connect(migrated / "runs.db")) as connection:
        for table in ("runs", "tags", "params"):
            query = f"SELECT count(*) FROM {table} WHERE run_uuid = ?"
            assert connection.execute(query, (run.run_id,)).fetchone() == (0,)
