"""`runs import` and `runs export`: models and predictions that come from elsewhere, and go there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.output import Json, RunName, print_json
from core.data.sources import load_dataset
from core.errors import InputError
from core.runs import external
from core.runs.judging import accuracy_in_words
from core.runs.leaderboard import find
from core.runs.run import Run
from core.takeaway.folder import export


def register(group: typer.Typer) -> None:
    """Add the two commands to the group of runs."""
    group.command("import")(import_run)
    group.command("export")(export_run)


def import_run(
    files: Annotated[
        list[Path],
        typer.Argument(help="An ONNX file; or two CSV files, of validation and then of test predictions."),
    ],
    name: Annotated[str, typer.Option(help="Name of the run.")] = "",
    json: Json = False,
) -> None:
    """Make a run of a model that was trained elsewhere.

    A CSV has the columns index and p0 to p9, a row an image, as `runs export` writes it. Both are needed: runs are
    ranked by validation images, so that nobody chooses by the test images.
    """
    run = _imported([content_of(file) for file in files], files, name)
    if json:
        print_json(run.as_dict())
    else:
        accuracy = accuracy_in_words(run, "validation", load_dataset())
        typer.echo(f"{run.short_id} {run.name}: validation accuracy {accuracy}")


def _imported(contents: list[bytes], files: list[Path], name: str) -> Run:
    dataset = load_dataset()
    if len(files) == 1 and files[0].suffix == ".onnx":
        return external.import_onnx(contents[0], dataset, name=name)
    if len(files) == 2:
        return external.import_predictions(contents[0], contents[1], dataset, name=name)
    got = f"got {len(files)}: {', '.join(file.name for file in files)}."
    why = (
        " Runs are ranked by validation accuracy, so test predictions alone are not enough." if len(files) == 1 else ""
    )
    raise InputError(f"Import one .onnx file, or two CSV files, of validation and of test predictions; {got}{why}")


def content_of(file: Path) -> bytes:
    """Return a file's bytes; raises InputError where it cannot be read."""
    try:
        with file.open("rb") as content:
            return content.read(external.MOST_BYTES + 1)  # more is refused
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from error


def export_run(
    run: RunName,
    output: Annotated[Path, typer.Option(help="Folder to write to; created if missing.")],
    json: Json = False,
) -> None:
    """Write all that a run gives away: model with use.py, predictions as CSV and Parquet, the script that trains it."""
    dataset = load_dataset()
    found = find(run, dataset)
    exported = export(found, dataset, output)
    if json:
        files = [str(path) for path in exported.files]
        print_json({"run_id": found.run_id, "files": files, "missing": list(exported.missing)})
        return
    for path in exported.files:
        typer.echo(path)
    for why in exported.missing:
        typer.echo(why, err=True)
