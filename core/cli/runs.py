"""`runs`: list what was trained, name it, note it, tag it, throw it away and bring it back."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import champion, exchange
from core.cli.output import Json, RunName, print_json, print_table
from core.data.sources import load_dataset
from core.jobs.recovery import recover
from core.permissions import operator
from core.report.card import model_card
from core.report.parameters import trained_on
from core.runs import housekeeping, registry
from core.runs.leaderboard import every_run, find
from core.runs.run import Run
from core.text import percent

OTHER = "*"
"""Marks figures of other images."""

runs_app = typer.Typer(
    help="List runs; rename, annotate, tag, import, export, delete, restore and purge them, or choose the champion.",
    invoke_without_command=True,
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    exchange.register(runs_app)
    champion.register(runs_app)
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
    recover()
    dataset = load_dataset()
    runs = every_run(dataset, deleted=deleted)
    if json:
        print_json([run.as_dict() for run in runs])
        return
    sizes = [f"{split}, {len(dataset.evaluation_split(split)):,} images" for split in ("validation", "test")]
    rows = [_row(run, dataset.fingerprint) for run in runs]
    print_table(("run", "name", "model", "state", "trained on", *sizes, "fit"), rows)
    if any(OTHER in cell for row in rows for cell in row[-3:-1]):
        typer.echo(f"{OTHER} of other images than the current data set's.")


def _row(run: Run, fingerprint: str) -> tuple[str, ...]:
    known = run.fingerprint == fingerprint
    accuracies = [run.metrics.get(f"{split}_accuracy") for split in ("validation", "test")]
    return (
        run.short_id,
        run.name,
        run.model,
        run.state.value,
        trained_on(run),
        *(percent(share) + ("" if known or share is None else f" {OTHER}") for share in accuracies),
        f"{run.seconds['fit']:,.0f} s" if "fit" in run.seconds else "–",
    )


@runs_app.command()
def rename(run: RunName, name: Annotated[str, typer.Argument(help="The new name.")], json: Json = False) -> None:
    """Give a run another name."""
    found = find(run, load_dataset())
    housekeeping.rename(found, name, actor=operator())
    changed = registry.get(found.run_id)
    _print(changed, f"was renamed to {changed.name} (before: {found.name}).", json)


@runs_app.command()
def note(
    run: RunName, text: Annotated[str, typer.Argument(help="The note; empty text removes it.")], json: Json = False
) -> None:
    """Write a note on a run."""
    found = find(run, load_dataset())
    housekeeping.note(found, text, actor=operator())
    _print(registry.get(found.run_id), f"({found.name}) {'has a new note' if text else 'has no note now'}.", json)


@runs_app.command()
def tag(
    run: RunName,
    tags: Annotated[list[str] | None, typer.Argument(help="The new tags; none removes all tags.")] = None,
    json: Json = False,
) -> None:
    """Set a run's tags."""
    found = find(run, load_dataset())
    housekeeping.tag(found, tuple(tags or ()), actor=operator())
    changed = registry.get(found.run_id)
    what = f"the tags {', '.join(changed.tags)}" if changed.tags else "no tags"
    _print(changed, f"({changed.name}) has {what}.", json)


@runs_app.command()
def card(run: RunName) -> None:
    """Print a run's model card as Markdown."""
    dataset = load_dataset()
    typer.echo(model_card(find(run, dataset), dataset), nl=False)


@runs_app.command()
def delete(run: RunName, json: Json = False) -> None:
    """Move a run to the trash."""
    found = find(run, load_dataset())
    housekeeping.delete(found, actor=operator())
    _print(registry.get(found.run_id), f"({found.name}) was moved to the trash; `runs restore` restores it.", json)


@runs_app.command()
def restore(run: RunName, json: Json = False) -> None:
    """Bring a run back from the trash."""
    found = find(run, load_dataset(), deleted=True)
    words = housekeeping.restore(found, actor=operator())
    _print(registry.get(found.run_id), words.replace(found.name, f"({found.name})", 1), json)


def _print(run: Run, words: str, json: bool) -> None:
    """Say what became of a run."""
    if json:
        print_json(run.as_dict())
    else:
        typer.echo(f"{run.short_id} {words}")


@runs_app.command()
def purge(json: Json = False) -> None:
    """Empty the trash for good and say how much space that freed."""
    count, freed = housekeeping.purge(actor=operator())
    if json:
        print_json({"purged": count, "bytes": freed})
    else:
        typer.echo(f"{count} runs purged, {freed / 1e6:.1f} MB freed.")
