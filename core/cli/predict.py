"""`predict`: what a model reads in images and drawings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.output import Json, print_json, print_table
from core.data.sources import load_dataset
from core.reading.reader import read, sources_of
from core.runs.champion import champion_or_shipped
from core.runs.leaderboard import find
from core.runs.model_cache import predictor


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("predict")(predict)


def predict(
    paths: Annotated[list[Path], typer.Argument(help="Images, folders of images, .json or .jsonl of canvas drawings.")],
    model: Annotated[
        str, typer.Option(help="A run or a shipped model. Default: the champion, else the shipped cnn.")
    ] = "",
    json: Json = False,
) -> None:
    """Read the digits of images and drawings."""
    dataset = load_dataset()
    run = find(model, dataset) if model else champion_or_shipped(dataset)
    sources = (source for path in paths for source in sources_of(path))
    readings = list(read(sources, predictor(run)))
    if json:
        print_json([reading.as_dict() for reading in readings])
        return
    rows = [
        (
            reading.source.path,
            reading.source.index,
            reading.text.replace("\n", " / ") or "–",
            " ".join(f"{100 * digit.probability:.0f}%" for digit in reading.digits),
            " ".join(reading.source.warnings),
        )
        for reading in readings
    ]
    print_table(("path", "index", "text", "probability", "warning"), rows, title=f"predicted by {run.name}")
