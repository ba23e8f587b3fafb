from __future__ import annotations

from pathlib import Path

import pytest
from scipy.stats import binomtest

from core.data.sample import load_sample
from core.jobs.committee import make_committee
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import operator
from core.report.card import model_card
from core.runs import artifacts, housekeeping, registry
from core.runs.leaderboard import find
from tests.pages.judged_runs import judged_run, misread


@pytest.fixture(autouse=True)
def _registry(migrated: Path) -> None:
    """Start from a registry that opens at once."""


def test_it_tells_figures_with_intervals_and_known_failures() -> None:
    run = judged_run(misread(4, 9, 10), seed=7)
    registry.log_curve(run.run_id, 3, {"accuracy": 0.5, "validation_accuracy": 0.25})
    registry.log_seconds(run.run_id, {"fit": 12.0, "latency": 0.0015})
    card = model_card(registry.get(run.run_id), load_sample())
    interval = binomtest(490, 500).proportion_ci(method="wilson")
    assert f"| accuracy | 98.00 % | {100 * interval.low:.2f} % to {100 * interval.high:.2f} % |" in card
    assert "- 4 predicted as 9: 10 of the 4s, 20.00 %" in card
    assert "- seed: 7" in card
    assert load_sample().fingerprint in card
    assert "| 3 | 0.5000 | 0.2500 |" in card
    assert "- Fit time: 12.0 s" in card and "- One digit: 1.50 ms" in card


def test_every_part_is_there_for_a_shipped_model() -> None:
    card = model_card(find("svm", load_sample()), load_sample())
    for part in ("Metrics", "Configuration", "Cost", "Machine and versions"):
        assert f"## {part}\n" in card
    assert "- Model file: 3.86 MB" in card
    assert "- scikit-learn: " in card
    assert "host" not in card


def test_a_committee_s_card_names_its_members() -> None:
    run = make_committee([find("svm", load_sample()), find("forest", load_sample())], load_sample(), weights="equal")
    card = model_card(run, load_sample())
    assert card.count(": 50.0 %") == 2


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED])
def test_a_run_without_a_model_has_a_card(state: State) -> None:
    specification = Specification.from_preset("cnn")
    run_id = registry.create(specification, load_sample().fingerprint, name="<img> | `x`").run_id
    registry.enter(run_id, state, reason="The worker died.")
    card = model_card(registry.get(run_id), load_sample())
    assert card.startswith("# \\<img\\> \\| \\`x\\`\n")
    assert "The run has not been evaluated." in card
    assert "- learning\\_rate: 0.005" in card


def test_lost_predictions_leave_the_stored_figures(home: Path) -> None:
    run = judged_run()
    (path,) = home.rglob(artifacts.PREDICTIONS)
    path.unlink()
    card = model_card(registry.get(run.run_id), load_sample())
    assert "has no predictions.npz" in card
    assert "| test\\_accuracy | 1 |" in card


def test_the_command_prints_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from core.cli.runs import card

    monkeypatch.setattr("core.cli.runs.load_dataset", load_sample)
    run = judged_run(name="mine")
    housekeeping.note(run, "for the fair", actor=operator())
    card(run.run_id[:8])
    printed = capsys.readouterr().out
    assert printed.startswith("# mine\n")
    assert "- Note: for the fair" in printed
