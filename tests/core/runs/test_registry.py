from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import InputError, ReadOnlyError, RegistryError, UnknownRunError
from core.ledger.current import ledger
from core.ledger.states import State
from core.models.specification import Specification
from core.runs import database, registry
from core.runs.names import clean_name
from core.runs.run import Progress

pytestmark = pytest.mark.processes

FINGERPRINT = "9e4511b523ac0ac3"


def test_a_new_run_waits_and_keeps_its_specification(specification: Specification) -> None:
    run = registry.get(registry.create(specification, FINGERPRINT, owner="ada").run_id)
    assert (run.state, run.owner, run.model) == (State.QUEUED, "ada", "logistic")
    assert run.specification == specification
    assert run.key == specification.key(FINGERPRINT)
    assert run.name == "Logistic fast, seed 3"


def test_a_run_goes_from_state_to_state(specification: Specification) -> None:
    run_id = registry.create(specification, FINGERPRINT).run_id
    registry.enter(run_id, State.RUNNING)
    registry.log_metrics(run_id, {"accuracy": 0.9, "log_loss": float("nan")}, prefix="test_")
    registry.log_seconds(run_id, {"fit": 2.5})
    registry.enter(run_id, State.FINISHED)
    run = registry.get(run_id)
    assert run.finished
    assert run.ended is not None
    assert run.metrics == {"test_accuracy": 0.9}
    assert run.seconds == {"fit": 2.5}


def test_the_ledger_knows_how_far_a_run_is_and_reading_changes_nothing(specification: Specification) -> None:
    """The process that works on it may be silent for as long as it likes: whoever looks does not end it."""
    run_id = registry.create(specification, FINGERPRINT).run_id
    ledger().add(run_id, "training", "ada")
    lease = ledger().start(run_id)
    assert lease is not None
    lease.report(fraction=0.25, message="epoch 1 of 4", at=5.0)
    ledger()._change(run_id, machine="another machine", born="long ago")
    before = ledger().record(run_id)
    for _ in range(2):
        for run in (registry.get(run_id), *registry.all_runs()):
            assert (run.state, run.progress) == (State.RUNNING, Progress(0.25, "epoch 1 of 4", 5.0))
    assert ledger().record(run_id) == before


def test_curves_are_read_in_order_of_their_steps(specification: Specification) -> None:
    run_id = registry.create(specification, FINGERPRINT).run_id
    for step, value in ((2, 0.5), (1, 0.9), (3, 0.3)):
        registry.log_curve(run_id, step, {"loss": value})
    assert registry.curves(run_id, ("loss", "accuracy")) == {"loss": [(1, 0.9), (2, 0.5), (3, 0.3)]}


def test_no_experiment_keeps_its_artefacts_outside_the_home(home: Path) -> None:
    places = {entry.name: entry.artifact_location for entry in database.client().search_experiments()}
    assert set(places) == {"Default", database.EXPERIMENT}
    assert all(place.startswith(home.as_uri()) for place in places.values()), places


def test_an_earlier_identical_run_is_found_by_its_key(specification: Specification) -> None:
    run_id = registry.create(specification, FINGERPRINT).run_id
    key = specification.key(FINGERPRINT)
    assert registry.earlier(key) is None
    registry.enter(run_id, State.FINISHED)
    earlier = registry.earlier(key)
    assert earlier is not None
    assert earlier.run_id == run_id


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("../../x", "../../x"),
        ("a\x00b\n\tc", "a b c"),
        ("x" * 10_000, "x" * 120),
        ("ne\u0301e", "n\u00e9e"),
        ("zero\u200bwidth \u202eright-to-left", "zero width right-to-left"),
    ],
)
def test_names_are_one_printable_line(specification: Specification, name: str, kept: str) -> None:
    assert clean_name(name) == kept


def test_a_name_that_is_too_long_is_told(specification: Specification) -> None:
    with pytest.raises(InputError, match=r"A name has at most 120 characters; got 10,000\."):
        registry.create(specification, FINGERPRINT, name="x" * 10_000)
    assert registry.all_runs() == []


def test_an_owners_name_is_one_printable_line_too(specification: Specification) -> None:
    run = registry.create(specification, FINGERPRINT, owner="ada\u202e\n<b>" + "x" * 10_000)
    assert run.owner.startswith("ada <b>xxx") and len(run.owner) == 120


def test_an_unknown_run_is_named() -> None:
    with pytest.raises(UnknownRunError, match="There is no run 'nobody'"):
        registry.get("nobody")


def test_read_only_starts_nothing(specification: Specification, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    with pytest.raises(ReadOnlyError, match="DIGITLAB_MODE=readonly"):
        registry.create(specification, FINGERPRINT)


def test_a_damaged_database_is_told_in_one_sentence(home: Path) -> None:
    (home / "runs.db").write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(RegistryError, match=r"runs\.db is damaged; move the file away"):
        registry.all_runs()


def test_a_tracking_server_that_is_not_there_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    says = r"server at http://127\.0\.0\.1:9 does not answer: start it, or unset MLFLOW_TRACKING_URI"
    with pytest.raises(RegistryError, match=says):
        registry.all_runs()


def test_the_database_uses_a_write_ahead_log(home: Path, specification: Specification) -> None:
    registry.create(specification, FINGERPRINT)
    with sqlite3.connect(home / "runs.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_three_processes_may_create_the_database_at_once(home: Path) -> None:
    (home / "runs.db").unlink()
    program = "from core.runs import registry; print(len(registry.all_runs()))"
    started = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    outputs = [process.communicate(timeout=120) for process in started]
    assert [output.strip() for output, _ in outputs] == ["0", "0", "0"], outputs
