from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from core.data.sample import load_sample
from core.errors import RecipeError
from core.preprocessing.affine import Affine, fit_pca, fit_standardise, principal_axes

ROWS = load_sample().train.images[:900].reshape(900, -1).astype(np.float32) / 255


@pytest.mark.parametrize("whiten", [False, True])
def test_pca_is_that_of_scikit_learn(whiten: bool) -> None:
    oracle = PCA(20, whiten=whiten, svd_solver="full").fit(ROWS.astype(float))
    ours = fit_pca(ROWS, 20, whiten)
    theirs = oracle.transform(ROWS.astype(float))
    sign = np.sign((ours(ROWS) * theirs).sum(axis=0))
    assert np.abs(ours(ROWS) * sign - theirs).max() < 1e-3
    assert ours.explained == pytest.approx(oracle.explained_variance_ratio_, rel=1e-4)


@pytest.mark.parametrize("whiten", [False, True])
@pytest.mark.parametrize("n_components", [1, 20, 300])
def test_axes_learned_once_give_the_pca_of_any_number_of_components(n_components: int, whiten: bool) -> None:
    kept = principal_axes(ROWS).pca(n_components, whiten)
    alone = PCA(n_components, whiten=whiten, svd_solver="covariance_eigh").fit(ROWS.astype(float))
    assert kept.matrix is not None
    directions = alone.components_.T / (np.sqrt(alone.explained_variance_) if whiten else 1)
    sign = np.sign((kept.matrix * directions).sum(axis=0))
    assert np.abs(kept.matrix * sign - directions)[:, :60].max() < 1e-4


def test_all_components_keep_all_distances() -> None:
    rows = ROWS[:, 300:340]
    turned = fit_pca(rows, 40)(rows)
    assert np.linalg.norm(turned[0] - turned[1:], axis=1) == pytest.approx(
        np.linalg.norm(rows[0] - rows[1:], axis=1), rel=1e-4
    )


def test_standardise_is_that_of_scikit_learn() -> None:
    theirs = StandardScaler().fit_transform(ROWS.astype(float))
    varies = ROWS.std(axis=0) > 0
    ours = fit_standardise(ROWS)(ROWS)
    assert np.abs(ours - theirs)[:, varies].max() < 1e-3
    assert not ours[:, ~varies].any()


def test_standardise_by_one_mean_and_deviation() -> None:
    values = fit_standardise(ROWS, each=False)(ROWS)
    assert (values.mean(dtype=float), values.std(dtype=float)) == pytest.approx((0, 1), abs=1e-4)
    assert np.abs(values - (ROWS - ROWS.mean(dtype=float)) / ROWS.std(dtype=float)).max() < 1e-4


def test_whitening_leaves_directions_without_variance_at_zero() -> None:
    rows = np.zeros((10, 6), np.float32)
    rows[:, 0] = np.arange(10)
    assert fit_pca(rows, 6, whiten=True)(rows)[:, 1:] == pytest.approx(0)
    assert np.isfinite(fit_pca(np.ones((5, 3), np.float32), 2, whiten=True)(rows[:, :3])).all()


@pytest.mark.parametrize(("n_components", "n", "most"), [(1000, 900, 784), (0, 900, 784), (50, 20, 19)])
def test_too_many_components_are_refused(n_components: int, n: int, most: int) -> None:
    with pytest.raises(RecipeError, match=f"`n_components` must be between 1 and {most}; got {n_components}."):
        fit_pca(ROWS[:n], n_components)


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(RecipeError, match=r"takes rows of 784 numbers; got an array of shape \(3, 5\)"):
        fit_standardise(ROWS)(np.zeros((3, 5), np.float32))


def test_a_row_does_not_depend_on_the_rows_beside_it() -> None:
    for affine in (fit_pca(ROWS, 50), fit_standardise(ROWS), Affine(ROWS[0], matrix=ROWS[1:51].T.copy())):
        together = affine(ROWS)
        for start, stop in ((0, 1), (3, 10), (500, 900)):
            assert affine(ROWS[start:stop]).tobytes() == together[start:stop].tobytes()
