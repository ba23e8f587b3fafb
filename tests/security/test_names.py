"""What people type never becomes a path, a query, a log line or a terminal's markup."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cli.output import progress_bar
from core.data.own_digits import folder_of
from core.data.sources import load_dataset
from core.errors import RegistryError, UnknownRunError
from core.jobs.training import run_training
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import operator
from core.preprocessing.experiments import Experiment
from core.runs import artifacts, housekeeping, registry
from core.runs.leaderboard import find
from core.runs.names import MAX_NAME, checked_name, clean_name, printable_text
from core.takeaway.run_files import file_stem
from tests.core.report.test_document import run as some_run

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "../../x",
    "$(touch pwned); `id` && rm -rf ~",
    "'; drop table runs; --",
    "[/b][red]",
    "\u202ecba\u202c\u200bzero\u200dwidth",
    "con\x1b[2Jtrol\x00",
)


@given(st.text(max_size=300))
def test_a_kept_name_is_one_short_printable_line(text: str) -> None:
    kept = clean_name(text)
    assert len(kept) <= MAX_NAME and (kept == "" or kept.isprintable())
    assert clean_name(kept) == kept
    if len(kept) < MAX_NAME:
        assert checked_name(text) == kept


@given(st.text(max_size=300))
def test_a_note_keeps_its_lines_and_hides_nothing(text: str) -> None:
    kept = printable_text(text)
    assert kept.count("\n") == text.count("\n")
    assert kept.replace("\n", "").replace("\t", "").isprintable()


@given(st.text(max_size=200))
def test_names_of_downloads_are_letters_digits_and_dashes(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", file_stem(some_run(1, text or "x")))


@pytest.mark.parametrize("owner", HOSTILE)
def test_an_owners_folder_is_inside_the_home(owner: str, home: Path) -> None:
    assert folder_of(owner).resolve().parent == home.resolve() / "own_digits"


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize("asked", HOSTILE)
def test_what_is_no_run_is_told(asked: str) -> None:
    with pytest.raises(UnknownRunError):
        find(asked, load_dataset())
    assert registry.earlier("0123456789abcdef") is None


def test_a_terminal_shows_names_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    with progress_bar("[/b][red]name") as show:
        show(0.5, "[/b]message")
    assert "[/b][red]name" in shown.getvalue() and "[/b]message" in shown.getvalue()


def test_the_log_and_the_files_of_a_run_name_nobody(
    migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    caplog.set_level("DEBUG", "core")
    specification = Specification.from_preset("logistic", "fast", experiment=Experiment.limited(200))
    run = registry.create(
        specification, load_dataset().fingerprint, owner="ada@example.org", name="../../x <b>secret</b>"
    )
    finished = run_training(run.run_id)
    housekeeping.note(finished, "a secret note", actor=operator())
    assert finished.state is State.FINISHED
    said = caplog.text + artifacts.local(finished, artifacts.LOG).read_text()
    assert "Training started" in said
    assert "ada" not in said and "secret" not in said
    written = [path.relative_to(migrated).as_posix() for path in migrated.rglob("*")]
    assert any(run.run_id in path for path in written)
    assert not any("secret" in path or "ada" in path or ".." in path for path in written)


def test_a_password_in_an_address_is_not_shown(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:1")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(RegistryError, match=r"http://me:\*\*\*@127\.0\.0\.1:1") as told:
        registry.all_runs()
    assert "secret" not in str(told.value)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "postgresql://me:secret@127.0.0.1:99999/x")
    with pytest.raises(RegistryError, match=r"me:\*\*\*@127\.0\.0\.1:99999/x cannot be used: .* out of range") as told:
        registry.all_runs()
    assert "secret" not in str(told.value)
