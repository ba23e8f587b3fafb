from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import DataError
from core.jobs.questions import label_effect, wrong_labels
from core.ledger.current import ledger
from core.ledger.lease import working_under
from core.models.kind import Silent
from core.preprocessing.experiments import with_wrong_labels

TRAIN = load_sample().train
IMAGES, LABELS = TRAIN.images[:1_500], TRAIN.labels[:1_500]


@pytest.fixture(autouse=True)
def _on_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.sources.load_dataset", load_sample)


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Threads that each fit of an SVM starts."""
    counted: list[int] = []

    def pool(threads: int) -> ThreadPoolExecutor:
        counted.append(threads)
        return ThreadPoolExecutor(threads)

    monkeypatch.setattr("core.models.svm.machine.ThreadPoolExecutor", pool)
    return counted


def test_the_rule_is_that_of_the_paper() -> None:
    """Equations 1 to 3 and method 3 of Northcutt, Jiang and Chuang 2021, written down from the paper."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 3_000).astype(np.uint8)
    scores = rng.normal(size=(3_000, 10)) + 3 * np.eye(10)[with_wrong_labels(labels, 0.2, (), rng)]
    probabilities = (np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)).astype(np.float32)
    usual = np.array([probabilities[labels == digit, digit].astype(float).mean() for digit in range(10)])
    reached = np.where(probabilities >= usual, probabilities, -1)
    counted = reached.max(axis=1) >= 0
    joint = np.zeros((10, 10))
    np.add.at(joint, (labels[counted], reached.argmax(axis=1)[counted]), 1)
    found, read = wrong_labels.doubtful(labels, probabilities), probabilities.argmax(axis=1)
    for digit in range(10):
        own = np.flatnonzero(labels == digit)
        many = len(own) * (1 - joint[digit, digit] / joint[digit].sum())
        least = own[np.argsort(probabilities[own, digit])][: round(many)]
        wrong = set(least[read[least] != digit].tolist())
        assert len(wrong ^ set(found[labels[found] == digit].tolist())) <= 1, "but for the rounding of counts"
    assert (np.diff(probabilities[found, labels[found]]) >= 0).all(), "the least probable label comes first"


def test_labels_flipped_on_purpose_are_found() -> None:
    flipped = with_wrong_labels(LABELS, 0.05, (), np.random.default_rng(1))
    found = wrong_labels.search(IMAGES, flipped, Silent())
    wrong, table = np.flatnonzero(flipped != LABELS), wrong_labels.candidates(found, flipped)
    right = np.isin(table["position"], wrong)
    assert right.sum() > 0.9 * len(wrong) and right.mean() > 0.8
    assert right[:20].all()
    assert table["wrong"].all(), "more than 1 % look wrong"
    suggested = table["suggested"][right].to_numpy()
    assert (suggested == LABELS[table["position"][right]]).mean() > 0.95
    assert (table["suggested"] != table["given"]).all()


def test_improbable_labels_fill_the_list_up() -> None:
    probabilities = np.full((500, 10), 0.01, np.float32)
    probabilities[np.arange(500), LABELS[:500]] = np.linspace(0.5, 0.91, 500)[::-1]
    listed = wrong_labels.to_review(np.array([7]), LABELS[:500], probabilities)
    assert listed.tolist() == [7, 499, 498, 497, 496], "1 % of the images, what looks wrong first"
    assert len(wrong_labels.to_review(np.arange(20), LABELS[:500], probabilities)) == 20


def test_no_image_is_judged_by_a_model_that_was_trained_on_it() -> None:
    """A machine that has seen an image tells its label even where labels mean nothing."""
    labels = np.random.default_rng(2).permutation(LABELS[:600])
    probabilities = wrong_labels.out_of_fold(IMAGES[:600], labels, Silent())
    assert (probabilities.argmax(axis=1) == labels).mean() < 0.2
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-4)


def test_the_job_tells_how_far_it_is(migrated: object, monkeypatch: pytest.MonkeyPatch, pools: list[int]) -> None:
    monkeypatch.setattr("core.jobs.monitor.WRITE_SECONDS", 0.0)
    small = load_sample()
    monkeypatch.setattr(wrong_labels, "load_expected", lambda fingerprint: type(small)(
        small.name, small.origin, type(TRAIN)(IMAGES[:400], LABELS[:400], TRAIN.index[:400]), small.validation,
        small.test, small.fingerprint,
    ))  # fmt: skip
    asked = wrong_labels.question(small.fingerprint)
    ledger().add(asked.job_id, "question", "ada")
    lease = ledger().start(asked.job_id)
    assert lease is not None
    with working_under(lease):
        wrong_labels.run(small.fingerprint)
    record = ledger().record(asked.job_id)
    assert record is not None and record.progress["fraction"] == 1.0
    assert record.progress["message"].startswith("fold 5 of 5: ")
    assert pools == [1] * 5, "its worker has one thread"


def test_the_effect_is_of_the_labels(pools: list[int]) -> None:
    """Trained with every third 4 called a 9, the machine reads more 4s as 9 than with the labels of the data."""
    fours = np.flatnonzero(TRAIN.labels == 4)[::3].tolist()
    corrections = tuple((position, 4, 9) for position in fours)
    plain, changed = (
        label_effect.run(label_effect.question(chosen, "").arguments[0], load_sample().fingerprint)["predictions"]
        for chosen in ((), corrections)
    )
    assert pools == [1, 1], "its worker has one thread"
    judged = load_sample().validation.labels
    assert (changed[judged == 4] == 9).sum() > (plain[judged == 4] == 9).sum()


def test_other_data_is_refused() -> None:
    for run in (wrong_labels.run, lambda mark: label_effect.run("{}", mark)):
        with pytest.raises(DataError, match="has other data"):
            run("0" * 16)
