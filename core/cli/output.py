"""What every command prints: one JSON document, or a table; progress goes to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

RunName = Annotated[str, typer.Argument(help="A run's id, a prefix of it, or a shipped model's name.")]
JudgingName = Annotated[
    str, typer.Option(help="Images to evaluate on: test, validation, or a test set of your own, by its name.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")]


def print_json(document: Any) -> None:
    """Print one JSON document; NumPy's numbers become Python's, and those that are not finite null."""
    typer.echo(json.dumps(_plain(document), indent=2, ensure_ascii=False))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return None
    return value


def print_table(columns: Sequence[object], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """Print a table for people."""
    table = Table(title=title or None, title_justify="left")
    for column in columns:
        table.add_column(str(column))
    for row in rows:
        table.add_row(*[str(cell) for cell in row])
    Console(markup=False, highlight=False).print(table)


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[float, str], None]]:
    """Provide a progress bar on stderr; yields a function of (fraction 0..1, message)."""
    console = Console(file=sys.stderr, markup=False, highlight=False)
    columns = (
        TextColumn("{task.fields[title]}", markup=False),
        BarColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=False) as progress:
        task = progress.add_task("", total=1.0, title=title)

        def show(fraction: float, message: str) -> None:
            progress.update(task, completed=fraction, description=message)

        yield show
