"""`train`: one training, from a preset and settings to a judged run."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core.cli.output import Json, percent, print_json, print_table, progress_bar
from core.data.sources import load_dataset
from core.jobs.training import run_training
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.runs import registry
from core.runs.leaderboard import find
from core.runs.run import Run


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


def train(
    model: Annotated[str, typer.Argument(help="svm, forest, cnn, knn or logistic.")],
    preset: Annotated[str, typer.Option(help="fast, default or reference.")] = "default",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change one parameter; may be repeated.")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Train on this many images, stratified; all if not said.")] = None,
    seed: Annotated[int, typer.Option(help="Makes the training repeatable.")] = 0,
    name: Annotated[str, typer.Option(help="What the run is called.")] = "",
    continued: Annotated[
        str, typer.Option("--continue", metavar="RUN", help="Go on from the network of this finished run.")
    ] = "",
    reuse: Annotated[bool, typer.Option("--reuse", help="Return an earlier identical run if there is one.")] = False,
    json: Json = False,
) -> None:
    """Train a model, judge it on validation and test images, and keep it as a run."""
    changes: dict[str, Any] = {"experiment": Experiment.limited(limit)} if limit is not None else {}
    specification = Specification.from_preset(model, preset, settings=tuple(settings or ()), seed=seed, **changes)
    dataset = load_dataset()
    if continued:
        specification = specification.continuing(find(continued, dataset).run_id)
    run = registry.earlier(specification.key(dataset.fingerprint)) if reuse else None
    if run is None:
        queued = registry.create(specification, dataset.fingerprint, name=name)
        with progress_bar(queued.name) as show:
            run = run_training(queued.run_id, echo=show)
    _print(run, json)


def _print(run: Run, json: bool) -> None:
    if json:
        print_json(training_document(run))
        return
    rows = [
        ("run", run.run_id),
        ("test accuracy", percent(run.metrics.get("test_accuracy"))),
        ("validation accuracy", percent(run.metrics.get("validation_accuracy"))),
        ("fit", f"{run.seconds.get('fit', 0):.1f} s"),
        ("predict", f"{run.seconds.get('predict', 0):.1f} s"),
    ]
    print_table(("what", "value"), rows, title=run.name)


def training_document(run: Run) -> dict[str, object]:
    """The JSON of a finished training; test metrics other than accuracy also under their short names."""
    short = {
        name.removeprefix("test_"): value
        for name, value in run.metrics.items()
        if name.startswith("test_") and name != "test_accuracy"
    }
    return {**run.as_dict(), "metrics": {**run.metrics, **short}}
