from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import ParameterError
from core.jobs.search_space import SearchSpace
from core.models.catalogue import kind_named
from core.models.search_script import search_script

WISHES = {
    "svm": ("C=1:10:2", "gamma=0.5,1"),
    "forest": ("max_features=0.05:0.2:2",),
    "logistic": ("C=0.01:1:2",),
    "knn": ("n_neighbors=1:5:2",),
}


def script(model: str, *wishes: str, sampler: str = "grid", **changed):
    kind = kind_named(model)
    preset = next(iter(kind.presets.values()))
    asked = {"trials": 3, "limit": 200, "folds": 0, "seed": 1, **changed}
    space = SearchSpace.parse(kind, wishes or WISHES[model])
    parameters = preset.parameters.model_dump()
    return search_script(model, preset.recipe, parameters, space.dimensions, sampler=sampler, **asked)


@pytest.mark.parametrize("model", WISHES)
@pytest.mark.parametrize("sampler", ["grid", "random"])
def test_every_script_is_python(model, sampler):
    compile(script(model, sampler=sampler), "search.py", "exec")


def test_ranges_become_the_distributions_of_scipy():
    text = script("svm", "C=0.1:10", "degree=2:4", sampler="random")
    assert "'model__C': loguniform(0.1, 10.0)" in text
    assert "'model__degree': randint(2, 5)" in text
    assert "RandomizedSearchCV(" in text and "n_iter=3" in text


def test_what_scikit_learn_has_not_is_named():
    with pytest.raises(ParameterError, match="scikit-learn cannot search `virtual`"):
        script("svm", "virtual=none,shifts_4")
    with pytest.raises(ParameterError, match="scikit-learn has no model like cnn; there are svm"):
        search_script("cnn", None, {}, (), sampler="grid", trials=1, limit=None, folds=0, seed=0)  # type: ignore[arg-type]


def test_the_script_runs_by_itself_and_finds_a_good_svm(tmp_path):
    """On an `mnist.npz` in which the sample's digits are the training file: 4,000 learn or judge, none is ours."""
    dataset = load_sample()
    images, labels = (np.concatenate([getattr(dataset.train, name), getattr(dataset.validation, name)])
                      for name in ("images", "labels"))  # fmt: skip
    kept = np.sort(np.concatenate([np.flatnonzero(labels == digit)[:60] for digit in range(10)] * 1))
    more = np.setdiff1d(np.arange(len(labels)), kept)
    np.savez(tmp_path / "mnist.npz", x_train=images[np.r_[kept, more]], y_train=labels[np.r_[kept, more]])
    (tmp_path / "search.py").write_text(script("svm", folds=2, limit=None).replace("[:500]", "[:300]"), "utf-8")
    command = [sys.executable, "search.py", "mnist.npz"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    assert "'model__C'" in done.stdout
    assert float(done.stdout.rsplit(maxsplit=1)[1]) > 0.9
