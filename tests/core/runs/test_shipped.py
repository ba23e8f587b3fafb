from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.data.sample import load_sample
from core.errors import InputError, UnknownRunError
from core.evaluation.metrics import evaluate
from core.jobs.shipping import add_seed, card
from core.ledger.states import State
from core.models.serving.shipped import FOLDER
from core.models.specification import Specification
from core.permissions import Actor, operator
from core.preprocessing.experiments import Experiment
from core.runs import champion, housekeeping, leaderboard, registry
from core.runs.shipped import seeds_in_words, shipped_predictions, shipped_runs


def test_on_the_sample_they_are_judged_on_the_sample_s_own_images() -> None:
    sample = load_sample()
    for run in shipped_runs(sample):
        assert run.fingerprint == sample.fingerprint
        stored = shipped_predictions(run.run_id, sample)
        assert stored.validation.shape == stored.test.shape == (500, 10)
        expected = evaluate(sample.test.labels, stored.test).accuracy
        assert run.metrics["test_accuracy"] == pytest.approx(expected)
        assert expected > 0.95


def test_a_run_is_found_by_name_id_or_prefix() -> None:
    sample = load_sample()
    run_id = registry.create(Specification.from_preset("logistic"), sample.fingerprint).run_id
    assert leaderboard.find("svm", sample).shipped
    assert leaderboard.find(run_id, sample).run_id == run_id
    assert leaderboard.find(run_id[:8], sample).run_id == run_id
    with pytest.raises(UnknownRunError, match="There is no run 'zzzz'"):
        leaderboard.find("zzzz", sample)


def test_shipped_models_cannot_be_changed() -> None:
    run = leaderboard.find("svm", load_sample())
    with pytest.raises(InputError, match="is a shipped model"):
        housekeeping.delete(run, actor=operator())


def test_a_champion_is_chosen_for_a_reason_and_the_choice_undone() -> None:
    sample = load_sample()
    assert champion.champion(sample) is None
    champion.crown(leaderboard.find("svm", sample), "small and quick", actor=Actor("ada", admin=True))
    run_id = registry.create(Specification.from_preset("logistic"), sample.fingerprint).run_id
    registry.enter(run_id, State.FINISHED)
    champion.crown(registry.get(run_id), "only for the demo", actor=Actor("bob", admin=True))
    chosen = champion.champion(sample)
    assert chosen is not None
    assert chosen.run_id == run_id
    assert [(choice.reason, choice.current) for choice in champion.history()] == [
        ("only for the demo", True),
        ("small and quick", False),
    ]
    champion.undo(actor=operator())
    back = champion.champion(sample)
    assert back is not None
    assert back.run_id == "svm"


def test_a_champion_needs_a_reason_and_a_finished_run() -> None:
    sample = load_sample()
    with pytest.raises(InputError, match="why this run becomes champion"):
        champion.crown(leaderboard.find("svm", sample), "  ", actor=operator())
    queued = registry.create(Specification.from_preset("logistic"), sample.fingerprint)
    with pytest.raises(InputError, match="is queued"):
        champion.crown(queued, "because", actor=operator())


def test_a_card_s_note_has_mean_and_range_over_the_seeds() -> None:
    one = {"seed": 0, "validation_accuracy": 0.996, "test_accuracy": 0.995}
    other = {"seed": 1, "validation_accuracy": 0.994, "test_accuracy": 0.996}
    assert seeds_in_words([one]) == "Measured with one seed."
    assert seeds_in_words([one, other]) == (
        "Error over 2 seeds: validation 0.50 % (0.40 to 0.60 %), test 0.45 % (0.40 to 0.50 %)."
    )
    assert seeds_in_words([one], [one, other]) == (
        "Mean of the weights of 2 networks; their errors: validation 0.50 % (0.40 to 0.60 %), "
        "test 0.45 % (0.40 to 0.50 %)."
    )


def test_the_card_of_a_mean_lists_its_networks() -> None:
    run = next(run for run in shipped_runs(load_sample()) if run.model == "cnn")
    mean = replace(run, specification=run.specification.model_copy(update={"averaged": ("cnn", "cnn")}))
    own = FOLDER.joinpath("cnn", "card.json").read_text()
    accuracies = {name: json.loads(own)["metrics"][name] for name in ("validation_accuracy", "test_accuracy")}
    assert card(mean)["averaged"] == [accuracies, accuracies]


def test_shipping_lists_the_accuracy_of_each_seed() -> None:
    run = next(run for run in shipped_runs(load_sample()) if run.model == "forest")
    repeat = replace(run, specification=run.specification.with_seed(7), metrics={**run.metrics, "test_accuracy": 0.5})
    unfinished = replace(run, specification=run.specification.with_seed(8), state=State.FAILED)
    found = card(run, [repeat, run, unfinished])["seeds"]
    assert [entry["seed"] for entry in found] == sorted([run.specification.seed, 7])
    assert found[1]["test_accuracy"] == 0.5
    assert found[0]["validation_accuracy"] == run.metrics["validation_accuracy"]


def test_a_repeat_with_another_seed_is_added_to_the_card_once(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "forest", tmp_path / "forest")
    own = next(run for run in shipped_runs(load_sample()) if run.model == "forest")
    repeat = replace(own, specification=own.specification.with_seed(3), metrics={**own.metrics, "test_accuracy": 0.5})
    for _ in range(2):
        path = add_seed(repeat, tmp_path)
    found = {entry["seed"]: entry["test_accuracy"] for entry in json.loads(path.read_text())["seeds"]}
    assert found[3] == 0.5
    assert found[0] > 0.98
    other = repeat.specification.model_copy(update={"experiment": Experiment.limited(500)})
    with pytest.raises(InputError, match="differs from what ships in more than the seed"):
        add_seed(replace(repeat, specification=other), tmp_path)
    with pytest.raises(InputError, match="Only a finished run of cnn, svm, forest"):
        add_seed(replace(repeat, state=State.FAILED), tmp_path)
