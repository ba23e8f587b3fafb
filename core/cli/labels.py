"""`data labels`: training labels that look wrong, and what is decided about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from core.cli.output import Json, print_json, print_table, progress_bar
from core.data import label_review
from core.data.dataset import Dataset
from core.data.label_review import Decision
from core.data.sources import load_dataset
from core.errors import ParameterError
from core.jobs.questions.kept import Answer, answer, keep
from core.jobs.questions.wrong_labels import candidates, question, search
from core.models.kind import Silent
from core.text import percent

Positions = list[int] | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("labels")(labels)


def labels(
    relabel: Annotated[
        list[str] | None,
        typer.Option("--relabel", metavar="POSITION=DIGIT", help="Train with another label; may be repeated."),
    ] = None,
    kept: Annotated[
        Positions, typer.Option("--keep", metavar="POSITION", help="The label is right; may be repeated.")
    ] = None,
    left_out: Annotated[
        Positions, typer.Option("--leave-out", metavar="POSITION", help="Train without the image; may be repeated.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take your last decision back.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Print at most this many of the most doubtful labels.")] = 20,
    json: Json = False,
) -> None:
    """List training labels that look wrong, and decide about them; `train --labels reviewed` trains with the decisions.

    The search trains an SVM on four fifths of the training set at a time, once a data set. Decisions are kept beside
    the data, which stay as they are.
    """
    dataset = load_dataset()
    given = dataset.train.labels
    chosen = [_position_and_label(text) for text in relabel or ()]
    chosen += [(position, None) for position in left_out or ()]
    chosen += [(position, int(given[position]) if position < len(given) else 0) for position in kept or ()]
    if undo:
        label_review.undo(dataset)
    for position, label in chosen:
        label_review.decide(dataset, position, label)
    _print(_found(dataset), dataset, limit, json)


def _position_and_label(text: str) -> tuple[int, int | None]:
    position, equals, label = text.partition("=")
    if not (equals and position.isdecimal() and label.isdecimal()):
        raise ParameterError(f"`--relabel` must be a position and a digit, such as 1234=9; got {text[:60]}.")
    return int(position), int(label)


def _found(dataset: Dataset) -> Answer:
    """Return the kept answer of the search, or search now."""
    asked = question(dataset.fingerprint)
    found = answer(asked)
    if found is None:
        with progress_bar("search for wrong labels") as show:
            found = search(dataset.train.images, dataset.train.labels, _Shown(show))
        keep(asked, found)
    return found


@dataclass(frozen=True)
class _Shown(Silent):
    """Shows the progress of a fit on the terminal."""

    show: Callable[[float, str], None]

    def report(self, fraction: float, message: str, **told: object) -> None:
        """Move the bar."""
        self.show(fraction, message)


def _print(found: Answer, dataset: Dataset, limit: int, json: bool) -> None:
    decisions = label_review.decisions(dataset)
    table = candidates(found, dataset.train.labels)
    rows = [_row(row, decisions) for row in table.head(limit).to_dict("records")]
    counted = label_review.counts(list(decisions.values()))
    if json:
        wrong = int(table["wrong"].sum())
        print_json({"images": len(dataset.train), "candidates": wrong, "reviewed": counted, "labels": rows})
        return
    columns = ("position", "label", "suggested", "probability", "decision")
    shown = [(*(row[name] for name in columns[:3]), percent(row["probability"], 1), row["decision"]) for row in rows]
    title = f"{int(table['wrong'].sum()):,} of {len(dataset.train):,} training labels look wrong; "
    print_table(columns, shown, title=title + ", ".join(f"{verdict}: {count:,}" for verdict, count in counted.items()))


def _row(row: Mapping[Any, Any], decisions: Mapping[int, Decision]) -> dict[str, Any]:
    decision = decisions.get(row["position"])
    return {
        "position": row["position"],
        "label": row["given"],
        "suggested": row["suggested"],
        "probability": row["probability"],
        "looks_wrong": row["wrong"],
        "decision": decision.in_words if decision else "",
    }
