from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import RegistryError, StudyError
from core.jobs.tuning import search_actions, storage
from core.jobs.tuning.view import view
from core.runs.internals import study_revisions
from core.runs.migration import backups, revision
from tests.core.jobs.searching import small_search

OLDER = "v3.0.0.d"


def test_studies_of_an_older_optuna_are_backed_up_and_migrated(home: Path) -> None:
    """Its version 3.0 left the same tables without an index, which is what the migration to 3.2 adds."""
    search_actions.create(small_search(), "from then")
    with closing(sqlite3.connect(home / "studies.db")) as connection, connection:
        connection.execute("DROP INDEX ix_trials_study_id")
        connection.execute("UPDATE alembic_version SET version_num = ?", (OLDER,))
    storage._opened.clear()
    assert revision(home / "studies.db") == OLDER
    assert view("from then").state == "queued"
    with closing(sqlite3.connect(home / "studies.db")) as connection:
        indices = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert "trials_study_id_key" in indices
    (backup,) = backups().glob("studies-*.db")
    assert (revision(backup), revision(home / "studies.db")) == (OLDER, study_revisions()[0])


@pytest.mark.parametrize("address", ["sqlite:///{home}/runs.db", "sqlite:///{home}/../home/runs.db"])
def test_the_database_of_mlflow_is_refused_untouched(
    migrated: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    content = (migrated / "runs.db").read_bytes()
    monkeypatch.setenv("DIGITLAB_STUDIES", address.format(home=migrated))
    with pytest.raises(StudyError, match="`DIGITLAB_STUDIES` must not be MLflow's database; name another one"):
        search_actions.names()
    assert (migrated / "runs.db").read_bytes() == content
    assert [path.name for path in migrated.iterdir()] == ["runs.db"]


def test_studies_of_a_newer_optuna_are_told(home: Path) -> None:
    search_actions.create(small_search(), "from later")
    storage._opened.clear()
    with closing(sqlite3.connect(home / "studies.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'v99'")
    with pytest.raises(RegistryError, match=r"studies\.db was written by newer libraries"):
        search_actions.names()
