from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.errors import InputError, RegistryError
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import operator
from core.runs import artifacts, housekeeping, registry
from core.runs.run import Run
from core.settings import settings


@pytest.fixture
def finished(specification: Specification) -> Run:
    run = registry.create(specification, "9e4511b523ac0ac3")
    registry.enter(run.run_id, State.FINISHED)
    return registry.get(run.run_id)


def test_rename_note_and_tags_are_kept(finished: Run) -> None:
    housekeeping.rename(finished, "  my\nbest  ", actor=operator())
    housekeeping.note(finished, "why it won", actor=operator())
    housekeeping.tag(finished, ("demo", "demo", "for Ada"), actor=operator())
    run = registry.get(finished.run_id)
    assert (run.name, run.note, run.tags) == ("my best", "why it won", ("demo", "for Ada"))


def test_an_empty_name_is_refused(finished: Run) -> None:
    with pytest.raises(InputError, match="at least one printable character"):
        housekeeping.rename(finished, " \n ", actor=operator())


def test_a_run_at_work_is_not_thrown_away(specification: Specification) -> None:
    run = registry.create(specification, "9e4511b523ac0ac3")
    with pytest.raises(InputError, match="is queued; cancel it first"):
        housekeeping.delete(run, actor=operator())


def test_the_trash_gives_back_or_frees(finished: Run, tmp_path: Path) -> None:
    folder = tmp_path / "artefacts"
    folder.mkdir()
    (folder / "job.log").write_text("x" * 1000)
    artifacts.store(finished.run_id, folder)
    housekeeping.delete(finished, actor=operator())
    assert registry.all_runs() == []
    housekeeping.restore(finished, actor=operator())
    assert [run.run_id for run in registry.all_runs()] == [finished.run_id]
    housekeeping.delete(finished, actor=operator())
    count, freed = housekeeping.purge(actor=operator())
    assert (count, freed) == (1, 1000)
    assert registry.all_runs(deleted=True) == []


def test_a_run_whose_files_a_purge_took_says_so_when_it_is_restored(finished: Run, tmp_path: Path) -> None:
    folder = tmp_path / "artefacts"
    folder.mkdir()
    (folder / artifacts.PREDICTIONS).write_text("x")
    artifacts.store(finished.run_id, folder)
    housekeeping.delete(finished, actor=operator())
    assert housekeeping.restore(finished, actor=operator()).endswith("was restored.")
    housekeeping.delete(finished, actor=operator())
    shutil.rmtree(settings().artifacts / finished.run_id)  # as a purge that was killed between the two
    assert "Its files are gone" in housekeeping.restore(finished, actor=operator())


def test_a_purge_that_dies_leaves_files_without_a_run_rather_than_a_run_without_files(
    finished: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    housekeeping.delete(finished, actor=operator())

    def die(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", die)
    with pytest.raises(KeyboardInterrupt):
        housekeeping.purge(actor=operator())
    assert registry.all_runs(deleted=True) == []


def test_a_missing_artefact_is_named(finished: Run) -> None:
    with pytest.raises(RegistryError, match=r"has no predictions\.npz"):
        artifacts.predictions(finished)


def test_damaged_predictions_are_told(tmp_path: Path) -> None:
    (tmp_path / "predictions.npz").write_bytes(b"PK\x03\x04 half a file")
    with pytest.raises(RegistryError, match=r"predictions\.npz are"):
        artifacts.Predictions.load(tmp_path / "predictions.npz")


@pytest.mark.parametrize("name", ['it\'s 100 % "x" \\ ; --', "n" * 120])
def test_two_runs_have_two_names(finished: Run, specification: Specification, name: str) -> None:
    housekeeping.rename(finished, name, actor=operator())
    assert registry.get(finished.run_id).name == name
    other = registry.create(specification, "9e4511b523ac0ac3", name=name)
    assert other.name == f"{name[:114]} (2)"
