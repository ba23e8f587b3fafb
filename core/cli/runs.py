"""`runs`: list what was trained, name it, note it, tag it, throw it away and bring it back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.output import Json, percent, print_json, print_table
from core.data.sources import load_dataset
from core.errors import InputError
from core.report.card import model_card
from core.runs import external, housekeeping
from core.runs.leaderboard import every_run, find
from core.runs.run import Run

runs_app = typer.Typer(
    help="List runs; rename, note, tag, import, delete, restore and purge them.", invoke_without_command=True
)

RunName = Annotated[str, typer.Argument(help="A run's id, a prefix of it, or a shipped model's name.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(runs_app, name="runs")


@runs_app.callback()
def list_runs(
    context: typer.Context,
    deleted: Annotated[bool, typer.Option("--deleted", help="List the trash instead.")] = False,
    json: Json = False,
) -> None:
    """List every run, the newest first."""
    if context.invoked_subcommand:
        return
    runs = every_run(load_dataset(), deleted=deleted)
    if json:
        print_json([run.as_dict() for run in runs])
        return
    rows = [
        (
            run.short_id,
            run.name,
            run.model,
            run.state.value,
            percent(run.metrics.get("validation_accuracy")),
            percent(run.metrics.get("test_accuracy")),
            f"{run.seconds['fit']:.0f} s" if "fit" in run.seconds else "–",
        )
        for run in runs
    ]
    print_table(("run", "name", "model", "state", "validation", "test", "fit"), rows)


@runs_app.command()
def rename(run: RunName, name: Annotated[str, typer.Argument(help="The new name.")]) -> None:
    """Give a run another name."""
    housekeeping.rename(find(run, load_dataset()), name)


@runs_app.command()
def note(run: RunName, text: Annotated[str, typer.Argument(help="The note; empty text removes it.")]) -> None:
    """Write a note on a run."""
    housekeeping.note(find(run, load_dataset()), text)


@runs_app.command()
def tag(
    run: RunName,
    tags: Annotated[list[str] | None, typer.Argument(help="All tags it shall have; none clears them.")] = None,
) -> None:
    """Set a run's tags."""
    housekeeping.tag(find(run, load_dataset()), tuple(tags or ()))


@runs_app.command(name="import")
def import_run(
    files: Annotated[list[Path], typer.Argument(help="An ONNX file; or two CSV files, of validation and of test.")],
    name: Annotated[str, typer.Option(help="What to call the run.")] = "",
    json: Json = False,
) -> None:
    """Make a run of a model that was trained elsewhere; a CSV has the columns index and p0 to p9, a row an image."""
    run = _imported([content_of(file) for file in files], files, name)
    if json:
        print_json(run.as_dict())
    else:
        typer.echo(
            f"{run.short_id} {run.name}: {percent(run.metrics['validation_accuracy'])} of validation images right"
        )


def _imported(contents: list[bytes], files: list[Path], name: str) -> Run:
    dataset = load_dataset()
    if len(files) == 1 and files[0].suffix == ".onnx":
        return external.import_onnx(contents[0], dataset, name=name)
    if len(files) == 2:
        return external.import_predictions(contents[0], contents[1], dataset, name=name)
    raise InputError(
        f"Import one .onnx file, or two CSV files, of validation and of test predictions; got {len(files)}: "
        f"{', '.join(file.name for file in files)}."
    )


def content_of(file: Path) -> bytes:
    """A file's bytes; raises InputError where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from error


@runs_app.command()
def card(run: RunName) -> None:
    """Print a run's model card as Markdown."""
    dataset = load_dataset()
    typer.echo(model_card(find(run, dataset), dataset), nl=False)


@runs_app.command()
def delete(run: RunName) -> None:
    """Move a run to the trash."""
    housekeeping.delete(find(run, load_dataset()))


@runs_app.command()
def restore(run: RunName) -> None:
    """Bring a run back from the trash."""
    housekeeping.restore(find(run, load_dataset(), deleted=True))


@runs_app.command()
def purge(json: Json = False) -> None:
    """Empty the trash for good and say how much space that freed."""
    count, freed = housekeeping.purge()
    if json:
        print_json({"purged": count, "bytes": freed})
    else:
        typer.echo(f"{count} runs purged, {freed / 1e6:.1f} MB freed.")
