"""How a model learned, epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import plotly.graph_objects as go

from core.charts.palette import COLOURS, SERIES, chart, note

Curve = Sequence[tuple[int, float]]
"""(epoch, value) pairs."""

HEIGHT = 360
TITLES = {
    "accuracy": "Accuracy (%)",
    "loss": "Log loss (nats per image)",
    "learning_rate": "Learning rate",
    "images_per_second": "Images per second",
}


def learning_curves(curves: Mapping[str, Curve], measure: str = "accuracy") -> go.Figure:
    """Draw training against validation over the epochs, with the best validation epoch marked.

    Parameters
    ----------
    curves : `accuracy`, `validation_accuracy` (0..1), `loss`, `validation_loss`, ... -> (epoch, value) pairs; what is
        not there is left out
    measure : `accuracy`, `loss`, or another name in `curves`
    """
    figure = chart(HEIGHT, "Epoch", TITLES.get(measure, measure), hovermode="x unified")
    factor = _factor(measure)
    known = {"Training": curves.get(measure, ()), "Validation": curves.get(f"validation_{measure}", ())}
    if not any(known.values()):
        return note(figure, "No epochs yet.")
    for (name, curve), colour in zip(known.items(), (COLOURS["external"], COLOURS["cnn"]), strict=True):
        if curve:
            figure.add_trace(_line(name, curve, factor, colour))
    best = best_epoch(curves)
    if best is not None and any(step == best for step, _ in known["Validation"]):
        figure.add_trace(_best(known["Validation"], best, factor))
    return _whole_epochs(figure, known.values())


def best_epoch(curves: Mapping[str, Curve]) -> int | None:
    """Return the epoch that is kept: highest validation accuracy, the first of equals; None before there is one."""
    accuracy = curves.get("validation_accuracy", ())
    return max(accuracy, key=lambda point: (point[1], -point[0]))[0] if accuracy else None


def overlaid_curves(
    runs: Mapping[str, Mapping[str, Curve]],
    measure: str = "validation_accuracy",
    colours: Mapping[str, str] | None = None,
) -> go.Figure:
    """Draw one measure of several runs over each other.

    Parameters
    ----------
    runs : run name -> its curves, as `learning_curves` takes them
    measure : a name in the curves
    colours : run name -> hex
    """
    title = TITLES.get(measure.removeprefix("validation_"), measure)
    figure = chart(HEIGHT, "Epoch", f"Validation {title.lower()}" if measure.startswith("validation_") else title)
    chosen = {name: curves[measure] for name, curves in runs.items() if curves.get(measure)}
    if not chosen:
        return note(figure, "None of these runs has learning curves.")
    for place, (name, curve) in enumerate(chosen.items()):
        colour = (colours or {}).get(name, SERIES[place % len(SERIES)])
        figure.add_trace(_line(name, curve, _factor(measure), colour))
    return _whole_epochs(figure, chosen.values())


def _factor(measure: str) -> float:
    return 100.0 if measure.endswith("accuracy") else 1.0


def _line(name: str, curve: Curve, factor: float, colour: str) -> go.Scatter:
    steps, values = zip(*curve, strict=True)
    return go.Scatter(
        x=steps,
        y=[factor * value for value in values],
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"size": 5},
        hovertemplate="%{y:.4~g} " + ("%" if factor == 100 else ""),
    )


def _best(curve: Curve, best: int, factor: float) -> go.Scatter:
    value = dict(curve)[best]
    return go.Scatter(
        x=[best],
        y=[factor * value],
        name=f"Best epoch: {best}",
        mode="markers",
        marker={"symbol": "star", "size": 15, "color": COLOURS["svm"]},
        hoverinfo="skip",
    )


def _whole_epochs(figure: go.Figure, curves: Iterable[Curve]) -> go.Figure:
    longest = max((len(curve) for curve in curves), default=0)
    return figure.update_xaxes(dtick=1) if longest <= 12 else figure
