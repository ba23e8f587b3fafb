from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.sample import load_sample
from core.errors import RecipeError
from core.preprocessing.augment import Augmentation, augment, sheet_of
from core.preprocessing.pictures import moments

DIGITS = load_sample().train.images[:200]
DOT = np.zeros((300, 28, 28), np.uint8)
DOT[:, 13:15, 13:15] = 255
AMOUNTS = {
    "shift": 2.0, "rotation": 15.0, "scale": 0.2, "shear": 0.2, "elastic": 1.5, "thickness": 1.0, "textures": 1.0
}  # fmt: skip


def varied(images: np.ndarray, seed: int = 0, **amounts: float) -> np.ndarray:
    return augment(images, Augmentation(**amounts), np.random.default_rng(seed))


def test_all_zero_varies_nothing() -> None:
    assert Augmentation().is_none
    assert varied(DIGITS) is DIGITS


@pytest.mark.parametrize(("name", "amount"), AMOUNTS.items())
def test_each_amount_varies_every_picture_by_its_own_and_the_seed_alone_decides(name: str, amount: float) -> None:
    once = varied(DIGITS, **{name: amount})
    assert once.shape == DIGITS.shape and once.dtype == np.uint8
    assert (once != DIGITS).any(axis=(1, 2)).mean() > 0.95
    assert np.array_equal(once, varied(DIGITS, **{name: amount}))
    assert not np.array_equal(once, varied(DIGITS, seed=1, **{name: amount}))
    copies = sheet_of(DIGITS[0], Augmentation(**{name: amount}), 12, seed=5)
    assert len({copy.tobytes() for copy in copies}) == 12


def test_flags_are_drawn_where_the_label_is_known_to_be_a_one() -> None:
    flags = Augmentation(flags=1)
    assert not flags.is_none
    assert np.array_equal(varied(DIGITS, flags=1), DIGITS)
    assert len({copy.tobytes() for copy in sheet_of(DOT[0], flags, 12, label=1)}) > 1
    assert len({copy.tobytes() for copy in sheet_of(DOT[0], flags, 12, label=7)}) == 1


def test_other_forms_are_drawn_where_the_label_has_some() -> None:
    forms = Augmentation(forms=1)
    assert not forms.is_none
    assert np.array_equal(varied(DIGITS, forms=1), DIGITS)
    assert len({copy.tobytes() for copy in sheet_of(DIGITS[0], forms, 12, label=7)}) > 1
    assert len({copy.tobytes() for copy in sheet_of(DIGITS[0], forms, 12, label=3)}) == 1


def test_a_one_with_an_upstroke_gets_no_other_form() -> None:
    ones = np.ones(len(DIGITS), np.uint8)
    flagged = augment(DIGITS, Augmentation(flags=1), np.random.default_rng(3), ones)
    both = augment(DIGITS, Augmentation(flags=1, forms=1), np.random.default_rng(3), ones)
    changed = (flagged != DIGITS).any(axis=(1, 2))
    assert changed.mean() > 0.9
    assert np.array_equal(both[changed], flagged[changed])


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 6))
def test_shifts_stay_within_their_amount(shift: float) -> None:
    _, x, y, *_ = moments(varied(DOT, shift=shift))
    for distance in (np.abs(x - 13.5), np.abs(y - 13.5)):
        assert 0.8 * shift < distance.max() <= shift + 0.05


def test_turns_stay_within_their_amount() -> None:
    bar = np.zeros((300, 28, 28), np.uint8)
    bar[:, 3:25, 13:15] = 255
    *_, xx, xy, yy = moments(varied(bar, rotation=20))
    angles = np.degrees(0.5 * np.arctan2(2 * xy, yy - xx))
    assert 17 < np.abs(angles).max() <= 20.5
    assert np.abs(angles.mean()) < 2.5


def test_slants_and_sizes_stay_within_their_amounts() -> None:
    box = np.zeros((300, 28, 28), np.uint8)
    box[:, 8:20, 8:20] = 255
    *_, xx, _, yy = moments(varied(box, scale=0.2))
    mass, *_ = moments(varied(box, scale=0.2))
    for spread in (xx / mass, yy / mass):
        assert 0.75 < np.sqrt(spread / ((144 - 1) / 12)).min() < 0.9
        assert 1.1 < np.sqrt(spread / ((144 - 1) / 12)).max() < 1.25
    *_, xy, yy = moments(varied(box, shear=0.3))
    assert 0.25 < np.abs(xy / yy).max() <= 0.31


def test_bends_move_pixels_by_their_amount_and_smoothly() -> None:
    ramp = np.broadcast_to((np.arange(28) * 9).astype(np.uint8), (300, 28, 28))
    moved = varied(ramp, elastic=1.0)[:, 6:22, 6:22].astype(float) / 9 - np.arange(6, 22)
    assert moved.std() == pytest.approx(1.0, rel=0.15)
    assert np.abs(np.diff(moved, axis=1)).mean() < 0.35
    wobbly = varied(ramp, elastic=1.0, elastic_sigma=2)[:, 6:22, 6:22].astype(float) / 9
    assert np.abs(np.diff(wobbly, axis=1)).mean() > 1.5 * np.abs(np.diff(moved, axis=1)).mean()


def test_pens_get_wider_and_narrower_by_their_amount() -> None:
    bar = np.zeros((300, 28, 28), np.uint8)
    bar[:, 3:25, 12:16] = 255
    width = varied(bar, thickness=1.5)[:, 10:18].sum(axis=2).mean(axis=1) / 255
    assert (width.min(), width.max()) == pytest.approx((2.5, 5.5), abs=0.1)
    assert cv2.countNonZero(varied(np.zeros_like(bar), thickness=2)[0]) == 0


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.fixed_dictionaries({name: st.floats(0, amount) for name, amount in AMOUNTS.items()}))
def test_blank_pictures_stay_blank_and_the_input_is_not_written_to(n: int, amounts: dict) -> None:
    assert not varied(np.zeros((n, 28, 28), np.uint8), **amounts).any()
    kept = DIGITS[:n].copy()
    varied(kept, **amounts)
    assert np.array_equal(kept, DIGITS[:n])


def test_no_pictures_give_no_pictures() -> None:
    assert varied(DIGITS[:0], shift=1).shape == (0, 28, 28)


def test_amounts_out_of_range_get_a_sentence() -> None:
    with pytest.raises(RecipeError, match=r"`rotation` must be between 0 and 45; got 90\."):
        Augmentation(rotation=90)
    with pytest.raises(RecipeError, match=r"Augmentation has no setting `rotaton`; did you mean `rotation`\?"):
        Augmentation(rotaton=9)  # type: ignore[call-arg]
