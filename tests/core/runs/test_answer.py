"""Which model answers: what somebody trains badly, imports, or trains on other images changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.data import load_sample
from core.errors import RegistryError
from core.models.serving.committee import Committee, Member
from core.models.serving.shipped import shipped
from core.runs.answer import answering_run, choose
from core.runs.run import Run
from core.runs.shipped import shipped_runs
from core.settings import settings
from tests.read_only import read_only


@pytest.fixture
def runs() -> list[Run]:
    return shipped_runs(load_sample())


def trained(runs: list[Run], accuracy: float, **changes) -> Run:
    """A run as a training leaves it behind, judged on the full validation set."""
    full = shipped()["cnn"].content["fingerprint"]
    metrics = {"validation_accuracy": accuracy, "validation_log_loss": 0.01}
    return replace(runs[0], run_id="a" * 32, shipped=False, fingerprint=full, metrics=metrics, **changes)


def members(runs: list[Run]) -> tuple[Member, ...]:
    return tuple(Member(run_id=run.run_id, name=run.name, model=run.model, created="", weight=0.5) for run in runs[:2])


def test_the_best_shipped_model_answers_first(runs: list[Run]):
    assert choose(runs).run_id == "cnn"


def test_a_bad_model_changes_nothing(runs: list[Run]):
    assert choose([trained(runs, 0.9), *runs]).run_id == "cnn"


def test_a_better_model_of_all_digits_answers_and_a_tie_goes_to_the_shipped_one(runs: list[Run]):
    assert choose([trained(runs, 0.9999), *runs]).run_id == "a" * 32
    tie = shipped()["cnn"].content["metrics"]["validation_accuracy"]
    assert choose([trained(runs, tie), *runs]).run_id == "cnn"


@pytest.mark.parametrize(
    "changes",
    [{"fingerprint": "x"}, {"trained_on_evaluation_data": True}, {"external": True}, {"specification": None}],
)
def test_what_is_judged_otherwise_never_answers(runs: list[Run], changes: dict):
    assert choose([replace(trained(runs, 0.9999), **changes), *runs]).run_id == "cnn"


def test_a_model_that_never_saw_a_digit_never_answers(runs: list[Run]):
    known = runs[0].specification
    assert known is not None
    left_out = known.model_copy(update={"experiment": known.experiment.model_copy(update={"left_out": (4,)})})
    assert choose([replace(trained(runs, 0.9999), specification=left_out), *runs]).run_id == "cnn"


def test_a_committee_answers_only_as_champion(runs: list[Run]):
    committee = Committee(weights="equal", members=members(runs), temperature=1)
    together = replace(trained(runs, 0.9999), specification=None, committee=committee, model="committee")
    assert choose([together, *runs]).run_id == "cnn"
    assert choose([together, *runs], together) is together


def test_without_any_model_a_sentence_says_what_to_do():
    with pytest.raises(RegistryError, match="train one"):
        choose([])


def test_a_shipped_model_answers_where_the_home_cannot_be_written_to(home: Path, caplog: pytest.LogCaptureFixture):
    home.mkdir(exist_ok=True)
    with read_only(home):
        assert not settings().writable
        assert answering_run(load_sample()).run_id == "cnn"
    assert f"{home} cannot be written to" in caplog.text and "DIGITLAB_HOME" in caplog.text


def test_a_damaged_registry_is_told_instead(home: Path):
    home.mkdir(exist_ok=True)
    (home / "runs.db").write_bytes(b"no database" * 400)
    with pytest.raises(RegistryError, match="damaged"):
        answering_run(load_sample())
