"""The shipped models as runs, judged on the data set at hand from their stored predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.data.dataset import Dataset
from core.evaluation.metrics import evaluate
from core.ledger.states import State
from core.models.catalogue import short_title
from core.models.serving.shipped import PREDICTIONS_FILE, Card, shipped
from core.runs.artifacts import Predictions
from core.runs.run import Run
from core.text import percent, percent_range

OWNER = "Digit Lab"
SPLITS = ("validation", "test")


def shipped_runs(dataset: Dataset) -> list[Run]:
    """Return one finished run a shipped model, with metrics on `dataset`'s validation and test images.

    On the full MNIST the metrics are the card's own. The sample's judging images are 500 + 500 of the full validation
    images, whose predictions every shipped model carries; `full_validation_*` are then the card's own, on all 5,000.
    """
    return [_as_run(card, dataset) for card in shipped().values()]


def _as_run(card: Card, dataset: Dataset) -> Run:
    content = card.content
    on_full = dataset.fingerprint == content["fingerprint"]
    return Run(
        run_id=card.name,
        name=short_title(card.specification.model),
        model=card.specification.model,
        state=State.FINISHED,
        owner=OWNER,
        created=datetime.fromisoformat(content["created"]),
        ended=datetime.fromisoformat(content["created"]),
        fingerprint=dataset.fingerprint,
        key=card.specification.key(content["fingerprint"]),
        specification=card.specification,
        metrics=content["metrics"] if on_full else _metrics(card.name, dataset),
        seconds=content["seconds"],
        environment=content["environment"],
        note=seeds_in_words(content["seeds"], content.get("averaged", ())),
        shipped=True,
    )


def seeds_in_words(seeds: Sequence[Mapping[str, float]], averaged: Sequence[Mapping[str, float]] = ()) -> str:
    """Return how a recipe's error varies with the seed: mean and range on both splits of the full MNIST.

    Of a network that is the mean of others, how theirs does.
    """
    if averaged:
        return f"Mean of the weights of {len(averaged)} networks; their errors: {_errors(averaged)}."
    if len(seeds) == 1:
        return "Measured with one seed."
    return f"Error over {len(seeds)} seeds: {_errors(seeds)}."


def _errors(figures: Sequence[Mapping[str, float]]) -> str:
    return ", ".join(
        f"{split} {_mean_and_range([1 - one[f'{split}_accuracy'] for one in figures])}" for split in SPLITS
    )


def _mean_and_range(errors: Sequence[float]) -> str:
    mean = sum(errors) / len(errors)
    return f"{percent(mean)} ({percent_range(min(errors), max(errors))})"


def shipped_predictions(name: str, dataset: Dataset) -> Predictions:
    """Return a shipped model's probabilities of the images that judge on `dataset`."""
    stored = Predictions.load(shipped()[name].folder / PREDICTIONS_FILE)
    if not dataset.is_sample:
        return stored
    return Predictions(stored.validation[dataset.validation.index], stored.validation[dataset.test.index])


def _metrics(name: str, dataset: Dataset) -> dict[str, float]:
    stored = shipped_predictions(name, dataset)
    on_all = shipped()[name].content["metrics"]
    rows = {f"full_{metric}": value for metric, value in on_all.items() if metric.startswith("validation_")}
    for split in SPLITS:
        figures = evaluate(dataset.evaluation_split(split).labels, stored.of(split)).metrics()
        rows.update({f"{split}_{metric}": value for metric, value in figures.items()})
    return rows
