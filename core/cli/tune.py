"""`tune`: search a model's parameters, go on with a search that was interrupted, list those there are."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from core.cli.output import Json, print_json, print_table, progress_bar
from core.data.sources import load_dataset
from core.data.whole_file import whole_file
from core.errors import ReportError, StudyError, TrainingError
from core.jobs.cluster.executor import Executor
from core.jobs.recovery import recover
from core.jobs.tuning import search_actions
from core.jobs.tuning.request import Search
from core.jobs.tuning.search_coordinator import Coordinator
from core.jobs.tuning.search_space import SearchSpace
from core.jobs.tuning.view import StudyView, view
from core.models.catalogue import kind_named
from core.permissions import operator
from core.process import uninterrupted
from core.takeaway.search import script_of
from core.text import percent

Many = list[str] | None
PAUSED = "stopped; the search `{0}` is paused, and `python -m core tune --resume '{0}'` goes on with it."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tune")(tune)


def tune(
    model: Annotated[str, typer.Argument(help="svm, forest, cnn, knn or logistic.")] = "",
    sampler: Annotated[str, typer.Option(help="grid, random or tpe (guided).")] = "random",
    pruner: Annotated[str, typer.Option(help="Stop poor trials early: hyperband, median or none.")] = "none",
    trials: Annotated[
        int | None, typer.Option(help="Number of trials; with --resume, number of trials to add.")
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="Start no trial after this time.")] = None,
    limit: Annotated[
        int | None, typer.Option(help="Train on a stratified subset of this size. Default: all images.")
    ] = None,
    search: Annotated[
        Many,
        typer.Option("--search", metavar="NAME=LOW:HIGH", help="Search over a range, or NAME=A,B,C; may be repeated."),
    ] = None,
    settings: Annotated[
        Many, typer.Option("--set", metavar="NAME=VALUE", help="Fix one parameter; may be repeated.")
    ] = None,
    preset: Annotated[str, typer.Option(help="Preset for the fixed parameters and the recipe.")] = "default",
    folds: Annotated[
        int, typer.Option(help="Evaluate by cross-validation with this many folds; 0: on the validation images.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Random seed of the search.")] = 0,
    name: Annotated[str, typer.Option(help="Name of the search.")] = "",
    resume: Annotated[str, typer.Option(metavar="NAME", help="Resume a search.")] = "",
    script: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the search (or the one of --resume) as a scikit-learn script instead of running it.",
        ),
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List all searches.")] = False,
    json: Json = False,
) -> None:
    """Search a model's parameters; trials run on all workers, and what they find stays in the study."""
    if list_all:
        _list(json)
        return
    if resume and script:
        found = view(resume)
        _write_script(script_of(found.search, found.budget), script, json)
        return
    if resume:
        if trials is None and (found := view(resume)).state == "finished":
            print(
                f"The search `{resume}` has done its {found.budget.in_words}, so there is nothing to resume; "
                "--trials N adds to them.", file=sys.stderr,
            )  # fmt: skip
            _print(found, json)
            return
        found = _coordinate(lambda: _resumed(resume, trials))
    else:
        space = _space(model, tuple(search or ()))
        dataset = load_dataset()
        asked = Search.ask(
            model, space, fingerprint=dataset.fingerprint, preset=preset, settings=tuple(settings or ()),
            sampler=sampler, pruner=pruner, trials=trials, minutes=minutes, limit=limit, folds=folds, seed=seed,
            owner=operator().name,
        )  # fmt: skip
        asked.check_training_set(dataset.train.labels)
        if script:
            _write_script(script_of(asked), script, json)
            return
        found = _coordinate(lambda: search_actions.create(asked, name))
    _print(found, json)


def _resumed(name: str, trials: int | None) -> str:
    if trials is not None:
        search_actions.add_trials(name, trials, actor=operator())
    search_actions.resume(name, actor=operator())
    return name


def _write_script(text: str, path: Path, json: bool) -> None:
    try:
        with whole_file(path) as place:
            place.write_text(text, "utf-8")
    except OSError as error:
        raise ReportError(f"{path} could not be written: {error.strerror or error}.") from error
    if json:
        print_json({"script": str(path), "bytes": len(text.encode())})
    else:
        typer.echo(f"{path}: run it with `python {path} mnist.npz`")


def _space(model: str, wishes: tuple[str, ...]) -> SearchSpace:
    if not model:
        raise StudyError("Say which model to search (svm, forest, cnn, knn or logistic), or --resume a search.")
    kind = kind_named(model)
    return SearchSpace.parse(kind, wishes) if wishes else SearchSpace.declared(kind)


def _coordinate(begin: Callable[[], str]) -> StudyView:
    """Begin a search and work on it until it ends; Ctrl-C pauses it, whatever moment it comes in."""
    name = ""
    try:
        with uninterrupted():
            name = begin()
        return _worked_on(name)
    except KeyboardInterrupt:
        if not name:
            raise
        with uninterrupted(), suppress(StudyError):  # it rests already where its coordinator had begun
            search_actions.pause(name, actor=operator())
        raise KeyboardInterrupt(PAUSED.format(name)) from None


def _worked_on(name: str) -> StudyView:
    with progress_bar(name) as show, Executor() as executor:

        def told(ended: int, budget: int | None) -> None:
            best = view(name).best
            reached = f", best {percent(best.score)}" if best else ""
            show(ended / budget if budget else 0.0, f"{ended} of {budget or '?'} trials{reached}")

        show(0.0, "starting the workers")
        Coordinator(name, executor, told).run()
    found = view(name)
    if found.state == "failed":
        raise TrainingError(f"{found.reason} Fix the cause, then resume with `python -m core tune --resume '{name}'`.")
    return found


def _print(found: StudyView, json: bool) -> None:
    if json:
        print_json(found.as_dict())
        return
    names = found.search.space.names
    rows = [
        (trial.number, trial.state, *(_short(trial.parameters.get(name)) for name in names), percent(trial.score),
         f"{trial.seconds:.1f} s" if trial.seconds is not None else "–")
        for trial in sorted(found.trials, key=lambda trial: -(trial.score or 0.0))
    ]  # fmt: skip
    print_table(("trial", "state", *names, "validation", "work"), rows, title=f"{found.name}: {found.state}")


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _list(json: bool) -> None:
    recover()
    found = [view(name) for name in search_actions.names()]
    if json:
        print_json([entry.as_dict() for entry in found])
        return
    rows = [
        (entry.name, entry.search.model, entry.search.sampler, entry.state, entry.ended, entry.budget.in_words,
         percent(entry.best.score if entry.best else None))
        for entry in found
    ]  # fmt: skip
    print_table(("search", "model", "sampler", "state", "trials", "budget", "best"), rows)
