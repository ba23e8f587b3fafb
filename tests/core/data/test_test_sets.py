from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from core.data import test_sets
from core.data.judging import judging_names, judging_set
from core.data.sample import load_sample
from core.errors import DataError, InputError, NotAllowedError, ParameterError, ReadOnlyError
from core.permissions import Actor

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 28, 28), dtype=np.uint8)
LABELS = np.array([3, 1, 4, 1, 5, 9], np.uint8)


def kept(name: str = "mine") -> test_sets.OwnTestSet:
    return test_sets.save(name, IMAGES, LABELS, origin="scans", notes=("One is blurred.",))


def test_a_test_set_stays_as_it_was_brought_and_judges_under_its_own_fingerprint() -> None:
    own = kept()
    assert own.fingerprint == hashlib.sha256(IMAGES.tobytes() + LABELS.tobytes()).hexdigest()[:16]
    dataset = load_sample()
    images = judging_set(dataset, "mine")
    np.testing.assert_array_equal(images.split.images, IMAGES)
    np.testing.assert_array_equal(images.split.labels, LABELS)
    assert images.own and images.notes == ("One is blurred.",)
    assert images.fingerprint not in (dataset.fingerprint, judging_set(dataset, "validation").fingerprint)
    assert "mine" in judging_names(dataset)


def test_removing_frees_the_name() -> None:
    kept()
    with pytest.raises(InputError, match="There is a test set 'mine' already"):
        kept()
    test_sets.remove("mine")
    assert test_sets.names() == []
    with pytest.raises(InputError, match="There is no test set 'mine'; there are: none yet"):
        test_sets.load("mine")
    assert kept().name == "mine"


@pytest.mark.parametrize("name", ["", "test", "Validation", "../mine", "a b", "=SUM(A1)", "x" * 41, "-rf"])
def test_a_name_is_plain_and_not_taken_by_mnist(name: str) -> None:
    with pytest.raises(InputError, match="A test set's name has up to 40 letters"):
        kept(name)


def test_an_unknown_name_lists_those_there_are() -> None:
    kept()
    with pytest.raises(ParameterError, match="must be one of full_validation, validation, test, mine; got yours"):
        judging_set(load_sample(), "yours")


def test_a_damaged_file_says_how_to_mend_it(home: Path) -> None:
    kept()
    path = home / "test_sets" / "mine.npz"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError, match=r"The test set mine is damaged .* add it again"):
        test_sets.load("mine")


def test_only_its_owner_or_an_admin_removes_it_and_a_visitor_adds_none() -> None:
    ada, bob = Actor("ada"), Actor("bob")
    test_sets.save("hers", IMAGES, LABELS, origin="scans", actor=ada)
    with pytest.raises(NotAllowedError, match="bob may not remove the test set hers: only ada and administrators may"):
        test_sets.remove("hers", bob)
    test_sets.remove("hers", ada)
    with pytest.raises(NotAllowedError):
        test_sets.save("mine", IMAGES, LABELS, origin="scans", actor=Actor(""))


def test_nothing_is_kept_where_nothing_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    with pytest.raises(ReadOnlyError):
        kept()
    assert test_sets.names() == []
