"""`predict`: what a model reads in images, drawings and files of many pictures."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.output import Json, print_json, print_table
from core.data.sources import load_dataset
from core.errors import InputError
from core.models.serving.predictor import Reader
from core.reading.reader import Reading, read_path
from core.reading.rows import holds_rows, read_rows, write_submission
from core.runs.answer import answering_run
from core.runs.leaderboard import find
from core.runs.model_cache import predictor
from core.text import percent

FAILED = InputError.exit_code


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("predict")(predict)


def predict(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Images, folders of images, .json or .jsonl of canvas drawings, .npy, .npz, .csv Parquet."),
    ],
    model: Annotated[
        str, typer.Option(help="A run or a shipped model. Default: the champion, else the best on validation.")
    ] = "",
    submission: Annotated[
        Path | None, typer.Option(help="Write ImageId,Label of one file's pictures, as Kaggle's competition takes it.")
    ] = None,
    json: Json = False,
) -> None:
    """Read the digits of images and drawings. A bad file does not stop the others; the exit code is 2 then."""
    dataset = load_dataset()
    run = find(model, dataset) if model else answering_run(dataset)
    if submission is not None:
        _submit(paths, submission, predictor(run), json)
        return
    outcomes = [outcome for path in paths for outcome in _outcomes(path, predictor(run))]
    if json:
        print_json([_document(outcome) for outcome in outcomes])
    elif readings := [outcome for outcome in outcomes if isinstance(outcome, Reading)]:
        print_table(
            ("path", "index", "text", "probability", "warning"), _rows(readings), title=f"predicted by {run.name}"
        )
    errors = [outcome[1] for outcome in outcomes if isinstance(outcome, tuple)]
    for error in errors:
        print(f"digit-lab: {error}", file=sys.stderr)
    if errors:
        raise typer.Exit(FAILED)


def _outcomes(path: Path, reader: Reader) -> Iterator[Reading | tuple[str, str]]:
    """Read each picture of a path; give path and reason of what cannot be read."""
    try:
        for reading in read_rows(path, reader) if holds_rows(path) else read_path(path, reader):
            is_bad = path.is_dir() and reading.look is None
            place = reading.path
            yield (place, f"{place}: {' '.join(reading.warnings)}") if is_bad else reading
    except InputError as error:
        yield str(path), str(error)


def _document(outcome: Reading | tuple[str, str]) -> dict[str, Any]:
    return outcome.as_dict() if isinstance(outcome, Reading) else {"path": outcome[0], "error": outcome[1]}


def _rows(readings: list[Reading]) -> list[tuple[object, ...]]:
    return [
        (
            reading.path,
            reading.index,
            reading.text.replace("\n", " / ") or "–",
            " ".join(percent(float(row.max()), 0) for row in reading.probabilities),
            " ".join(reading.warnings),
        )
        for reading in readings
    ]


def _submit(paths: list[Path], output: Path, reader: Reader, json: bool) -> None:
    if len(paths) != 1:
        raise InputError(f"A submission is made of one file of pictures; got {len(paths)}.")
    rows = write_submission(paths[0], output, reader)
    if json:
        print_json({"path": str(output), "rows": rows})
    else:
        typer.echo(f"{output} holds {rows:,} rows.")
