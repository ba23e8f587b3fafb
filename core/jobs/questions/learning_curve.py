"""Learning and validation curves: accuracy on training digits beside accuracy on validation digits, and what it means.

Each point is a small question that a worker answers once (`core.jobs.questions.kept`), so curves survive a closed tab.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.declaration import Value
from core.jobs.monitor import monitor_of_job
from core.jobs.questions.kept import Answer, Question, answer
from core.jobs.tuning.request import Search
from core.jobs.tuning.search_space import Dimension
from core.jobs.tuning.trial_evaluation import THREADS, Rows, search_data
from core.models.kind import TrainingData
from core.preprocessing.experiments import stratified
from core.preprocessing.pipeline import Pipeline
from core.text import percent

POINT = "core.jobs.questions.learning_curve:point"
JUDGED = 5000
"""At most so many training digits are predicted for the training score."""
WIDE_GAP = 0.01
STILL_RISING = 0.002
FLAT = 0.001


def point(search_json: str, images: int, name: str, value: Value) -> Answer:
    """Fit on `images` training digits with one parameter set to `value` (no name: none is); run by a worker.

    Returns
    -------
    dict
        `training` and `validation`, accuracies from 0 to 1.
    """
    search = Search.from_json(search_json)
    data = search_data(search.fingerprint, None, search.seed)
    train = _some(data.train, images, search.seed)
    pipeline, features = Pipeline(search.recipe).fit_transform(train.images)
    learnt = TrainingData(
        train_features=features,
        train_labels=train.labels,
        validation_features=pipeline.transform(data.validation.images),
        validation_labels=data.validation.labels,
        train_images=train.images,
        featurise=pipeline.transform,
        augmentation=search.augmentation,
    )
    changed = {name: value} if name else {}
    parameters = search.kind.parameters.model_validate({**search.parameters, **changed})
    native = search.kind.fit(learnt, parameters, seed=search.seed, threads=THREADS, monitor=monitor_of_job())
    judged = slice(None, None, max(1, len(train.labels) // JUDGED))
    return {
        "training": _accuracy(search, native, learnt.train_features[judged], train.labels[judged]),
        "validation": _accuracy(search, native, learnt.validation_features, data.validation.labels),
    }


def _some(rows: Rows, images: int, seed: int) -> Rows:
    if images >= len(rows.labels):
        return rows
    return rows[stratified(rows.labels, images, np.random.default_rng([seed, 3]))]


def _accuracy(search: Search, native: Any, features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.array(np.mean(search.kind.scores(native, features).argmax(axis=1) == labels))


def learning_questions(search: Search, sizes: Sequence[int]) -> list[Question]:
    """Return one question a training-set size."""
    title = f"the learning curve of {search.model}"
    return [Question(POINT, (_document(search), size, "", 0), title=title) for size in sizes]


def validation_questions(search: Search, dimension: Dimension, images: int) -> list[Question]:
    """Return one question a value of one parameter, on `images` training digits."""
    title = f"the curve of {search.model} over {dimension.name}"
    asked = [(_document(search), images, dimension.name, value) for value in dimension.values]
    return [Question(POINT, arguments, title=title) for arguments in asked]


def _document(search: Search) -> str:
    """Return what a point depends on: neither who asks nor how the search around it is done."""
    return search.model_copy(update={"owner": "", "limit": None, "folds": 0}).model_dump_json()


def curve_table(values: Sequence[Any], questions: Sequence[Question]) -> pd.DataFrame:
    """Return the points that are answered: `value`, `training`, `validation`, from 0 to 1."""
    answered = [
        (value, found) for value, question in zip(values, questions, strict=True) if (found := answer(question))
    ]
    rows = [
        {"value": value, "training": float(found["training"]), "validation": float(found["validation"])}
        for value, found in answered
    ]
    return pd.DataFrame(rows, columns=["value", "training", "validation"])


def learning_in_words(table: pd.DataFrame) -> str:
    """Return what a learning curve says: whether more images would help, whether it overfits or underfits."""
    if len(table) < 2:
        return ""
    before, last = table.iloc[-2], table.iloc[-1]
    gap, rise = last["training"] - last["validation"], last["validation"] - before["validation"]
    reads = (
        f"Accuracy is {percent(last['training'], 1)} on training digits and {percent(last['validation'], 1)} on "
        "validation digits"
    )
    rising = (
        f"the validation curve still rises ({_points(rise)} from {before['value']:,.0f} to {last['value']:,.0f} "
        "images): more images help."
        if rise > STILL_RISING
        else "the validation curve is flat: more images of this kind help little."
    )
    if gap > WIDE_GAP:
        return f"Overfitting: {reads[0].lower()}{reads[1:]}; {rising}"
    if last["training"] < 1 - WIDE_GAP:
        return (
            f"Underfitting: {reads[0].lower()}{reads[1:]}, so the model does not even fit the training digits; {rising}"
        )
    return f"A good fit: {reads[0].lower()}{reads[1:]}; {rising}"


def validation_in_words(table: pd.DataFrame, name: str) -> str:
    """Return what a validation curve says: where the best value is, and which side under- and which side overfits."""
    if len(table) < 2:
        return ""
    best = int(table["validation"].to_numpy().argmax())
    top = table.iloc[best]
    told = [f"Best at {name} = {_value(top['value'])}: {percent(top['validation'], 1)} of the validation digits."]
    if best in (0, len(table) - 1):
        told.append("The best value is at the end of the range: extend the range.")
    for side, row in (("below", table.iloc[0]), ("above", table.iloc[-1])):
        if top["validation"] - row["validation"] > FLAT:
            told.append(_side(side, row, top))
    return " ".join(told)


def _side(side: str, row: pd.Series, top: pd.Series) -> str:
    fell = _points(top["validation"] - row["validation"])
    if row["training"] < top["training"] - FLAT:
        return f"Far {side} it, training accuracy falls too: underfitting, {fell} lower on validation."
    return f"Far {side} it, training accuracy stays high while validation accuracy falls by {fell}: overfitting."


def _points(share: float) -> str:
    return f"{100 * share:.2f} points"


def _value(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
