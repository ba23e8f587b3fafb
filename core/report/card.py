"""The model card of a run: what it is, what it was made of and on, how good it is and where it fails, as Markdown.

After Mitchell et al. 2019, "Model cards for model reporting".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.data.dataset import Dataset
from core.data.judging import JudgingSet, judging_set
from core.errors import DigitLabError
from core.evaluation.comparison import leaderboard
from core.evaluation.confusion import most_confused
from core.evaluation.metrics import evaluate
from core.models.catalogue import title_of
from core.report.comparison import Read
from core.report.parameters import settings_of, weights_of
from core.runs import registry
from core.runs.judging import answers, widest
from core.runs.model_cache import served_bytes
from core.runs.run import Run
from core.text import percent

CURVES = ("accuracy", "validation_accuracy", "loss", "validation_loss")
MOST_EPOCHS = 12
SPLITS = ("validation", "test")
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$:])")


def model_card(run: Run, dataset: Dataset, read: Read | None = None) -> str:
    """Write the card of a run in any state; what is not known is said to be.

    Parameters
    ----------
    read : callable
        From run and split to stored probabilities (n, 10) float32; the registry's if None.
    """
    parts = [_head(run), _judged(run, dataset, read), _made(run), _curves(run), _costs(run), _environment(run)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(run: Run) -> str:
    facts = {
        "Model": title_of(run.model),
        "State": run.state.value,
        "Run": run.run_id,
        "Made by": run.owner or "unknown",
        "On": f"{run.created:%d %B %Y, %H:%M} UTC",
        "Tags": ", ".join(run.tags),
        "Note": run.note,
        "Reason": run.reason,
    }
    return f"# {plain(run.name)}\n\n" + listing({name: value for name, value in facts.items() if value})


def plain(value: object) -> str:
    """Return people's own words on one line, which Markdown shows as they are."""
    return MARKDOWN.sub(r"\\\1", " ".join(str(value).split()))


def listing(facts: Mapping[str, object]) -> str:
    """Return facts as a list."""
    return "\n".join(f"- {plain(name)}: {plain(value)}" for name, value in facts.items())


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows as a table."""
    lines = [columns, ["---"] * len(columns), *([plain(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _judged(run: Run, dataset: Dataset, read: Read | None) -> str:
    """Return how good it is on both splits with intervals, per digit, and what it confuses."""
    if not run.metrics:
        return "## Metrics\n\nThe run has not been evaluated."
    if run.fingerprint != dataset.fingerprint:
        return f"## Metrics\n\nEvaluated on images that are not available; as stored then:\n\n{_stored(run)}"
    try:
        parts = [
            _split(images, read(run, images.name) if read else answers(run, images, dataset))
            for images in _judges(run, dataset)
        ]
    except DigitLabError as error:
        return f"## Metrics\n\n{plain(error)} As stored when it was evaluated:\n\n{_stored(run)}"
    return "\n\n".join(["## Metrics", *parts])


def _judges(run: Run, dataset: Dataset) -> list[JudgingSet]:
    """Return all images that judge a run: beside the sample, a shipped model's are the whole validation set too."""
    first = widest(SPLITS[0], [run], dataset)
    return [judging_set(dataset, name) for name in dict.fromkeys((first, *SPLITS))]


def _stored(run: Run) -> str:
    return table(("metric", "value"), [(name, f"{value:.5g}") for name, value in sorted(run.metrics.items())])


def _split(images: JudgingSet, probabilities: np.ndarray) -> str:
    """Return the figures on one set of images: those that have an interval with it."""
    labels = images.split.labels
    read = probabilities.argmax(axis=1).astype(np.uint8)
    (row,) = leaderboard(labels, {"it": read}).to_dict("records")
    judged = evaluate(labels, probabilities)
    figures = [
        ("accuracy", percent(row["accuracy"]), f"{percent(row['low'])} to {percent(row['high'])}"),
        ("macro F1", percent(row["f1_macro"]), f"{percent(row['f1_low'])} to {percent(row['f1_high'])}"),
        ("log loss, nats", f"{judged.log_loss:.4f}", ""),
        ("expected calibration error", percent(judged.ece), ""),
        ("Brier score", f"{judged.brier:.4f}", ""),
    ]
    digits = [
        (digit, *(percent(value) for value in values), images)
        for digit, *values, images in judged.per_class().itertuples(index=False)
    ]
    return "\n\n".join(
        [
            f"### {images.title.capitalize()}, {len(labels):,} images",
            table(("figure", "value", "95 % interval"), figures),
            table(tuple(judged.per_class().columns), digits),
            f"Known failures, the most frequent confusions:\n\n{_failures(judged.confusion_matrix)}",
        ]
    )


def _failures(matrix: np.ndarray) -> str:
    worst = [
        f"- {row['true']} predicted as {row['predicted']}: {row['images']:,} of the {row['true']}s, "
        f"{percent(row['share'])}"
        for row in most_confused(matrix).to_dict("records")
    ]
    return "\n".join(worst) or "- none: every image is classified correctly"


def _made(run: Run) -> str:
    """Return what it was trained as, on what data."""
    seen = "yes" if run.trained_on_evaluation_data else "no"
    data = {
        "Fingerprint of the evaluation data": run.fingerprint,
        "Data leakage: trained on images of its evaluation data": seen,
        "Key": run.key,
    }
    parts = ["## Configuration", listing(data)]
    if run.committee is not None:
        parts.append(f"Members and weights ({run.committee.weights}):\n\n{listing(weights_of(run.committee))}")
    elif run.trained_as is None:
        parts.append("Its parameters are not known.")
    else:
        steps = [f"{place}. {_step(step)}" for place, step in enumerate(run.trained_as.recipe.steps, 1)]
        settings: dict[str, Any] = {**run.trained_as.parameters, **settings_of(run)}
        parts += [listing(settings), "Preprocessing:\n\n" + "\n".join(steps)]
    return "\n\n".join(parts)


def _step(step: Any) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in step.settings().items())
    return plain(step.title) + (f" ({plain(settings)})" if settings else "")


def _curves(run: Run) -> str:
    """Return the learning curves, at most a dozen epochs of them, the last one among them."""
    if run.shipped or not run.finished:
        return ""
    known = {name: dict(curve) for name, curve in registry.curves(run.run_id, CURVES).items()}
    steps = sorted({step for curve in known.values() for step in curve})
    if not steps:
        return ""
    every = -(-len(steps) // MOST_EPOCHS)
    shown = steps[::-1][::every][::-1]
    rows = [(step, *(f"{curve[step]:.4f}" if step in curve else "–" for curve in known.values())) for step in shown]
    return "## Learning curve\n\n" + table(("epoch", *(name.replace("_", " ") for name in known)), rows)


def _costs(run: Run) -> str:
    facts = costs(run)
    return "## Cost\n\n" + listing(facts) if facts else ""


def costs(run: Run) -> dict[str, str]:
    """Return time to fit and to predict, latency and size, those that are known, each with its unit."""
    size = served_bytes(run) if run.finished else None
    known = {
        "Fit time": f"{run.seconds['fit']:,.1f} s" if "fit" in run.seconds else "",
        "Prediction of all test images": f"{run.seconds['predict']:,.2f} s" if "predict" in run.seconds else "",
        "One digit": f"{1000 * run.seconds['latency']:.2f} ms" if "latency" in run.seconds else "",
        "Model file": f"{size / 1e6:.2f} MB" if size else "",
    }
    return {name: value for name, value in known.items() if value}


def _environment(run: Run) -> str:
    """Return hardware and versions; the host's name stays at home."""
    if not run.environment:
        return ""
    flat = {name: value for name, value in run.environment.items() if name not in ("packages", "host")}
    if "memory" in flat:
        flat["memory"] = f"{flat['memory'] / 1e9:.1f} GB"
    return "## Machine and versions\n\n" + listing({**flat, **run.environment.get("packages", {})})
