"""What every step and recipe costs on 70,000 images, and whether the quick probe ranks recipes as full trainings do."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.benchmarks.models import peer_name
from core.benchmarks.row import Row
from core.data.dataset import Dataset
from core.data.sources import load_dataset
from core.jobs.questions.probe import few
from core.models.catalogue import kind_named
from core.models.kind import Silent, TrainingData
from core.models.probe import probe
from core.preprocessing import fixed
from core.preprocessing.base_step import BaseStep
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.steps import STEPS, Normalise

QUICK_IMAGES = 4_000
PROBE_IMAGES = 4_000
RANKED = ("raw", "deskewed", "hog_pca")
STEP_REACH = {"deskew": 1 / 15}
RECIPE_REACH = {"hog_pca": 1 / 4}


def run(quick: bool, final: bool) -> list[Row]:
    """Time every step and recipe beside a forest's fit, then rank recipes by probe and by full SVM trainings."""
    dataset = load_dataset()
    splits = (dataset.train, dataset.validation, dataset.test)
    images = np.concatenate([split.images for split in splits])[: QUICK_IMAGES if quick else None]
    forest = _forest_seconds(dataset, quick)
    steps = [
        _step_row(STEPS[kind].model_validate({}), images, forest, quick)
        for kind in STEPS
        if STEPS[kind].stage != "learned"
    ]
    recipes = [_recipe_row(name, recipe, images, forest, quick) for name, recipe in RECIPES.items()]
    return [*steps, *recipes, *_ranking(dataset, quick)]


def _forest_seconds(dataset: Dataset, quick: bool) -> float:
    """Fit `RandomForestClassifier(100)` on raw pixels of all that train and validate: MNIST's training file."""
    from sklearn.ensemble import RandomForestClassifier

    splits = (dataset.train, dataset.validation)
    images = np.concatenate([split.images for split in splits])[: QUICK_IMAGES if quick else None]
    labels = np.concatenate([split.labels for split in splits])[: len(images)]
    forest = RandomForestClassifier(100, n_jobs=-1, random_state=0)
    started = time.perf_counter()
    forest.fit(images.reshape(len(images), -1), labels)
    return time.perf_counter() - started


def _step_row(step: BaseStep, images: np.ndarray, forest: float, quick: bool) -> Row:
    """Return the step alone, on grey values or, after normalising, on numbers; pictures go through block by block."""
    before: tuple[BaseStep, ...] = () if step.stage in ("picture", "normalise") else (Normalise(),)
    spent = _seconds(lambda: fixed.apply_all((*before, step), images))
    if before:
        spent -= _seconds(lambda: fixed.apply_all(before, images))
    what = f"step {step.title}: {len(images):,} images"
    reach = None if quick else STEP_REACH.get(step.kind)
    return Row(what, "s", [max(spent, 0.0)], peer_name("forest"), [forest], reach, note=step.source)


def _recipe_row(name: str, recipe: Recipe, images: np.ndarray, forest: float, quick: bool) -> Row:
    spent = _seconds(lambda: Pipeline(recipe).fit_transform(images))
    fitted = "; fit included, as before a training" if recipe.learned else ""
    note = " → ".join(step.title for step in recipe.steps) + fitted
    reach = None if quick else RECIPE_REACH.get(name)
    return Row(f"recipe {name}: {len(images):,} images", "s", [spent], peer_name("forest"), [forest], reach, note=note)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _ranking(dataset: Dataset, quick: bool) -> list[Row]:
    """Return validation error of each recipe by the probe, beside that of an SVM trained on all training images."""
    full = QUICK_IMAGES if quick else len(dataset.train)
    probed = {name: _probe_error(RECIPES[name], dataset) for name in RANKED}
    trained = {name: _svm_error(RECIPES[name], dataset, full) for name in RANKED}
    peer = f"SVM, {full:,} training images"
    rows = [
        Row(f"probe of {name}: validation error", "share", [probed[name]], peer, [trained[name]]) for name in RANKED
    ]
    note = f"probe: {' < '.join(ranked(probed))}; SVM: {' < '.join(ranked(trained))}"
    same = float(ranked(probed) == ranked(trained))
    return [
        *rows,
        Row("probe and SVM rank the recipes alike", "1 = yes", [same], reach=1, higher_is_better=True, note=note),
    ]


def ranked(errors: Mapping[str, float]) -> Sequence[str]:
    """Return the names, the one with the smallest error first."""
    return sorted(errors, key=lambda name: errors[name])


def _probe_error(recipe: Recipe, dataset: Dataset) -> float:
    chosen = few(dataset.train, PROBE_IMAGES)
    images, labels = dataset.train.images[chosen], dataset.train.labels[chosen]
    made = probe(recipe, "neighbours", images, labels, dataset.validation.images)
    return float((made.predictions != dataset.validation.labels).mean())


def _svm_error(recipe: Recipe, dataset: Dataset, limit: int) -> float:
    """Return error of the SVM's default parameters, fitted as a training does."""
    chosen = few(dataset.train, limit)
    images, labels = dataset.train.images[chosen], dataset.train.labels[chosen]
    pipeline = Pipeline(recipe).fit(images)
    rows, judged = pipeline.transform(images), pipeline.transform(dataset.validation.images)
    data = TrainingData(rows, labels, judged, dataset.validation.labels, images, pipeline.transform)
    kind = kind_named("svm")
    native = kind.fit(data, kind.parameters(), seed=0, threads=2, monitor=Silent())
    return float((kind.scores(native, judged).argmax(axis=1) != dataset.validation.labels).mean())
