"""`ship`: train the models that come with the program again, and put them in their place."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli.training import trained
from core.data.sources import load_dataset
from core.errors import DataError
from core.jobs.shipping import SHIPPED, add_seed, ship
from core.models.serving.shipped import FOLDER
from core.models.specification import Specification
from core.report.seeds import configurations
from core.runs import history as histories
from core.runs import registry
from core.runs.leaderboard import find
from core.runs.run import Run
from core.text import percent


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ship")(retrain)


def retrain(
    models: Annotated[list[str] | None, typer.Argument(help=f"Any of {', '.join(SHIPPED)}; all if none.")] = None,
    run: Annotated[str, typer.Option(help="Ship this finished run instead of training a new one.")] = "",
    repeat: Annotated[str, typer.Option(help="Add this finished run, of another seed, to what the card says.")] = "",
    history: Annotated[str, typer.Option(help="Ship the history of this finished run, which the demo plays.")] = "",
    seed: Annotated[int, typer.Option(help="Random seed of the training.")] = 0,
) -> None:
    """Train the shipped models with their reference presets on the full MNIST, and replace those in core/pretrained."""
    dataset = load_dataset()
    if dataset.is_sample:
        raise DataError("Models that ship are trained on the full MNIST: set DIGITLAB_DATA_DIR to a folder with it.")
    if history:
        typer.echo(f"The history of the training was written to {histories.ship(find(history, dataset))}")
        return
    if repeat:
        typer.echo(f"Its accuracy was added to {add_seed(find(repeat, dataset), FOLDER)}")
        return
    if run:
        _put(find(run, dataset))
        return
    for model in models or SHIPPED:
        _put(trained(Specification.from_preset(model, "reference", seed=seed), dataset))


def _put(run: Run) -> None:
    same = next(
        (
            members
            for members in configurations(registry.all_runs()).values()
            if run.run_id in {member.run_id for member in members}
        ),
        [],
    )
    folder = ship(run, FOLDER, [other for other in same if other.finished])
    typer.echo(f"{run.name}: validation accuracy {percent(run.metrics['validation_accuracy'])}, written to {folder}")
