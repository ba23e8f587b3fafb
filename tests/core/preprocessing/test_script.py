from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.data.sample import load_sample
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.script import picture_script
from core.preprocessing.steps import STEPS, Hog, Normalise

EVERYTHING = Recipe(
    steps=(*(step(kind=kind) for kind, step in STEPS.items() if step.stage == "picture"), Normalise(), Hog())
)


@pytest.mark.parametrize("recipe", [*RECIPES.values(), EVERYTHING], ids=[*RECIPES, "everything"])
def test_script_gives_the_bytes_that_the_program_gives(recipe: Recipe) -> None:
    images = load_sample().train.images[:300]
    names: dict = {"__name__": "preprocess"}
    exec(compile(picture_script(recipe), "preprocess.py", "exec"), names)
    features = names["features"](images)
    assert features.dtype == np.float32
    assert features.tobytes() == Pipeline(recipe).transform_fixed(images).tobytes()


def test_script_needs_nothing_of_this_program(tmp_path: Path) -> None:
    (tmp_path / "preprocess.py").write_text(picture_script(EVERYTHING), "utf-8")
    shape = "preprocess.features(numpy.full((2, 28, 28), 9, 'u1')).shape"
    code = f"import numpy, preprocess, sys; print({shape}, 'core' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["(2,", f"{EVERYTHING.fixed_shape[0]})", "False"]


def test_script_refuses_other_pictures() -> None:
    names: dict = {"__name__": "preprocess"}
    exec(compile(picture_script(RECIPES["raw"]), "preprocess.py", "exec"), names)
    with pytest.raises(
        ValueError, match=r"must be an array \(n, 28, 28\) of uint8; got float64 of shape \(1, 28, 28\)"
    ):
        names["features"](np.zeros((1, 28, 28)))
