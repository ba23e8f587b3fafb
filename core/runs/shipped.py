"""The shipped models as runs, judged on the data set at hand from their stored predictions."""

from __future__ import annotations

from datetime import datetime

from core.data.dataset import Dataset
from core.evaluation.metrics import evaluate
from core.models.catalogue import short_title
from core.models.serving.shipped import PREDICTIONS_FILE, Card, shipped
from core.runs.artifacts import Predictions
from core.runs.run import Run, State

OWNER = "Digit Lab"


def shipped_runs(dataset: Dataset) -> list[Run]:
    """One finished run a shipped model, with metrics on `dataset`'s validation and test images.

    On the full MNIST the metrics are the card's own. The sample's judging images are 500 + 500 of the full validation
    images, whose predictions every shipped model carries.
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
        shipped=True,
    )


def shipped_predictions(name: str, dataset: Dataset) -> Predictions:
    """A shipped model's probabilities of the images that judge on `dataset`."""
    stored = Predictions.load(shipped()[name].folder / PREDICTIONS_FILE)
    if not dataset.is_sample:
        return stored
    return Predictions(stored.validation[dataset.validation.index], stored.validation[dataset.test.index])


def _metrics(name: str, dataset: Dataset) -> dict[str, float]:
    stored = shipped_predictions(name, dataset)
    rows: dict[str, float] = {}
    for split in ("validation", "test"):
        figures = evaluate(dataset.judges(split).labels, stored.of(split)).metrics()
        rows.update({f"{split}_{metric}": value for metric, value in figures.items()})
    return rows
