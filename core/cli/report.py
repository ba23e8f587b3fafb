"""`report`: chosen runs as one HTML file to take away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from core.cli.output import Json, print_json
from core.data.sources import load_dataset
from core.report.document import report, write_report
from core.runs.leaderboard import find


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(write)


def write(
    runs: Annotated[list[str], typer.Argument(help="Runs: ids, prefixes, or shipped models' names.")],
    output: Annotated[Path, typer.Option(help="The file to write, such as report.html.")],
    split: Annotated[Literal["test", "validation"], typer.Option(help="Images to evaluate on.")] = "test",
    json: Json = False,
) -> None:
    """Write one self-contained HTML file: comparison, charts, errors and settings of finished runs."""
    dataset = load_dataset()
    html = report([find(run, dataset) for run in runs], dataset, split=split)
    write_report(html, output)
    size = len(html.encode())
    if json:
        print_json({"output": str(output), "runs": len(runs), "bytes": size})
    else:
        typer.echo(f"{output}: {size / 1e6:.1f} MB")
