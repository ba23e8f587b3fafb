"""`ensemble`: combine finished runs into one, a run of its own."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from core.cli.output import Json, print_json, print_table
from core.data.sources import load_dataset
from core.jobs.committee import make_committee
from core.runs.judging import accuracy_in_words
from core.runs.leaderboard import find
from core.text import percent


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ensemble")(ensemble)
    app.command("committee", hidden=True)(ensemble)


def ensemble(
    runs: Annotated[list[str], typer.Argument(help="Two runs or more: ids, prefixes, or shipped models' names.")],
    weights: Annotated[
        Literal["validation", "equal"], typer.Option(help="Fitted on the validation images, or equal for all.")
    ] = "validation",
    name: Annotated[str, typer.Option(help="Name of the ensemble.")] = "",
    json: Json = False,
) -> None:
    """Build an ensemble of finished runs: the weighted mean of their probabilities, evaluated and stored as a run."""
    dataset = load_dataset()
    run = make_committee([find(text, dataset) for text in runs], dataset, weights=weights, name=name)
    if json:
        print_json(run.as_dict())
        return
    rows = [("run", run.run_id)]
    rows += [(f"{split} accuracy", accuracy_in_words(run, split, dataset)) for split in ("validation", "test")]
    rows += [(f"weight of {who.name}", percent(who.weight)) for who in (run.committee.members if run.committee else ())]
    print_table(("what", "value"), rows, title=run.name)
