"""`evaluate`: a run's metrics on the images that judge it."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli.output import Json, JudgingName, print_json, print_table
from core.data.judging import judging_set
from core.data.sources import load_dataset
from core.errors import UnknownRunError
from core.evaluation.intervals import wilson_interval
from core.evaluation.metrics import evaluate
from core.runs.judging import answers, check_may_be_judged, widest
from core.runs.leaderboard import find
from core.text import percent


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate_run)


def evaluate_run(
    run: Annotated[str, typer.Argument(help="A run's id, a prefix of it, or a shipped model's name.")],
    split: JudgingName = "test",
    json: Json = False,
) -> None:
    """Print accuracy, precision, recall, F1, confusion matrix and calibration of a finished run."""
    dataset = load_dataset()
    found = find(run, dataset)
    if not found.finished:
        raise UnknownRunError(f"Run {found.short_id} is {found.state.value}, so there is nothing to evaluate.")
    images = judging_set(dataset, widest(split, [found], dataset))
    check_may_be_judged(found, images, dataset)
    judged = evaluate(images.split.labels, answers(found, images, dataset))
    accuracy = wilson_interval(judged.correct, judged.total)
    document = {
        "run_id": found.run_id,
        "model": found.model,
        "split": images.name,
        "images": judged.total,
        "fingerprint": images.fingerprint,
        "notes": list(images.notes),
        "accuracy_interval": [accuracy.low, accuracy.high],
        **judged.as_dict(),
    }
    if json:
        print_json(document)
        return
    rows = [
        (name, percent(value) if name != "log_loss" else f"{value:.4f}") for name, value in judged.metrics().items()
    ]
    print_table(("metric", "value"), rows, title=f"{found.name}, {judged.total:,} {images.title} images")
    print_table(
        ("true \\ predicted", *range(10)),
        [(digit, *row) for digit, row in enumerate(document["confusion_matrix"])],
    )
    for note in images.notes:
        typer.echo(note)
