"""Chosen runs as one HTML file that works from disk, without a network, for years."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from plotly.offline import get_plotlyjs

from core.data.dataset import Dataset
from core.errors import DigitLabError, InputError, ReportError
from core.evaluation.configurations import CONFIGURATION_QUESTION, RUN_QUESTION
from core.report import sections
from core.report.comparison import Comparison, Read, compare_runs
from core.report.figures import Curves, comparison_figures, curve_figure
from core.report.parameters import other_data, parameter_table
from core.runs import champion, registry
from core.runs.answer import answering_run
from core.runs.champion import Choice
from core.runs.run import Run

MOST_RUNS = 20
TEMPLATES = Path(__file__).with_name("templates")
CURVES = ("accuracy", "validation_accuracy")


def report(
    runs: Sequence[Run], dataset: Dataset, *, split: str = "test", baseline: str = "", read: Read | None = None
) -> str:
    """Write the report of finished runs as one HTML document, below 8 MB.

    Parameters
    ----------
    baseline : str
        Name of the run that differences are shown against; the first one's if empty.

    Raises
    ------
    InputError
        For no run or more than 20.
    UnknownRunError
        For a run that is not finished, or was judged on other images.
    """
    if not 1 <= len(runs) <= MOST_RUNS:
        raise InputError(f"A report holds 1 to {MOST_RUNS} runs; got {len(runs)}.")
    comparison = compare_runs(runs, dataset, split, read)
    if not comparison.answers:
        raise ReportError("There is nothing to report: " + " ".join(comparison.unread.values()))
    return _template().render(_content(comparison, dataset, baseline))


def _template() -> Template:
    """Return the page's template: all text is escaped, and a name that is not there is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"thousands": "{:,}".format, "figure_data": lambda figure: json.loads(figure.to_json())}
    return environment.get_template("report.html.j2")


def _content(comparison: Comparison, dataset: Dataset, baseline: str) -> dict[str, Any]:
    pinned = baseline if baseline in comparison.answers else next(iter(comparison.answers))
    more = " and more" if len(comparison.runs) > 3 else ""
    settings = parameter_table(comparison.runs)
    return {
        "title": f"Digit Lab: {', '.join(list(comparison.runs)[:3])}{more}",
        "comparison": comparison,
        "dataset": dataset,
        "written": datetime.now(UTC),
        "standings": sections.standings(comparison),
        "in_use": sections.in_use(_answering(dataset), _choices(), comparison.runs),
        "other_data": other_data(list(comparison.runs.values())),
        "run_question": RUN_QUESTION,
        "configuration_question": CONFIGURATION_QUESTION,
        "seeds": sections.seeds(comparison),
        "figures": comparison_figures(comparison, pinned) + curve_figure(_curves(comparison)),
        "disagreements": sections.disagreements(comparison),
        "settings": settings.drop(columns="differs").itertuples(index=False, name=None),
        "differs": settings["differs"].tolist(),
        "cards": [sections.card(comparison, name) for name in comparison.runs],
        "plotly": get_plotlyjs(),
    }


def _curves(comparison: Comparison) -> Curves:
    return {name: registry.curves(run.run_id, CURVES) for name, run in comparison.runs.items() if not run.shipped}


def _choices() -> list[Choice]:
    """Return the champions, or none where the registry cannot say, as of shipped models alone."""
    try:
        return champion.history()
    except DigitLabError:
        return []


def _answering(dataset: Dataset) -> Run | None:
    """Return the run that answers where none is named, as pages and `predict` choose it; None where none may."""
    try:
        return answering_run(dataset)
    except DigitLabError:
        return None


def write_report(html: str, path: Path) -> None:
    """Write a report to a file, whole or not at all; raises ReportError."""
    staging = path.with_name(f".{path.name}.part")
    try:
        staging.write_text(html, "utf-8")
        staging.replace(path)
    except OSError as error:
        staging.unlink(missing_ok=True) if staging.parent.is_dir() else None
        raise ReportError(f"The report could not be written to {path}: {error.strerror or error}.") from error
