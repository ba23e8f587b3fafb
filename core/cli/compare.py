"""`compare`: which of several runs is better, and whether that is more than chance."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core.cli.output import Json, JudgingName, print_json, print_table
from core.data.sources import load_dataset
from core.errors import InputError, RegistryError
from core.report.comparison import Comparison, compare_runs
from core.runs.judging import widest
from core.runs.leaderboard import find
from core.text import percent, percent_range


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare")(compare)


def compare(
    runs: Annotated[list[str], typer.Argument(help="Two runs or more: ids, prefixes, or shipped models' names.")],
    split: JudgingName = "test",
    json: Json = False,
) -> None:
    """Compare finished runs with 95 % intervals and McNemar's test of every pair, Holm-corrected."""
    dataset = load_dataset()
    found = [find(run, dataset) for run in runs]
    if len({run.run_id for run in found}) < 2:
        raise InputError("A comparison needs at least two different runs; name another one.")
    comparison = compare_runs(found, dataset, widest(split, found, dataset))
    if comparison.unread and len(comparison.answers) < 2:
        raise RegistryError(" ".join(comparison.unread.values()))
    if json:
        print_json(comparison.as_dict())
    else:
        _print(comparison)


def _print(comparison: Comparison) -> None:
    rows = [
        (row["name"], *_figure(row, "accuracy", "low", "high"), *_figure(row, "f1_macro", "f1_low", "f1_high"))
        for row in comparison.standings.to_dict("records")
    ]
    images = f"{len(comparison.labels):,} {comparison.images.title} images"
    print_table(("run", "accuracy", "95 % interval", "macro F1", "95 % interval"), rows, title=images)
    for sentence in [*comparison.unread.values(), *comparison.pairs["sentence"], *comparison.images.notes]:
        typer.echo(sentence)


def _figure(row: dict[str, Any], value: str, low: str, high: str) -> tuple[str, str]:
    return percent(row[value]), percent_range(row[low], row[high])
