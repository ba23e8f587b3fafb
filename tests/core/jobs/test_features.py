from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.sample import load_sample
from core.jobs import features
from core.preprocessing.recipe import RECIPES


def test_features_are_fitted_once_and_then_read(monkeypatch: pytest.MonkeyPatch) -> None:
    images = load_sample().train.images[:300]
    first, rows = features.fitted_features(RECIPES["deskewed_pca"], images)

    def refuse(*arguments: object) -> None:
        raise AssertionError("fitted twice")

    monkeypatch.setattr(features.Pipeline, "fit", refuse)
    second, again = features.fitted_features(RECIPES["deskewed_pca"], images)
    np.testing.assert_array_equal(rows, again)
    np.testing.assert_array_equal(first.transform(images[:5]), second.transform(images[:5]))


def test_other_images_are_fitted_anew() -> None:
    images = load_sample().train.images
    _, first = features.fitted_features(RECIPES["deskewed_pca"], images[:300])
    _, second = features.fitted_features(RECIPES["deskewed_pca"], images[1:301])
    assert not np.array_equal(first, second)


def test_a_damaged_cache_is_fitted_again(home: Path) -> None:
    images = load_sample().train.images[:300]
    _, rows = features.fitted_features(RECIPES["deskewed_pca"], images)
    (kept,) = (home / "cache" / "features").glob("*.npz")
    kept.write_bytes(kept.read_bytes()[:1000])
    _, again = features.fitted_features(RECIPES["deskewed_pca"], images)
    np.testing.assert_array_equal(rows, again)
