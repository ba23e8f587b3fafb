"""What a report says, section by section, as rows and sentences for its template."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from core.charts.sheets import sheet
from core.evaluation.confusion import most_confused
from core.evaluation.metrics import confusion_matrix
from core.models.catalogue import title_of
from core.report.card import costs
from core.report.comparison import Comparison
from core.report.figures import confusion_figure
from core.report.parameters import trained_on
from core.report.seeds import configuration_pairs, configurations
from core.runs.champion import Choice
from core.runs.run import Run
from core.text import percent, percent_range

MOST_IMAGES = 60
IMAGES_IN_ROW = 12


def standings(comparison: Comparison) -> list[tuple[str, ...]]:
    """Return one row a run, best of the validation images first.

    Name, model, accuracies, interval, macro F1, training images, fit time.
    """
    rows = sorted(comparison.standings.to_dict("records"), key=lambda row: -_validation(comparison.runs[row["name"]]))
    return [
        (
            row["name"],
            title_of(row["kind"]),
            percent(_validation(comparison.runs[row["name"]])),
            percent(row["accuracy"]),
            percent_range(row["low"], row["high"]),
            percent(row["f1_macro"]),
            trained_on(comparison.runs[row["name"]]),
            f"{comparison.runs[row['name']].seconds.get('fit', float('nan')):,.1f} s".replace("nan s", "–"),
        )
        for row in rows
    ]


def _validation(run: Run) -> float:
    return run.metrics.get("validation_accuracy", 0.0)


def seeds(comparison: Comparison) -> list[str]:
    """Return what differs between configurations trained with several seeds, a sentence a pair."""
    known = [comparison.runs[name] for name in comparison.answers]
    return [*configuration_pairs(configurations(known), comparison.split)["sentence"]]


def in_use(run: Run | None, choices: list[Choice], runs: Mapping[str, Run]) -> str:
    """Say which model answers where none is named, why, and whether it is one of the report's runs; "" for none."""
    if run is None:
        return ""
    told = next((name for name, other in runs.items() if other.run_id == run.run_id), "")
    name = told or f"{run.name}, which is not in this report,"
    current = next((choice for choice in choices if choice.current and choice.run_id == run.run_id), None)
    if current is None:
        return f"{name} answers where no model is named: of the single models it is the best on the validation images."
    chosen = f"the champion, chosen by {current.chosen_by} on {current.at:%d %B %Y}: {current.reason}"
    return f"{name} answers where no model is named. It is {chosen}"


def disagreements(comparison: Comparison) -> str:
    """Draw the images that the runs do not read alike, the hardest first: a PNG in base64, "" for none."""
    found = comparison.disagreements.head(MOST_IMAGES)
    if found.empty:
        return ""
    answers = found[list(comparison.answers)].astype(str).agg(" ".join, axis=1)
    captions = [f"{true}: {read}" for true, read in zip(found["true"], answers, strict=True)]
    images = comparison.images.split.images[found["position"].to_numpy()]
    return base64.b64encode(sheet(images, IMAGES_IN_ROW, captions)).decode()


def card(comparison: Comparison, name: str) -> dict[str, Any]:
    """Return what is told of one run: its name, what it confuses, its facts and its specification as JSON."""
    run = comparison.runs[name]
    made = run.trained_as or run.committee
    judged = name in comparison.answers
    return {
        "name": name,
        "run": run,
        "confused": _confused(comparison, name) if judged else [],
        "figure": confusion_figure(comparison, name) if judged else None,
        "facts": _facts(run),
        "specification": made.model_dump_json(indent=1) if made else "not known",
    }


def _confused(comparison: Comparison, name: str) -> list[str]:
    matrix = confusion_matrix(comparison.labels, comparison.answers[name])
    return [
        f"{row['true']} predicted as {row['predicted']}: {row['images']:,} of the {row['true']}s, "
        f"{percent(row['share'])}"
        for row in most_confused(matrix).to_dict("records")
    ]


def _facts(run: Run) -> dict[str, object]:
    return {
        "run": run.run_id,
        "made by": run.owner,
        "on": f"{run.created:%d %B %Y, %H:%M} UTC",
        "key": run.key,
        "fingerprint of the evaluation data": run.fingerprint,
        "data leakage: trained on images of its evaluation data": "yes" if run.trained_on_evaluation_data else "no",
        **costs(run),
        **{name: value for name, value in run.environment.items() if name not in ("packages", "host")},
        **run.environment.get("packages", {}),
    }
