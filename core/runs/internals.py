"""Everything private that is used of MLflow and Optuna, in one place.

Neither library has a public function for these. `tests/core/runs/test_internals.py` names what an upgrade broke.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.runs.migration import known_revisions

PRIVATE = {
    "mlflow.store.db.utils:create_sqlalchemy_engine": ("db_uri",),
    "mlflow.store.db.utils:_upgrade_db": ("engine",),
    "mlflow.store.db.utils:_initialize_tables": ("engine",),
    "mlflow.store.tracking.sqlalchemy_store:SqlAlchemyStore._hard_delete_run": ("self", "run_id"),
    "mlflow.store.tracking.sqlalchemy_store:SqlAlchemyStore._hard_delete_logged_model": ("self", "model_id"),
    "mlflow.store.tracking.sqlalchemy_store:SqlAlchemyStore._get_logged_model_record": ("self", "session", "model_id"),
}
"""What is called: where it is, and its first parameters."""


def registry_revisions() -> tuple[str, ...]:
    """Return the revisions of MLflow's tables, the newest first."""
    return known_revisions("mlflow.store", "db_migrations")


def study_revisions() -> tuple[str, ...]:
    """Return the revisions of Optuna's tables, the newest first."""
    return known_revisions("optuna.storages._rdb", "alembic")


def migrate_registry(database: Path) -> None:
    """Make what `mlflow server` makes at its first start, or do what `mlflow db upgrade` does, without a process."""
    from mlflow.store.db import utils

    engine = utils.create_sqlalchemy_engine(f"sqlite:///{database}")
    try:
        if database.is_file() and database.stat().st_size:
            utils._upgrade_db(engine)
        else:
            utils._initialize_tables(engine)
    finally:
        engine.dispose()


def delete_for_good(client: Any, run_id: str) -> None:
    """Do for one run of a database, and for its logged models, what `mlflow gc` does."""
    store = client._tracking_client.store
    outputs = client.get_run(run_id).outputs
    for output in outputs.model_outputs if outputs else ():
        store._hard_delete_logged_model(output.model_id)
    store._hard_delete_run(run_id)


def place_logged_model(client: Any, model_id: str, location: str) -> None:
    """Let a logged model of a database have its files elsewhere than MLflow has chosen, such as among its run's."""
    store = client._tracking_client.store
    with store.ManagedSessionMaker(read_only=False) as session:
        store._get_logged_model_record(session, model_id).artifact_location = location


def metrics_of(run: Any) -> list[Any]:
    """Return a run's last metrics with their moments, as MLflow's own entities."""
    return list(run.data._metric_objs)
