from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.decomposition import PCA

from core.data.sample import load_sample
from core.errors import ImageError, RecipeError
from core.preprocessing.affine import Affine
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.steps import STEPS, Hog, Normalise, Pca, Reshape, Standardise

DIGITS = load_sample().train.images[:700]
EVERYTHING = Recipe(
    steps=(
        *(step(kind=kind) for kind, step in STEPS.items() if step.stage == "picture"),
        Normalise(scale="each"),
        Hog(),
        Standardise(),
        Pca(n_components=30, whiten=True),
    )
)
ALL = {**RECIPES, "everything": EVERYTHING}
FITTED = {name: Pipeline(recipe).fit(DIGITS[:200]) for name, recipe in ALL.items()}


@pytest.mark.parametrize("name", ALL)
def test_a_picture_gives_the_same_bytes_alone_and_in_any_company(name: str) -> None:
    count = 150 if name == "everything" else len(DIGITS)
    together = FITTED[name].transform(DIGITS[:count])
    for start, stop in ((0, 1), (7, 8), (count - 1, count), (3, 140), (100, 149)):
        assert FITTED[name].transform(DIGITS[start:stop]).tobytes() == together[start:stop].tobytes()
    strided = np.repeat(DIGITS[:9], 2, axis=0)[::2]
    assert FITTED[name].transform(strided).tobytes() == together[:9].tobytes()


@pytest.mark.parametrize("name", ALL)
def test_features_have_the_shape_that_the_recipe_tells(name: str) -> None:
    pipeline = FITTED[name]
    assert pipeline.transform(DIGITS[:3]).shape == (3, *ALL[name].shape)
    assert pipeline.transform_fixed(DIGITS[:3]).shape == (3, *ALL[name].fixed_shape)
    assert pipeline.transform(DIGITS[:3]).dtype == np.float32


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=8, deadline=None)
@given(
    arrays(np.uint8, (1, 28, 28))
    | st.sampled_from([0, 1, 255]).map(lambda grey: np.full((1, 28, 28), grey, np.uint8))
    | st.integers(0, 783).map(lambda place: np.where(np.arange(784) == place, 255, 0).astype("u1").reshape(1, 28, 28))
)
def test_any_picture_gives_finite_numbers(name: str, images: np.ndarray) -> None:
    assert np.isfinite(FITTED[name].transform(images)).all()


def test_blank_training_pictures_give_finite_numbers() -> None:
    blank = np.zeros((70, 28, 28), np.uint8)
    for recipe in ALL.values():
        assert np.isfinite(Pipeline(recipe).fit(blank).transform(DIGITS[:5])).all()


def test_learned_steps_see_training_rows_only() -> None:
    recipe = Recipe(steps=(Normalise(), Reshape(), Standardise(), Pca(n_components=9)))
    pipeline = Pipeline(recipe).fit(DIGITS[:300])
    learned = [array.copy() for array in parts(pipeline.learned)]
    pipeline.transform(DIGITS[300:])
    again = Pipeline(recipe).fit(DIGITS[:300])
    for before, after, anew in zip(learned, parts(pipeline.learned), parts(again.learned), strict=True):
        assert before.tobytes() == after.tobytes()
        assert before == pytest.approx(anew, abs=1e-4)
    rows = DIGITS[:300].reshape(300, -1) / 255
    assert np.abs(pipeline.learned[0].mean - rows.mean(axis=0)).max() < 1e-6
    more = Pipeline(recipe).fit(DIGITS)
    assert np.abs(more.learned[0].mean - rows.mean(axis=0)).max() > 1e-3


@pytest.mark.parametrize("name", ALL)
def test_learning_and_transforming_at_once_is_the_same(name: str) -> None:
    pipeline, features = Pipeline(ALL[name]).fit_transform(DIGITS[:200])
    assert features.tobytes() == pipeline.transform(DIGITS[:200]).tobytes()
    assert [part.shape for part in parts(pipeline.learned)] == [part.shape for part in parts(FITTED[name].learned)]


def parts(learned: tuple[Affine, ...]) -> list[np.ndarray]:
    return [array for affine in learned for array in (affine.mean, affine.matrix, affine.scale) if array is not None]


def test_raw_pixels_through_pca_are_those_of_scikit_learn() -> None:
    recipe = Recipe(steps=(Normalise(), Reshape(), Pca(n_components=9)))
    ours = Pipeline(recipe).fit(DIGITS).transform(DIGITS[:50])
    theirs = PCA(9, svd_solver="full").fit(DIGITS.reshape(700, -1) / 255).transform(DIGITS[:50].reshape(50, -1) / 255)
    assert np.abs(np.abs(ours) - np.abs(theirs)).max() < 1e-3


def test_stages_show_every_step_and_end_in_the_features() -> None:
    pipeline = FITTED["everything"]
    stages = pipeline.stages(DIGITS[0])
    assert [stage.title for stage in stages] == ["Picture", *(step.title for step in EVERYTHING.steps)]
    assert stages[-1].array.tobytes() == pipeline.transform(DIGITS[:1])[0].tobytes()
    pictures = [stage.picture for stage in stages]
    assert all(picture is not None and picture.dtype == np.uint8 for picture in pictures[:-2])
    assert pictures[-2:] == [None, None]
    assert FITTED["image"].stages(DIGITS[0])[-1].note == "28 × 28 × 1, 0 to 1"
    assert len(Pipeline(EVERYTHING).stages(DIGITS[0])) == len(stages) - 2


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (np.zeros((2, 28, 28)), r"\(n, 28, 28\) of uint8; got float64 of shape \(2, 28, 28\)\."),
        (np.full((1, 28, 28), np.nan, np.float32), r"got float32 of shape"),
        (np.zeros((28, 28), np.uint8), r"got uint8 of shape \(28, 28\)\."),
        (np.zeros((3, 8, 8), np.uint8), r"got uint8 of shape \(3, 8, 8\)\."),
        (np.zeros((0, 28, 28), np.uint8), r"`images` must hold at least 1 image; got 0\."),
        ([[1, 2]], r"got list\."),
    ],
)
def test_anything_but_pictures_is_refused(images: np.ndarray, sentence: str) -> None:
    for work in (FITTED["raw"].transform, FITTED["raw"].transform_fixed, Pipeline(EVERYTHING).fit):
        with pytest.raises(ImageError, match=sentence):
            work(images)


def test_what_has_not_learned_says_so() -> None:
    with pytest.raises(RecipeError, match="PCA has not been fitted; fit the pipeline on training images"):
        Pipeline(RECIPES["hog_pca"]).transform(DIGITS)


def test_fewer_training_pictures_than_components_are_refused() -> None:
    with pytest.raises(RecipeError, match="`n_components` must be between 1 and 19; got 60"):
        Pipeline(RECIPES["hog_pca"]).fit(DIGITS[:20])
