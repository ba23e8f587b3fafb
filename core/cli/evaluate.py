"""`evaluate`: a run's metrics on the images that judge it."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from core.cli.output import Json, print_json, print_table
from core.data.sources import load_dataset
from core.errors import UnknownRunError
from core.evaluation.metrics import evaluate
from core.runs.leaderboard import find, predictions
from core.text import percent


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate_run)


def evaluate_run(
    run: Annotated[str, typer.Argument(help="A run's id, a prefix of it, or a shipped model's name.")],
    split: Annotated[Literal["test", "validation"], typer.Option(help="Images to evaluate on.")] = "test",
    json: Json = False,
) -> None:
    """Print accuracy, precision, recall, F1, confusion matrix and calibration of a finished run."""
    dataset = load_dataset()
    found = find(run, dataset)
    if not found.finished:
        raise UnknownRunError(f"Run {found.short_id} is {found.state.value}, so there is nothing to evaluate.")
    if found.fingerprint != dataset.fingerprint:
        raise UnknownRunError(f"Run {found.short_id} was evaluated on other images than the current data set.")
    judged = evaluate(dataset.judges(split).labels, predictions(found, dataset).of(split))
    document = {"run_id": found.run_id, "model": found.model, "split": split, **judged.as_dict()}
    if json:
        print_json(document)
        return
    rows = [
        (name, percent(value) if name != "log_loss" else f"{value:.4f}") for name, value in judged.metrics().items()
    ]
    print_table(("metric", "value"), rows, title=f"{found.name}, {split}")
    print_table(
        ("true \\ predicted", *range(10)),
        [(digit, *row) for digit, row in enumerate(document["confusion_matrix"])],
    )
