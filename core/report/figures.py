"""The charts of a report, each with a title and a sentence."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from core.charts.confusion import confusion_heatmap
from core.charts.learning import overlaid_curves
from core.charts.standings import differences, standings
from core.charts.tradeoff import error_against
from core.charts.trust import reliability_diagram
from core.evaluation.calibration import reliability
from core.evaluation.confusion import view
from core.evaluation.intervals import wilson_interval
from core.evaluation.metrics import confusion_matrix
from core.evaluation.published import published
from core.report.comparison import Comparison

Curves = Mapping[str, Mapping[str, list[tuple[int, float]]]]


@dataclass(frozen=True)
class Titled:
    """A figure, what it is called, and what to see in it."""

    title: str
    sentence: str
    figure: go.Figure


def comparison_figures(comparison: Comparison, baseline: str) -> list[Titled]:
    """Return what sets the runs side by side; names are escaped, as Plotly reads HTML in them."""
    shown = comparison.standings.assign(name=comparison.standings["name"].map(html.escape))
    figures = [
        Titled("Accuracy", "Bars are 95 % Wilson intervals.", standings(shown)),
        Titled("Macro F1", "Bars are 95 % bootstrap intervals.", standings(shown, "f1_macro")),
        Titled("Error against fit time", TIMES, error_against(cost_table(comparison), "fit_seconds", published())),
    ]
    if len(comparison.answers) > 1:
        table = comparison.against(baseline)
        table = table.assign(name=table["name"].map(html.escape))
        words = "Bars are 95 % intervals; above the line is better."
        figures.append(Titled(f"Differences from {baseline}", words, differences(table, html.escape(baseline))))
    tables = {
        html.escape(name): reliability(comparison.labels, rows) for name, rows in comparison.probabilities.items()
    }
    figures.append(
        Titled("Calibration", "On the diagonal, predicted probability equals accuracy.", reliability_diagram(tables))
    )
    return figures


TIMES = "Both axes are logarithmic. Lines are published results, whose times come from other machines."


def cost_table(comparison: Comparison) -> pd.DataFrame:
    """Return the runs as `core.charts.tradeoff.error_against` takes them, with their fit time."""
    rows = []
    for row in comparison.standings.to_dict("records"):
        wrong = row["images"] - row["correct"]
        interval = wilson_interval(wrong, row["images"])
        fit = comparison.runs[row["name"]].seconds.get("fit")
        rows.append((html.escape(row["name"]), row["kind"], interval.value, interval.low, interval.high, fit))
    return pd.DataFrame(rows, columns=["name", "kind", "error", "low", "high", "fit_seconds"]).astype(
        {"fit_seconds": float}
    )


def curve_figure(curves: Curves) -> list[Titled]:
    """Return the runs' learning curves over each other; none where no run has any."""
    known = {html.escape(name): found for name, found in curves.items() if found.get("validation_accuracy")}
    if not known:
        return []
    return [Titled("Learning curves", "Accuracy on the validation images, epoch by epoch.", overlaid_curves(known))]


def confusion_figure(comparison: Comparison, name: str) -> go.Figure:
    """Return the confusion matrix of one run, errors only."""
    return confusion_heatmap(view(confusion_matrix(comparison.labels, comparison.answers[name])))
