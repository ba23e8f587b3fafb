"""A search as scikit-learn users write it: one script with GridSearchCV or RandomizedSearchCV that anybody can run.

It stands on scikit-learn, numpy and OpenCV alone: the recipe's fixed steps go in as the source that runs here.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from core.declaration import Value
from core.errors import ParameterError
from core.models.discriminants import discriminants
from core.preprocessing.recipe import Recipe
from core.preprocessing.script import picture_script
from core.preprocessing.steps import Pca, Standardise

RENAMED = {
    "svm": {"C": "C", "gamma": "gamma", "kernel": "kernel", "degree": "degree", "cache_mb": "cache_size"},
    "forest": {name: name for name in ("n_estimators", "max_features", "max_depth", "min_samples_leaf")}
    | {"max_nodes": "max_leaf_nodes"},
    "logistic": {"C": "C", "max_iter": "max_iter"},
    "knn": {"n_neighbors": "n_neighbors", "weights": "weights"},
}
"""What scikit-learn calls the parameters that it has too."""

IMPORTS = {
    "svm": "from sklearn.svm import SVC",
    "forest": "from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier",
    "logistic": "from sklearn.linear_model import LogisticRegression",
    "knn": "from sklearn.neighbors import KNeighborsClassifier",
}

RELATIVE_SVC = '''
class RelativeSVC(SVC):
    """SVC whose gamma counts in units of one over the total variance of the features, as in Digit Lab."""

    def fit(self, X, y, sample_weight=None):
        relative, self.gamma = self.gamma, self.gamma / X.var(axis=0).sum()
        try:
            return super().fit(X, y, sample_weight)
        finally:
            self.gamma = relative

'''

CAPPED_FOREST = '''
class CappedForest({forest}):
    """A forest whose max_leaf_nodes counts the nodes of all its trees together, as in Digit Lab."""

    def fit(self, X, y, sample_weight=None):
        of_all, self.max_leaf_nodes = self.max_leaf_nodes, max(2, self.max_leaf_nodes // (2 * self.n_estimators))
        try:
            return super().fit(X, y, sample_weight)
        finally:
            self.max_leaf_nodes = of_all

'''

DISCRIMINANTS = '''
from itertools import combinations

from sklearn.base import BaseEstimator, TransformerMixin


{source}

class Beside(TransformerMixin, BaseEstimator):
    """Features with their linear discriminants beside them."""

    def fit(self, X, y):
        self.directions_ = discriminants(X, y)
        return self

    def transform(self, X):
        return np.hstack([X, X @ self.directions_])

'''

BODY = '''

# The search itself: python {file} path/to/mnist.npz

import sys

{imports}

{helper}
MODEL = Pipeline([{steps}("model", {estimator})])
SEARCHED = {searched}
LIMIT, FOLDS, SEED = {limit}, {folds}, {seed}


def validation_positions(labels):
    """Digit Lab's validation images: the first 500 of each digit in the training file."""
    return np.sort(np.concatenate([np.flatnonzero(labels == digit)[:500] for digit in range(10)]))


def main(path):
    with np.load(path) as stored:
        images, labels = stored["x_train"], stored["y_train"]
    judge = validation_positions(labels)
    train = np.setdiff1d(np.arange(len(labels)), judge)
    if LIMIT and LIMIT < len(train):
        train, _ = train_test_split(train, train_size=LIMIT, stratify=labels[train], random_state=SEED)
    if FOLDS:
        rows, folds = train, StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    else:
        rows = np.concatenate([train, judge])
        folds = PredefinedSplit(np.repeat([-1, 0], [len(train), len(judge)]))
    search = {search}
    search.fit(features(images[rows]), labels[rows])
    print("best", search.best_params_, "validation accuracy %.4f" % search.best_score_)
    return search


if __name__ == "__main__":
    main(sys.argv[1])
'''

RANDOMISED = """RandomizedSearchCV(
        MODEL, SEARCHED, n_iter={trials}, cv=folds, n_jobs=-1, refit=False, random_state=SEED, verbose=1
    )"""
GRID = "GridSearchCV(MODEL, SEARCHED, cv=folds, n_jobs=-1, refit=False, verbose=1)"


def search_script(
    model: str,
    recipe: Recipe,
    parameters: Mapping[str, Value],
    dimensions: Sequence[Any],
    *,
    sampler: str,
    trials: int,
    limit: int | None,
    folds: int,
    seed: int,
) -> str:
    """Write the script of a search.

    Parameters
    ----------
    parameters : mapping
        The model's parameters, the fixed ones among them as they stay.
    dimensions : sequence
        What is searched: each with `name`, `choices`, `low`, `high`, `log`, `whole` and `values`.
    sampler : str
        "grid" becomes GridSearchCV; "random" and "tpe", which scikit-learn has not, RandomizedSearchCV.

    Raises
    ------
    ParameterError
        For a model, or a searched parameter, that scikit-learn does not have.
    """
    if model not in RENAMED:
        raise ParameterError(f"scikit-learn has no equivalent of {model[:60]}; there are {', '.join(RENAMED)}.")
    names = RENAMED[model]
    alien = next((entry.name for entry in dimensions if entry.name not in names), None)
    if alien:
        raise ParameterError(f"scikit-learn cannot search `{alien}`; fix the parameter to export the search.")
    grid = sampler == "grid"
    searched = {f"model__{names[entry.name]}": _values(entry, grid) for entry in dimensions}
    body = BODY.format(
        file="search.py",
        imports="\n".join(_imports(model, grid, searched)),
        helper=_helper(model, parameters),
        steps="".join(_learned(step) for step in recipe.learned) + _beside(parameters),
        estimator=_estimator(model, parameters, seed),
        searched=_dictionary(searched),
        limit=limit,
        folds=folds,
        seed=seed,
        search=GRID if grid else RANDOMISED.format(trials=trials),
    )
    return picture_script(recipe) + body


def _imports(model: str, grid: bool, searched: Mapping[str, str]) -> list[str]:
    search = "GridSearchCV" if grid else "RandomizedSearchCV"
    distributions = [
        name for name in ("loguniform", "randint", "uniform") if any(name in text for text in searched.values())
    ]
    return [
        *([f"from scipy.stats import {', '.join(distributions)}"] if distributions else []),
        "from sklearn.decomposition import PCA",
        IMPORTS[model],
        f"from sklearn.model_selection import {search}, PredefinedSplit, StratifiedKFold, train_test_split",
        "from sklearn.pipeline import Pipeline",
        "from sklearn.preprocessing import StandardScaler",
    ]


def _helper(model: str, parameters: Mapping[str, Value]) -> str:
    """Return the class that the script needs of its own, where scikit-learn counts otherwise than Digit Lab."""
    forest = "ExtraTreesClassifier" if parameters.get("kind") == "extra_trees" else "RandomForestClassifier"
    helper = {"svm": RELATIVE_SVC, "forest": CAPPED_FOREST.format(forest=forest)}.get(model, "")
    if parameters.get("discriminants"):
        helper += DISCRIMINANTS.format(source=inspect.getsource(discriminants))
    return helper


def _values(entry: Any, grid: bool) -> str:
    """Return the values of a grid, or the distribution of scipy that draws as the search does."""
    if grid or entry.choices:
        return repr(list(entry.values))
    if entry.whole and entry.log:
        return f"np.geomspace({int(entry.low)}, {int(entry.high)}, 500).astype(int).tolist()"
    if entry.whole:
        return f"randint({int(entry.low)}, {int(entry.high) + 1})"
    return f"loguniform({entry.low}, {entry.high})" if entry.log else f"uniform({entry.low}, {entry.high - entry.low})"


def _learned(step: Any) -> str:
    if isinstance(step, Pca):
        return f'("pca", PCA({step.n_components}, whiten={step.whiten}, random_state=0)), '
    if isinstance(step, Standardise) and step.each:
        return '("standardise", StandardScaler()), '
    raise ParameterError(
        f"scikit-learn has no equivalent of the step {step.title} with these settings; change the recipe to export it."
    )


def _beside(parameters: Mapping[str, Value]) -> str:
    return '("discriminants", Beside()), ' if parameters.get("discriminants") else ""


def _estimator(model: str, parameters: Mapping[str, Value], seed: int) -> str:
    fixed = {renamed: parameters[name] for name, renamed in RENAMED[model].items() if name in parameters}
    settings = ", ".join(f"{name}={value!r}" for name, value in fixed.items())
    if model == "svm":
        return f"RelativeSVC({settings}, coef0=1.0)"
    if model == "forest":
        return f"CappedForest({settings}, random_state={seed})"
    return f"{'LogisticRegression' if model == 'logistic' else 'KNeighborsClassifier'}({settings})"


def _dictionary(searched: Mapping[str, str]) -> str:
    lines = "".join(f"    {name!r}: {text},\n" for name, text in searched.items())
    return f"{{\n{lines}}}"
