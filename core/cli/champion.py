"""`runs champion`: who answers when no model is named, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli.output import Json, print_json, print_table
from core.data.sources import load_dataset
from core.errors import InputError
from core.permissions import operator
from core.runs import champion
from core.runs.answer import answering_run
from core.runs.leaderboard import find


def register(group: typer.Typer) -> None:
    """Add the command to the group of runs."""
    group.command("champion")(choose)


def choose(
    run: Annotated[str, typer.Argument(help="A run's id, a prefix of it, or a shipped model's name.")] = "",
    reason: Annotated[str, typer.Option(help="Why it becomes champion, in a few words.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Undo the newest choice.")] = False,
    json: Json = False,
) -> None:
    """Make a run the champion, which answers where no model is named; without a run list the choices so far."""
    if undo and (run or reason):
        raise InputError("Either name a run and a reason, or --undo the newest choice; not both.")
    if reason and not run:
        raise InputError("Say which run becomes champion: runs champion RUN --reason TEXT.")
    if undo:
        champion.undo(actor=operator())
    elif run:
        champion.crown(find(run, load_dataset()), reason, actor=operator())
    _print(champion.history(), json)


def _print(choices: list[champion.Choice], json: bool) -> None:
    if json:
        current = next((choice.run_id for choice in choices if choice.current), None)
        documents = [
            {"run_id": choice.run_id, "reason": choice.reason, "by": choice.chosen_by, "at": choice.at.isoformat()}
            for choice in choices
        ]
        print_json({"champion": current, "choices": documents})
    elif not choices:
        used = answering_run(load_dataset()).name
        typer.echo(f"There is no champion; {used} is used where no model is named: the best on validation.")
    else:
        rows = [
            ("♛" if entry.current else "", entry.run_id[:8], entry.reason, entry.chosen_by, f"{entry.at:%d %b %Y}")
            for entry in choices
        ]
        print_table(("", "run", "reason", "by", "on"), rows)
