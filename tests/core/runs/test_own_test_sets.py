from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.data.dataset import Split
from core.data.judging import FULL_VALIDATION, judging_set
from core.data.sample import load_sample
from core.errors import FileError, UnknownRunError
from core.models.serving.predictor import Reader
from core.preprocessing.recipe import Recipe
from core.runs import judging
from core.runs.judging import answers, check_may_be_judged, widest
from core.runs.leaderboard import find
from core.runs.model_cache import predictor
from core.runs.own_test_sets import add, prepare
from core.runs.shipped import shipped_runs
from tests.core.data.forms import folders, kaggle, npz

SAMPLE = load_sample()


@pytest.fixture
def some() -> Split:
    split = SAMPLE.test
    return Split(split.images[:60], split.labels[:60], split.index[:60])


def test_pictures_in_mnists_style_are_taken_as_they_are(some: Split, tmp_path: Path) -> None:
    prepared = prepare(kaggle(tmp_path, some.images, some.labels))
    np.testing.assert_array_equal(prepared.images, some.images)
    assert prepared.counts == np.bincount(some.labels, minlength=10).tolist()
    assert [str(part) for part in prepared.parts] == ["train.csv (CSV): 60 pictures of 28 x 28 pixels, with labels"]


def test_mnists_own_images_are_told(some: Split, tmp_path: Path) -> None:
    (note,) = prepare(npz(tmp_path, some.images, some.labels)).notes
    assert note == "60 of 60 images are MNIST's own: 0 training, 60 validation and 0 test images."


def test_other_pictures_go_through_the_reading_of_pictures(some: Split, tmp_path: Path) -> None:
    """Small ones on black, and large ones on white, one of them blank: models read nearly all as MNIST's."""
    for folder, side, paper in (("small", 16, 0), ("large", 120, 255)):
        grown = [cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA) for image in some.images]
        pictures = [255 - picture if paper else picture for picture in grown]
        pictures[0] = np.full((side, side), paper, np.uint8)
        (tmp_path / folder).mkdir()
        prepared = prepare(folders(tmp_path / folder, np.array(pictures), some.labels))
        assert len(prepared.labels) == 59
        assert any("No digit was found in 1 images" in note for note in prepared.notes)
        assert any(note.startswith("59 of 59 pictures, not in MNIST's style") for note in prepared.notes)
        right = predictor(shipped_runs(SAMPLE)[0]).predict(prepared.images) == prepared.labels
        assert right.mean() >= 0.9


def test_digits_that_fill_their_frame_are_read_whole(tmp_path: Path) -> None:
    """As USPS and Semeion have them: cut close, 16 x 16."""
    split = SAMPLE.test
    boxes = [cv2.boundingRect((image > 60).astype(np.uint8)) for image in split.images[:100]]
    cut = [image[y : y + h, x : x + w] for image, (x, y, w, h) in zip(split.images, boxes, strict=False)]
    frames = np.array([cv2.resize(piece, (16, 16), interpolation=cv2.INTER_AREA) for piece in cut])
    wide = np.array([w > 8 for _, _, w, _ in boxes])  # a 1 stretched to a square is none
    prepared = prepare(npz(tmp_path, frames[wide], split.labels[:100][wide]))
    right = predictor(shipped_runs(SAMPLE)[0]).predict(prepared.images) == prepared.labels
    assert len(right) == wide.sum()
    assert right.mean() >= 0.9


class Upright(Reader):
    """Reads what is in `pictures` rightly, and everything else as 0."""

    recipes: tuple[Recipe, ...] = ()

    def __init__(self, split: Split) -> None:
        self.known = {image.tobytes(): label for image, label in zip(split.images, split.labels, strict=True)}

    def predict_proba(self, images: np.ndarray) -> np.ndarray:
        return np.eye(10, dtype=np.float32)[[self.known.get(image.tobytes(), 0) for image in images]]


def test_transposed_pictures_are_turned_upright(some: Split, tmp_path: Path) -> None:
    """EMNIST's files hold each picture transposed."""
    path = npz(tmp_path, some.images.transpose(0, 2, 1), some.labels)
    prepared = prepare(path, Upright(some))
    np.testing.assert_array_equal(prepared.images, some.images)
    assert any("transposed" in note for note in prepared.notes)
    upright = prepare(npz(tmp_path, some.images, some.labels), Upright(some))
    np.testing.assert_array_equal(upright.images, some.images)


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (None, "so no model can be evaluated on it. Recognised: x.npy .npy.: 60 pictures"),
        (0, "holds more than"),
    ],
)
def test_what_cannot_judge_is_refused(
    some: Split, tmp_path: Path, labels: int | None, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save(tmp_path / "x.npy", some.images)
    if labels is not None:
        np.save(tmp_path / "y.npy", some.labels)
        monkeypatch.setattr("core.data.files.batch.MOST_IMAGES", 59)
    with pytest.raises(FileError, match=sentence):
        prepare(tmp_path)


def test_a_model_is_asked_once_and_judged_by_the_own_labels(
    some: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("mine", prepare(kaggle(tmp_path, some.images, some.labels)))
    run, images = find("cnn", SAMPLE), judging_set(SAMPLE, "mine")
    rows = answers(run, images, SAMPLE)
    np.testing.assert_allclose(rows, predictor(run).predict_proba(some.images), atol=1e-6)
    monkeypatch.setattr(judging, "_asked", pytest.fail)
    np.testing.assert_array_equal(answers(run, images, SAMPLE), rows)


def test_all_5000_images_judge_shipped_models_alone() -> None:
    cnn, images = find("cnn", SAMPLE), judging_set(SAMPLE, FULL_VALIDATION)
    assert widest("validation", [cnn], SAMPLE) == FULL_VALIDATION
    right = answers(cnn, images, SAMPLE).argmax(axis=1) == images.split.labels
    from core.models.serving.shipped import shipped

    assert right.mean() == pytest.approx(shipped()["cnn"].content["metrics"]["validation_accuracy"])
    import dataclasses

    trained = dataclasses.replace(cnn, shipped=False)
    assert widest("validation", [cnn, trained], SAMPLE) == "validation"
    with pytest.raises(UnknownRunError, match=r"was trained on some of the 5,000 images"):
        check_may_be_judged(trained, images, SAMPLE)
