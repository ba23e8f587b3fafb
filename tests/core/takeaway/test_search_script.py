from __future__ import annotations

import runpy
import subprocess
import sys

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import ParameterError
from core.jobs.tuning.search_space import SearchSpace
from core.models.catalogue import kind_named
from core.takeaway.search_script import RENAMED, search_script

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


@pytest.fixture(scope="module")
def few_digits(tmp_path_factory):
    """An `mnist.npz` of 300 digits, 30 of each."""
    dataset = load_sample()
    kept = np.sort(np.concatenate([np.flatnonzero(dataset.train.labels == digit)[:30] for digit in range(10)]))
    path = tmp_path_factory.mktemp("few") / "mnist.npz"
    np.savez(path, x_train=dataset.train.images[kept], y_train=dataset.train.labels[kept])
    return path


@pytest.mark.parametrize("model", WISHES)
@pytest.mark.parametrize("sampler", ["grid", "random"])
def test_the_space_that_every_kind_declares_is_searched(model, sampler, few_digits, tmp_path, monkeypatch, capsys):
    """In this process and on two points of each range, as only whether it runs is asked."""
    kind = kind_named(model)
    preset = kind.presets["default"]
    space = [entry.model_copy(update={"points": 2}) for entry in SearchSpace.declared(kind).dimensions]
    text = search_script(
        model,
        preset.recipe,
        preset.parameters.model_dump(),
        space,
        sampler=sampler,
        trials=1,
        limit=150,
        folds=0,
        seed=1,
    )
    (tmp_path / "search.py").write_text(text.replace("[:500]", "[:10]").replace("n_jobs=-1", "n_jobs=1"), "utf-8")
    monkeypatch.setattr("sys.argv", ["search.py", str(few_digits)])
    runpy.run_path(str(tmp_path / "search.py"), run_name="__main__")
    said = capsys.readouterr().out
    assert float(said.rsplit(maxsplit=1)[1]) > 0.5
    assert all(f"model__{RENAMED[model][entry.name]}" in said for entry in space)


def test_the_nodes_of_a_forest_are_those_of_all_its_trees(few_digits):
    text = script("forest", "max_nodes=1000,2000")
    names = {"__name__": "search"}
    exec(text, names)
    forest = names["MODEL"].named_steps["model"].set_params(n_estimators=10, max_leaf_nodes=1000)
    with np.load(few_digits) as stored:
        forest.fit(stored["x_train"].reshape(300, -1), stored["y_train"])
    assert max(tree.tree_.n_leaves for tree in forest.estimators_) == 50
    assert forest.max_leaf_nodes == 1000


def test_ranges_become_the_distributions_of_scipy():
    text = script("svm", "C=0.1:10", "degree=2:4", sampler="random")
    assert "'model__C': loguniform(0.1, 10.0)" in text
    assert "'model__degree': randint(2, 5)" in text
    assert "RandomizedSearchCV(" in text and "n_iter=3" in text


def test_what_scikit_learn_has_not_is_named():
    with pytest.raises(ParameterError, match="scikit-learn cannot search `virtual`"):
        script("svm", "virtual=none,shifts_4")
    with pytest.raises(ParameterError, match="scikit-learn has no equivalent of cnn; there are svm"):
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
