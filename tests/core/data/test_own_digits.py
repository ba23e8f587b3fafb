from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from core.data import own_digits as own
from core.errors import DataError, InputError, ParameterError, ReadOnlyError

ANN, BOB = "ann@example.org", "bob@example.org"


def picture(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (28, 28)).astype(np.uint8)


def test_digits_come_back_as_they_were_kept():
    saved = [own.save(ANN, picture(i), label) for i, label in enumerate((3, 5, 3))]
    kept = own.own_digits(ANN)
    assert [(digit.name, digit.label, digit.held_out) for digit in kept] == [
        (digit.name, digit.label, digit.held_out) for digit in saved
    ]
    images, labels = own.arrays(kept)
    np.testing.assert_array_equal(images, np.stack([picture(i) for i in range(3)]))
    assert labels.tolist() == [3, 5, 3]


def test_every_second_of_each_digit_is_held_out_for_good():
    for i in range(6):
        own.save(ANN, picture(i), i % 2)
    before = {digit.name: digit.held_out for digit in own.own_digits(ANN)}
    assert list(before.values()) == [False, False, True, True, False, False]
    own.delete(ANN, next(iter(before)))
    own.save(ANN, picture(9), 0)
    after = {digit.name: digit.held_out for digit in own.own_digits(ANN)}
    assert all(after[name] == before[name] for name in before if name in after)


def test_owners_see_only_their_own_and_no_path_names_them(home: Path):
    own.save(ANN, picture(1), 1)
    own.save(BOB, picture(2), 2)
    assert [digit.label for digit in own.own_digits(ANN)] == [1]
    own.delete_all(ANN)
    assert not own.own_digits(ANN)
    assert [digit.label for digit in own.own_digits(BOB)] == [2]
    assert not any("example" in str(path) for path in home.rglob("*"))


def test_a_hostile_name_deletes_nothing_else(home: Path):
    own.save(ANN, picture(1), 1)
    (home / "runs.db").write_text("runs")
    for name in ("../../runs", "*", "", "gone"):
        with pytest.raises(InputError, match="already been deleted"):
            own.delete(ANN, name)
    assert (home / "runs.db").exists()
    assert len(own.own_digits(ANN)) == 1


def test_the_same_drawing_is_not_kept_twice():
    own.save(ANN, picture(1), 1)
    with pytest.raises(InputError, match="already one of your digits"):
        own.save(ANN, picture(1), 7)


def test_limits_are_told(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ParameterError, match="`label` must be between 0 and 9; got 10"):
        own.save(ANN, picture(1), 10)
    monkeypatch.setattr(own, "MOST", 1)
    own.save(ANN, picture(1), 1)
    with pytest.raises(InputError, match="up to 1 digits"):
        own.save(ANN, picture(2), 1)


def test_read_only_keeps_and_deletes_nothing(monkeypatch: pytest.MonkeyPatch):
    digit = own.save(ANN, picture(1), 1)
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    for change in (
        lambda: own.save(ANN, picture(2), 2),
        lambda: own.delete(ANN, digit.name),
        lambda: own.delete_all(ANN),
    ):
        with pytest.raises(ReadOnlyError, match="read-only"):
            change()
    assert len(own.own_digits(ANN)) == 1


def test_damaged_and_foreign_files_are_passed_over():
    own.save(ANN, picture(1), 1)
    folder = own.folder_of(ANN)
    (folder / "1.npz").write_bytes(b"PK\x03\x04 cut off")
    (folder / "2.npz").write_bytes(b"")
    np.savez(folder / "3.npz", image=np.zeros((9, 9)), label=1, held_out=False)
    (folder / "4.npz").write_text(json.dumps({"image": 1}))
    assert [digit.label for digit in own.own_digits(ANN)] == [1]


def test_what_cannot_be_written_is_told(home: Path):
    home.mkdir()
    (home / "own_digits").write_text("a file in the way")
    with pytest.raises(DataError, match="could not be stored"):
        own.save(ANN, picture(1), 1)


def test_the_export_holds_everything():
    for i in range(4):
        own.save(ANN, picture(i), 8)
    with np.load(io.BytesIO(own.export(ANN))) as exported:
        assert exported["images"].shape == (4, 28, 28)
        assert exported["labels"].tolist() == [8, 8, 8, 8]
        assert exported["held_out"].tolist() == [False, True, False, True]
    with np.load(io.BytesIO(own.export(BOB))) as nothing:
        assert nothing["images"].shape == (0, 28, 28)
