"""`train`: one training, or the same with several seeds, from a preset and settings to judged runs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from enum import StrEnum
from statistics import fmean, stdev
from typing import Annotated, Any

import typer

from core.cli.output import Json, print_json, print_table
from core.cli.training import resumed, trained
from core.data.dataset import Dataset
from core.data.label_review import corrections
from core.data.sources import load_dataset
from core.declaration import name_and_value
from core.errors import InputError
from core.jobs.recovery import recover
from core.models.catalogue import CATALOGUE, kind_named, preset_named
from core.models.specification import Specification
from core.preprocessing.augment import Augmentation
from core.preprocessing.experiments import Experiment
from core.preprocessing.recipe import RECIPES
from core.preprocessing.recipe_text import recipe_of
from core.report.parameters import trained_on
from core.runs import registry
from core.runs.averaging import averaged
from core.runs.continuing import continued, resumable
from core.runs.judging import accuracy_in_words
from core.runs.leaderboard import find
from core.runs.run import Run
from core.runs.teaching import teacher
from core.text import percent

MOST_SEEDS = 10
REPEATED = ("validation_accuracy", "test_accuracy", "test_f1_macro")

Many = list[str] | None


class Labels(StrEnum):
    """Which labels a training takes."""

    GIVEN = "given"
    REVIEWED = "reviewed"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


def train(
    model: Annotated[str, typer.Argument(help="svm, forest, cnn, knn or logistic.")],
    preset: Annotated[str, typer.Option(help="fast, default or reference. Default: default.")] = "",
    settings: Annotated[
        Many, typer.Option("--set", metavar="NAME=VALUE", help="Change one parameter; may be repeated.")
    ] = None,
    recipe: Annotated[
        str, typer.Option(help=f"{', '.join(RECIPES)}, or steps such as 'deskew(strength=0.5).normalise.reshape'.")
    ] = "",
    augment: Annotated[
        Many, typer.Option("--augment", metavar="NAME=VALUE", help="Augment the training images, such as shift=2.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(help="Train on a stratified subset of this size. Default: all images.")
    ] = None,
    left_out: Annotated[
        list[int] | None,
        typer.Option("--left-out", metavar="DIGIT", help="Exclude a digit from training; may be repeated."),
    ] = None,
    wrong_labels: Annotated[float, typer.Option(help="Share of training labels to corrupt, 0 to 0.9.")] = 0.0,
    labels: Annotated[
        Labels, typer.Option(help="Labels of the data as given, or with the decisions of `data labels`.")
    ] = Labels.GIVEN,
    seed: Annotated[int, typer.Option(help="Random seed of the training.")] = 0,
    seeds: Annotated[
        int, typer.Option(min=1, max=MOST_SEEDS, help="Repeat with this many seeds, starting at --seed.")
    ] = 1,
    name: Annotated[str, typer.Option(help="Name of the run.")] = "",
    parent: Annotated[
        str,
        typer.Option(
            "--continue",
            metavar="RUN",
            help="Continue training from this finished run, with its settings; resume an interrupted one.",
        ),
    ] = "",
    average: Annotated[
        Many,
        typer.Option(
            metavar="RUN",
            help="Train nothing: average the weights of networks that were continued from the same one; name each.",
        ),
    ] = None,
    teacher_name: Annotated[
        str,
        typer.Option(
            "--teacher",
            metavar="RUN",
            help="Learn this run's probabilities beside the labels: distil an ensemble into one network.",
        ),
    ] = "",
    reuse: Annotated[bool, typer.Option("--reuse", help="Return an identical earlier run if there is one.")] = False,
    json: Json = False,
) -> None:
    """Train a model, judge it on validation and test images, and keep it as a run."""
    dataset = load_dataset()
    others = {
        "--preset": preset,
        "--recipe": recipe,
        "--left-out": left_out,
        "--wrong-labels": wrong_labels,
        "--labels": labels is Labels.REVIEWED,
    }
    changes = {
        "--set": settings,
        "--augment": augment,
        "--limit": limit,
        "--seeds": seeds > 1,
        "--teacher": teacher_name,
    }
    if average:
        _refuse("`--average` trains nothing", {**others, **changes, "--continue": parent, "--seed": seed})
        start = averaged([_of_kind(model, find(one, dataset)) for one in average])
    elif parent:
        recover()
        run = _of_kind(model, find(parent, dataset))
        kept = f"`--continue` keeps the settings of {run.name}"
        if resumable(run):
            _refuse(kept, {**others, **changes})
            _print(resumed(run), dataset, json)
            return
        _refuse(kept, others)
        start = continued(run, settings or ())
        if augment:
            start = start.model_copy(update={"augmentation": _varied(start.augmentation, augment)})
        if limit is not None:
            limited = Experiment.model_validate(start.experiment.model_dump() | {"limit": limit})
            start = start.model_copy(update={"experiment": limited})
    else:
        experiment = Experiment(
            limit=limit,
            left_out=tuple(left_out or ()),
            wrong_labels=wrong_labels,
            corrections=corrections(dataset) if labels is Labels.REVIEWED else (),
        )
        start = _from_preset(model, preset or "default", settings or (), recipe, augment or (), experiment)
    if teacher_name:
        start = start.model_copy(update={"teacher": teacher(teacher_name, start.kind, dataset).run_id})
    start.check_training_set(dataset.train.labels)
    trainings = [start] if average else [start.with_seed(seed + offset) for offset in range(seeds)]
    group = uuid.uuid4().hex[:8] if seeds > 1 else ""
    runs = [_train(training, dataset, name, group, reuse) for training in trainings]
    if seeds > 1:
        _print_repeated(runs, dataset, group, json)
    else:
        _print(runs[0], dataset, json)


def _from_preset(
    model: str, preset: str, settings: Iterable[str], recipe: str, augment: Iterable[str], experiment: Experiment
) -> Specification:
    changes: dict[str, Any] = {"experiment": experiment}
    if recipe:
        changes["recipe"] = RECIPES.get(recipe) or recipe_of(recipe)
    if augment := list(augment):
        if not kind_named(model).augments:
            raise InputError(f"`--augment` needs a model that trains in epochs; {model} does not.")
        changes["augmentation"] = _varied(preset_named(kind_named(model), preset).augmentation, augment)
    return Specification.from_preset(model, preset, settings=tuple(settings), **changes)


def _varied(usual: Augmentation, settings: Iterable[str]) -> Augmentation:
    return Augmentation(**{**usual.model_dump(), **dict(name_and_value(setting) for setting in settings)})


def _of_kind(model: str, run: Run) -> Run:
    if run.model != model:
        way_out = f"write `train {run.model}`" if run.model in CATALOGUE else f"name one of {model}"
        raise InputError(f"{run.name} is a run of {run.model}, not of {model}; {way_out}.")
    return run


def _refuse(why: str, others: Mapping[str, object]) -> None:
    """Raise InputError where options are set that change nothing of what is made."""
    if refused := [option for option, value in others.items() if value]:
        raise InputError(f"{why}; remove {' and '.join(refused)}.")


def _train(specification: Specification, dataset: Dataset, name: str, group: str, reuse: bool) -> Run:
    earlier = registry.earlier(specification.key(dataset.fingerprint)) if reuse else None
    if earlier is not None:
        return earlier
    told = f"{name}, seed {specification.seed}" if name and group else name
    return trained(specification, dataset, name=told, group=group)


def _print(run: Run, dataset: Dataset, json: bool) -> None:
    if json:
        print_json(training_document(run))
        return
    rows = [
        ("run", run.run_id),
        ("trained on", trained_on(run)),
        *((f"{split} accuracy", accuracy_in_words(run, split, dataset)) for split in ("test", "validation")),
        ("fit", f"{run.seconds.get('fit', 0):.1f} s"),
        ("predict", f"{run.seconds.get('predict', 0):.1f} s"),
    ]
    print_table(("what", "value"), rows, title=run.name)


def training_document(run: Run) -> dict[str, object]:
    """Return the JSON of a finished training; test metrics other than accuracy also under their short names."""
    short = {
        name.removeprefix("test_"): value
        for name, value in run.metrics.items()
        if name.startswith("test_") and name != "test_accuracy"
    }
    return {**run.as_dict(), "metrics": {**run.metrics, **short}}


def _print_repeated(runs: list[Run], dataset: Dataset, group: str, json: bool) -> None:
    """Print every run of the group, then mean and standard deviation over the seeds."""
    figures = {figure: [run.metrics[figure] for run in runs] for figure in REPEATED}
    spread = {figure: {"mean": fmean(values), "std": stdev(values)} for figure, values in figures.items()}
    if json:
        print_json({"group": group, "runs": [training_document(run) for run in runs], "metrics": spread})
        return
    rows = [(run.name, *(percent(run.metrics[figure]) for figure in REPEATED)) for run in runs]
    told = [f"{percent(figure['mean'])} ± {100 * figure['std']:.2f}" for figure in spread.values()]
    titles = [figure.replace("_", " ") for figure in REPEATED]
    sizes = ", ".join(f"{len(dataset.evaluation_split(split)):,} {split} images" for split in ("validation", "test"))
    title = f"Trained on {trained_on(runs[0])}, evaluated on {sizes}"
    print_table(("run", *titles), [*rows, ("mean ± standard deviation", *told)], title=title)
