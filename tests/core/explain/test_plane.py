from __future__ import annotations

import numpy as np
import pytest

from core.explain.plane import NeighbourPlane, PrincipalPlane


@pytest.fixture
def rows() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(80, 12)).astype(np.float32) * np.arange(1, 13, dtype=np.float32)


def test_the_plane_is_that_of_scikit_learn_and_so_are_the_places_of_others(rows: np.ndarray) -> None:
    from sklearn.decomposition import PCA

    plane, oracle = PrincipalPlane(rows[:60]), PCA(2, svd_solver="full").fit(rows[:60])
    assert plane.share == pytest.approx(oracle.explained_variance_ratio_.sum(), rel=1e-4)
    np.testing.assert_allclose(np.abs(plane.places), np.abs(oracle.transform(rows[:60])), atol=1e-3)
    np.testing.assert_allclose(np.abs(plane.place(rows[60:])), np.abs(oracle.transform(rows[60:])), atol=1e-3)


def test_the_plane_of_the_same_rows_is_the_same(rows: np.ndarray) -> None:
    np.testing.assert_array_equal(PrincipalPlane(rows).places, PrincipalPlane(rows.copy()).places)


def test_an_image_of_the_map_keeps_its_place_and_others_go_between_their_neighbours(rows: np.ndarray) -> None:
    places = np.random.default_rng(1).normal(size=(60, 2)).astype(np.float32)
    plane = NeighbourPlane(rows[:60], places)
    np.testing.assert_allclose(plane.place(rows[:5]), places[:5], atol=1e-3)
    for row, place in zip(rows[60:], plane.place(rows[60:]), strict=True):
        nearest = np.argsort(np.linalg.norm(rows[:60] - row, axis=1))[:10]  # 12 components keep all distances
        assert (places[nearest].min(axis=0) <= place).all() and (place <= places[nearest].max(axis=0)).all()


def test_a_digit_among_a_far_group_is_placed_there() -> None:
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.normal(0, 1, (40, 8)), rng.normal(30, 1, (40, 8))]).astype(np.float32)
    places = np.repeat([[-5.0, 0.0], [5.0, 0.0]], 40, axis=0).astype(np.float32)
    np.testing.assert_allclose(NeighbourPlane(rows, places).place(np.full((1, 8), 30, np.float32)), [[5, 0]], atol=1e-3)
