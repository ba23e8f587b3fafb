from __future__ import annotations

import errno
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from core.data import label_review
from core.data.dataset import Dataset
from core.data.sample import load_sample
from core.errors import DataError, InputError, NotAllowedError, ParameterError, ReadOnlyError
from core.permissions import Actor
from core.preprocessing.experiments import MOST_CORRECTIONS

ADA, BOB, ROOT = Actor("ada"), Actor("bob"), Actor("root", admin=True)
DATASET = load_sample()
GIVEN = DATASET.train.labels.tolist()


def other(position: int) -> int:
    return (GIVEN[position] + 1) % 10


def test_decisions_become_corrections_and_the_data_stay_as_they_are() -> None:
    label_review.decide(DATASET, 8, other(8), ADA)
    label_review.decide(DATASET, 3, None, BOB)
    label_review.decide(DATASET, 5, GIVEN[5], BOB)
    found = label_review.decisions(DATASET)
    assert [(position, decision.in_words) for position, decision in found.items()] == [
        (3, "left out"), (5, "kept"), (8, f"now {other(8)}"),
    ]  # fmt: skip
    assert label_review.corrections(DATASET) == ((3, GIVEN[3], None), (8, GIVEN[8], other(8)))
    assert label_review.counts(list(found.values())) == {"keep": 1, "relabel": 1, "leave out": 1}
    assert load_sample().train.labels.tolist() == GIVEN


def test_undo_takes_back_one_s_own_last_decision_and_what_was_before_holds_again() -> None:
    label_review.decide(DATASET, 8, None, ADA)
    label_review.decide(DATASET, 8, other(8), ADA)
    label_review.decide(DATASET, 9, None, BOB)
    assert label_review.undo(DATASET, ADA).label == other(8)
    assert label_review.decisions(DATASET)[8].verdict == "leave out"
    label_review.undo(DATASET, ADA)
    assert list(label_review.decisions(DATASET)) == [9]
    with pytest.raises(InputError, match="no decision of ada about this data set's labels to undo"):
        label_review.undo(DATASET, ADA)


def test_only_the_owner_and_administrators_decide_again() -> None:
    label_review.decide(DATASET, 8, None, ADA)
    with pytest.raises(NotAllowedError, match="bob may not revise the label of training image 8: only ada and"):
        label_review.decide(DATASET, 8, GIVEN[8], BOB)
    label_review.decide(DATASET, 8, GIVEN[8], ROOT)
    assert label_review.decisions(DATASET)[8].verdict == "keep"
    with pytest.raises(NotAllowedError, match="Log in to review"):
        label_review.decide(DATASET, 9, None, Actor(""))


def test_read_only_mode_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    with pytest.raises(ReadOnlyError):
        label_review.decide(DATASET, 8, None, ROOT)
    assert not label_review.path_of(DATASET).exists()


@pytest.mark.parametrize(("position", "label"), [(-1, 3), (4_000, 3), (3, 10)])
def test_only_images_and_digits_that_there_are(position: int, label: int) -> None:
    with pytest.raises(ParameterError, match="must be between 0 and"):
        label_review.decide(DATASET, position, label, ADA)


def test_more_than_a_training_takes_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_review, "MOST_CORRECTIONS", 2)
    for position in range(3):
        label_review.decide(DATASET, position, None, ADA)
    with pytest.raises(InputError, match="up to 2 reviewed labels; 3 are changed"):
        label_review.corrections(DATASET)
    assert MOST_CORRECTIONS == 400


def test_a_damaged_list_is_named(home: Path) -> None:
    label_review.decide(DATASET, 8, None, ADA)
    label_review.path_of(DATASET).write_text("{", "utf-8")
    with pytest.raises(DataError, match=r"label_reviews.*\.jsonl is damaged"):
        label_review.decisions(DATASET)


def test_a_full_disk_leaves_the_list_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    label_review.decide(DATASET, 8, None, ADA)

    def half(path: Path, text: str, encoding: str) -> int:
        path.write_bytes(text.encode(encoding)[:-20])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(DataError, match=r"cannot be written to .*jsonl: No space left on device\.$"):
        label_review.decide(DATASET, 9, None, ADA)
    assert list(label_review.decisions(DATASET)) == [8]


def test_who_decides_at_the_same_moment_is_asked_for_the_right_to_revise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the list before either writes, unless one waits for the other."""
    both, read = threading.Barrier(2), label_review.decisions

    def slow(dataset: Dataset) -> dict[int, label_review.Decision]:
        found = read(dataset)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=0.5)
        return found

    monkeypatch.setattr(label_review, "decisions", slow)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(label_review.decide, DATASET, 8, None, actor) for actor in (ADA, BOB)]
    refused = [error for answer in asked if (error := answer.exception())]
    assert [type(error) for error in refused] == [NotAllowedError]
