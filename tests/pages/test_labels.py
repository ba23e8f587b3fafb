"""Doubtful training labels: deciding about them on Data, and training with the decisions on Train."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data import label_review
from core.data.sample import load_sample
from core.jobs.questions import label_effect, wrong_labels
from core.jobs.questions.kept import keep
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import Actor, operator
from core.preprocessing.experiments import Experiment
from core.runs import registry
from tests.pages.judged_runs import texts

Open = Callable[..., AppTest]
DATASET = load_sample()
GIVEN = DATASET.train.labels
FOUND = (40, 7, 300, 1_200)
"""Positions of the images whose labels a search found doubtful, in its order."""


@pytest.fixture(autouse=True)
def _on_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)


@pytest.fixture
def labels(open_page: Open) -> Callable[..., AppTest]:
    """The Labels part of Data, after a search that found four labels doubtful, each read as the next digit."""
    rows = np.full((len(FOUND), 10), 0.005, np.float32)
    rows[range(len(FOUND)), suggested()] = 0.955
    keep(wrong_labels.question(DATASET.fingerprint), {
        "position": np.array(FOUND), "wrong": np.array(4), "probabilities": rows,
    })  # fmt: skip
    return lambda **address: open_page("pages/1_Data.py", part="Labels", **address)


def suggested() -> list[int]:
    return [(int(GIVEN[position]) + 1) % 10 for position in FOUND]


def test_without_a_search_there_is_one_button(open_page: Open) -> None:
    page = open_page("pages/1_Data.py", part="Labels")
    assert [button.label for button in page.button if button.key == "ask"] == ["Search for wrong labels"]


def test_decisions_are_listed_without_a_search(open_page: Open) -> None:
    label_review.decide(DATASET, 9, None, operator())
    page = open_page("pages/1_Data.py", part="Labels", labels_shown="reviewed")
    assert "1 reviewed: 0 kept, 0 relabelled, 1 left out." in texts(page) and "training labels look" not in texts(page)
    assert page.button("label_keep")


def test_each_decision_is_written_down_and_leads_to_the_next_image(labels: Callable[..., AppTest]) -> None:
    page = labels()
    assert "4 of 4,000" in texts(page) and "None has been reviewed yet" in texts(page)
    assert f"Read as **{suggested()[0]}** with 95.5 %, as **{GIVEN[40]}** with 0.5 %" in texts(page)
    for key in ("label_keep", "label_out", f"label_{suggested()[2]}"):
        page.button(key).click().run()
    found = label_review.decisions(DATASET)
    assert {position: decision.verdict for position, decision in found.items()} == {
        40: "keep", 7: "leave out", 300: "relabel",
    }  # fmt: skip
    assert page.query_params["candidate"] == "1200"
    assert "3 reviewed: 1 kept, 1 relabelled, 1 left out." in texts(page)
    page.button("label_undo").click().run()
    assert list(label_review.decisions(DATASET)) == [7, 40] and page.query_params["candidate"] == "300"


def test_a_candidate_has_its_address(labels: Callable[..., AppTest]) -> None:
    page = labels(candidate="300", labels_shown="all")
    assert f"Read as **{suggested()[2]}**" in texts(page)
    assert labels(candidate="nonsense").button("label_keep")


def test_a_reviewed_label_that_the_search_does_not_doubt_is_listed_too(labels: Callable[..., AppTest]) -> None:
    label_review.decide(DATASET, 9, None, operator())
    page = labels(labels_shown="reviewed")
    assert "The search does not doubt this label." in texts(page) and "Left out, decided by" in texts(page)
    assert "The search does not doubt" not in texts(labels())


def test_an_image_of_somebody_else_s_cannot_be_decided_about(
    labels: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    label_review.decide(DATASET, 40, None, Actor("ada"))
    monkeypatch.setattr("core.ui.identity.current_actor", lambda: Actor("bob"))
    page = labels(candidate="40", labels_shown="reviewed")
    assert page.button("label_keep").disabled and "Left out, decided by ada." in texts(page)
    assert not labels(candidate="7").button("label_keep").disabled


def test_read_only_shows_and_changes_nothing(labels: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    page = labels()
    deciding = [button for button in page.button if str(button.key).startswith("label_")]
    assert {button.label for button in deciding if not button.disabled} == {"Next"}


def test_the_effect_is_told_with_its_interval(labels: Callable[..., AppTest]) -> None:
    label_review.decide(DATASET, 40, suggested()[0], operator())
    assert "Measure the effect" in [button.label for button in labels().button]
    judged = DATASET.validation.labels.copy()
    keep(label_effect.question((), DATASET.fingerprint), {"predictions": judged})
    worse = np.where(np.arange(len(judged)) < 20, (judged + 1) % 10, judged).astype(np.uint8)
    keep(label_effect.question(label_review.corrections(DATASET), DATASET.fingerprint), {"predictions": worse})
    page = labels()
    assert "**the reviewed labels** is 4.00 points worse than **the labels as given** (between -" in texts(page)
    assert "480 of 500 validation images correctly when trained with the reviewed labels, 500" in texts(page)


def test_train_takes_the_reviewed_labels(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    label_review.decide(DATASET, 40, suggested()[0], operator())
    label_review.decide(DATASET, 7, int(GIVEN[7]), operator())
    page = open_page("pages/2_Train.py", model="logistic", labels="reviewed")
    assert "with 1 reviewed label" in texts(page)
    assert "reviewed" not in texts(open_page("pages/2_Train.py", model="logistic"))


def test_a_run_with_reviewed_labels_is_trained_again_with_the_same_ones(open_page: Open) -> None:
    """Whatever was decided since."""
    experiment = Experiment(limit=50, corrections=((7, int(GIVEN[7]), None),))
    asked = Specification.from_preset("logistic", "fast", experiment=experiment)
    run = registry.create(asked, DATASET.fingerprint, name="before")
    registry.enter(run.run_id, State.FINISHED)
    label_review.decide(DATASET, 40, suggested()[0], operator())
    page = open_page("pages/2_Train.py", **{"from": run.run_id})
    assert "An identical training exists: before" in texts(page)
    assert "reviewed" not in texts(open_page("pages/2_Train.py", **{"from": run.run_id, "labels": "given"}))
