"""Chosen runs as one HTML file that works from disk, without a network, for years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.data.dataset import Dataset
from core.errors import DigitLabError, InputError, ReportError
from core.report import sections
from core.report.comparison import Comparison, Read, Split, compare_runs
from core.report.figures import Curves, comparison_figures, curve_figure
from core.report.pieces import document, text
from core.runs import champion, registry
from core.runs.champion import Choice
from core.runs.run import Run

MOST_RUNS = 20
CURVES = ("accuracy", "validation_accuracy")


def report(
    runs: Sequence[Run], dataset: Dataset, *, split: Split = "test", baseline: str = "", read: Read | None = None
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
    title = "Digit Lab: " + ", ".join(list(comparison.runs)[:3]) + (" and more" if len(comparison.runs) > 3 else "")
    return document(title, _parts(comparison, dataset, baseline))


def _parts(comparison: Comparison, dataset: Dataset, baseline: str) -> list[str]:
    pinned = baseline if baseline in comparison.answers else next(iter(comparison.answers))
    figures = comparison_figures(comparison, pinned) + curve_figure(_curves(comparison))
    return [
        _head(comparison, dataset),
        sections.standings_section(comparison),
        sections.champion_section(_choices(), comparison.runs),
        sections.verdict_section(comparison),
        sections.figures_section(figures),
        sections.disagreement_section(comparison, dataset),
        sections.settings_section(comparison.runs),
        *(sections.run_section(comparison, name, place) for place, name in enumerate(comparison.runs)),
    ]


def _head(comparison: Comparison, dataset: Dataset) -> str:
    count = len(comparison.runs)
    words = (
        f"{'One run' if count == 1 else f'{count} runs'} on {len(comparison.labels):,} {comparison.split} images of "
        f"{'the sample of MNIST' if dataset.is_sample else 'MNIST'} (fingerprint {dataset.fingerprint}), written on "
        f"{datetime.now(UTC):%d %B %Y}."
    )
    return f"<h1>Digit Lab</h1><p>{text(words)}</p>"


def _curves(comparison: Comparison) -> Curves:
    return {name: registry.curves(run.run_id, CURVES) for name, run in comparison.runs.items() if not run.shipped}


def _choices() -> list[Choice]:
    """The champions, or none where the registry cannot say, as of shipped models alone."""
    try:
        return champion.history()
    except DigitLabError:
        return []


def write_report(html: str, path: Path) -> None:
    """Write a report to a file, whole or not at all; raises ReportError."""
    staging = path.with_name(f".{path.name}.part")
    try:
        staging.write_text(html, "utf-8")
        staging.replace(path)
    except OSError as error:
        staging.unlink(missing_ok=True) if staging.parent.is_dir() else None
        raise ReportError(f"The report could not be written to {path}: {error.strerror or error}.") from error
