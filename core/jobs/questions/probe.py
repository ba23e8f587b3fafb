"""The probe of a recipe as a job: how many validation images a small model reads after it, and how long that takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.arrays import UInt8Array
from core.data.dataset import Split
from core.data.sources import load_expected
from core.evaluation.comparison import compare
from core.evaluation.intervals import wilson_interval
from core.jobs.monitor import monitor_of_job
from core.jobs.questions.kept import Answer, Question
from core.models.probe import probe
from core.preprocessing.experiments import stratified
from core.preprocessing.recipe import Recipe

FUNCTION = "core.jobs.questions.probe:run"
COLUMNS = ["name", "accuracy", "low", "high", "correct", "images", "numbers", "explained", "preparing_ms", "seconds"]


def question(recipe: Recipe, judge: str, limit: int, fingerprint: str) -> Question:
    """Ask what a small model makes of a recipe, learning from `limit` training images, on all validation images."""
    return Question(FUNCTION, (recipe.model_dump_json(), judge, limit, fingerprint), title="the effect of recipes")


def run(recipe: str, judge: str, limit: int, fingerprint: str) -> Answer:
    """Probe a recipe (JSON) in a worker.

    Returns
    -------
    dict of ndarray
        `predictions` (validation images,) uint8, and as single numbers `numbers`, `explained` (0 to 1), `seconds`
        (all of it) and `preparing_ms` (a thousand images through the recipe).

    Raises
    ------
    DataError
        The worker holds another data set than the one that was asked about.
    """
    dataset = load_expected(fingerprint)
    chosen = few(dataset.train, limit)
    judged = dataset.validation.images
    train = dataset.train.images[chosen], dataset.train.labels[chosen]
    made = probe(Recipe.model_validate_json(recipe), judge, *train, judged, monitor_of_job())
    return {
        "predictions": made.predictions,
        "numbers": np.array(made.numbers),
        "explained": np.array(made.explained),
        "preparing_ms": np.array(1e6 * made.featurise_seconds / (len(chosen) + len(judged))),
        "seconds": np.array(made.featurise_seconds + made.judge_seconds),
    }


def few(split: Split, limit: int, seed: int = 0) -> np.ndarray:
    """Return positions of at most `limit` images of a split, each digit as often as its share; always the same ones."""
    if limit >= len(split):
        return np.arange(len(split))
    return stratified(split.labels, limit, np.random.default_rng(seed))


def probe_table(labels: UInt8Array, answers: Mapping[str, Answer]) -> pd.DataFrame:
    """Set the answers of several recipes side by side, in the order given.

    Parameters
    ----------
    labels : (n,) uint8
        Of the validation images.
    answers : name of the recipe -> what `run` returned

    Returns
    -------
    one row a recipe: `name`, `accuracy`, `low`, `high` (0 to 1, Wilson's 95 % interval), `correct`, `images`,
    `numbers` (an image), `explained` (0 to 1), `preparing_ms` (1,000 images), `seconds`
    """
    return pd.DataFrame([_row(name, labels, answer) for name, answer in answers.items()], columns=COLUMNS)


def _row(name: str, labels: np.ndarray, answer: Answer) -> tuple[object, ...]:
    correct = int((answer["predictions"] == labels).sum())
    accuracy = wilson_interval(correct, len(labels))
    figures = (float(answer[column]) for column in ("explained", "preparing_ms", "seconds"))
    return name, accuracy.value, accuracy.low, accuracy.high, correct, len(labels), int(answer["numbers"]), *figures


def verdicts(labels: np.ndarray, answers: Mapping[str, Answer], *, digits: int = 1) -> Sequence[str]:
    """Tell each recipe after the first against the first: by how many points, and whether that is more than chance.

    Parameters
    ----------
    digits : int
        Of the points, after the decimal point.
    """
    table = compare(labels, {name: answer["predictions"] for name, answer in answers.items()})
    first = next(iter(answers), "")
    return [_verdict(row, digits) for row in table[table["first"] == first].to_dict("records")]


def _verdict(row: Mapping[str, Any], digits: int) -> str:
    points, low, high = (0.0 - round(100 * row[end], digits) for end in ("difference", "high", "low"))
    change = f"{abs(points):.{digits}f} points {'better' if points > 0 else 'worse'}"
    between = f"between {low:+.{digits}f} and {high:+.{digits}f} with 95 % confidence"
    if not row["better"]:
        same = f"No significant difference between **{row['second']}** and **{row['first']}**"
        return f"{same}: {points:+.{digits}f} points, {between}."
    return f"**{row['second']}** is {change} than **{row['first']}** ({between})."
