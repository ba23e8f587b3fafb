"""What a search has found: Optuna's own figures in the look of the house, and three that it has not."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import COLOURS, MARGIN, SEQUENTIAL, SERIES, TEMPLATE, chart, note
from core.loading import LOADING

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

HEIGHT = 380
BEST, SCORE, TICKS = "Best validation accuracy (%)", "Validation accuracy (%)", ".1f"
TOO_FEW = "This figure needs at least {count} finished {trials}."
STATE_COLOURS = {
    "complete": COLOURS["cnn"],
    "pruned": COLOURS["external"],
    "failed": COLOURS["svm"],
    "running": COLOURS["forest"],
}


def finished_study(trials: Sequence[FrozenTrial]) -> Study:
    """Return a study in memory for Optuna's figures: all trials by their own numbers, with scores in percent.

    The storage is not asked again.
    """
    with LOADING:  # the figures too, which remember where Plotly could not be loaded
        import optuna
        import optuna.visualization

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize")
    study.add_trials([_in_percent(trial) for trial in trials])
    return study


def _in_percent(trial: FrozenTrial) -> FrozenTrial:
    scaled = copy.copy(trial)
    scaled.value = None if trial.value is None else 100 * trial.value
    scaled.intermediate_values = {step: 100 * score for step, score in trial.intermediate_values.items()}
    return scaled


def history(study: Study) -> go.Figure:
    """Return each complete trial's score in the order of their start, and the best so far."""
    from optuna.visualization import plot_optimization_history

    if not _complete(study):
        return _too_few(1)
    figure = _ticked(_styled(plot_optimization_history(study, target_name=SCORE)))
    figure.update_traces(marker={"size": 7}, opacity=0.6, selector={"mode": "markers"})
    best = study.best_trial
    return _mark_best(figure, best, [best.number], [best.value])


def parallel_coordinates(study: Study) -> go.Figure:
    """Return a line a trial across its parameters, coloured by score."""
    from optuna.visualization import plot_parallel_coordinate

    if len(_complete(study)) < 2:
        return _too_few(2)
    figure = _styled(plot_parallel_coordinate(study, target_name=SCORE))
    for trace in figure.data:
        boldest = trace.mode == "lines" and trace.y[0] == 1  # every axis goes from 0 to 1
        trace.update({"line": {"width": 5}, "opacity": 1} if boldest else {"opacity": 0.6})
    figure.update_traces(marker_colorbar_tickformat=TICKS, selector={"mode": "markers"})
    figure.for_each_annotation(lambda text: text.update(text=f"{float(text.text):.1f}"), selector={"x": 0})
    return figure


def contour(study: Study, first: str, second: str) -> go.Figure:
    """Return score over two parameters."""
    from optuna.visualization import plot_contour

    if len(_complete(study)) < 4:
        return _too_few(4)
    figure = _styled(plot_contour(study, params=[first, second], target_name=SCORE))
    scale = {"colorscale": SEQUENTIAL, "reversescale": False, "colorbar_tickformat": TICKS}
    figure.update_traces(**scale, selector={"type": "contour"})
    best = study.best_trial
    return _mark_best(figure, best, [best.params[first]], [best.params[second]])


def slices(study: Study) -> go.Figure:
    """Return score against each parameter by itself."""
    from optuna.visualization import plot_slice

    if not _complete(study):
        return _too_few(1)
    return _ticked(_styled(plot_slice(study, target_name=SCORE)))


def importances(study: Study) -> go.Figure:
    """Return how much of the difference between good and all trials each parameter explains, by PED-ANOVA.

    Watanabe, Bansal and Hutter 2023, https://arxiv.org/abs/2304.10255.
    """
    from optuna.importance import PedAnovaImportanceEvaluator
    from optuna.visualization import plot_param_importances

    complete = _complete(study)
    if len(complete) < 4 or len({trial.value for trial in complete}) < 2:
        return _too_few(4)
    figure = _styled(plot_param_importances(study, evaluator=PedAnovaImportanceEvaluator(), target_name=SCORE))
    shares = [100 * share for share in figure.data[0].x]
    figure.update_traces(marker_color=COLOURS["cnn"], x=shares, texttemplate="%{x:.0f} %")
    return figure.update_xaxes(title_text="Share of the importance (%)")


def intermediate_scores(study: Study, steps: str) -> go.Figure:
    """Return scores on the way, a line a trial.

    Parameters
    ----------
    steps : str
        What a step is, such as "Epoch".
    """
    from optuna.visualization import plot_intermediate_values

    if not any(trial.intermediate_values for trial in study.trials):
        return note(chart(HEIGHT), "No trial has reported an intermediate score yet.")
    figure = _ticked(_styled(plot_intermediate_values(study)))
    best = _complete(study) and study.best_trial
    for trace in figure.data:
        boldest = best and trace.name == f"Trial{best.number}"
        trace.update(line={"width": 4 if boldest else 1}, opacity=1 if boldest else 0.5)
    return figure.update_xaxes(title_text=steps).update_yaxes(title_text=SCORE).update_layout(showlegend=False)


def worker_timeline(rows: pd.DataFrame) -> go.Figure:
    """Return which worker ran which trial when.

    Parameters
    ----------
    rows : DataFrame
        `number`, `state`, `worker`, `started` and `ended` in seconds since the epoch, a row a trial.
    """
    known = rows.dropna(subset=["started", "ended"])
    if known.empty:
        return note(chart(HEIGHT), "No trial has finished yet.")
    first = known["started"].min()
    figure = chart(HEIGHT, "Seconds since the first trial started", "Worker", barmode="overlay")
    for state, part in known.groupby("state", sort=False):
        figure.add_bar(
            y=part["worker"],
            x=part["ended"] - part["started"],
            base=part["started"] - first,
            orientation="h",
            name=str(state).capitalize(),
            marker={"color": STATE_COLOURS.get(str(state)), "line": {"width": 1, "color": "white"}},
            text=[f"{number}" for number in part["number"]],
            hovertemplate="trial %{text}: %{x:.1f} s<extra></extra>",
        )
    return figure


def best_so_far(searches: Mapping[str, pd.DataFrame], by: str = "seconds") -> go.Figure:
    """Return best score of several searches against what they have spent.

    Parameters
    ----------
    searches : name -> DataFrame
        As `progress_table` makes them.
    by : str
        "seconds" of work, or "trials".
    """
    title = "Compute time of all workers (s)" if by == "seconds" else "Trials"
    figure = chart(HEIGHT, title, BEST)
    if not any(len(table) for table in searches.values()):
        return note(figure, "None of these searches has a finished trial.")
    for place, (name, table) in enumerate(searches.items()):
        figure.add_scatter(
            x=table[by],
            y=100 * table["best"],
            name=name,
            mode="lines+markers",
            line={"shape": "hv", "color": SERIES[place % len(SERIES)]},
        )
    return figure


def scores_against(table: pd.DataFrame, title: str, log: bool = False) -> go.Figure:
    """Return a learning or validation curve: training beside validation.

    Parameters
    ----------
    table : DataFrame
        `value` (of the x axis), `training`, `validation`, both accuracies from 0 to 1.
    """
    figure = chart(HEIGHT, title, "Accuracy (%)", hovermode="x unified")
    if table.empty:
        return note(figure, "No point has been computed yet.")
    for name, colour in (("training", COLOURS["external"]), ("validation", COLOURS["cnn"])):
        figure.add_scatter(
            x=table["value"],
            y=100 * table[name],
            name=name.capitalize(),
            mode="lines+markers",
            line={"color": colour},
            hovertemplate="%{y:.2f} %",
        )
    return figure.update_xaxes(type="log") if log else figure


def _complete(study: Study) -> list[FrozenTrial]:
    return [trial for trial in study.trials if trial.state.name == "COMPLETE"]


def _too_few(count: int) -> go.Figure:
    return note(chart(HEIGHT), TOO_FEW.format(count=count, trials="trial" if count == 1 else "trials"))


def _styled(figure: Any) -> go.Figure:
    return go.Figure(figure).update_layout(
        template=TEMPLATE, height=HEIGHT, title_text="", margin=MARGIN, plot_bgcolor=None
    )


def _ticked(figure: go.Figure) -> go.Figure:
    return figure.update_layout(yaxis_tickformat=TICKS)


def _mark_best(figure: go.Figure, best: FrozenTrial, x: list[Any], y: list[Any]) -> go.Figure:
    """Draw the best trial as the boldest mark."""
    return figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        name=f"Best: trial {best.number}",
        marker={"symbol": "star", "size": 20, "color": COLOURS["svm"], "line": {"width": 2, "color": "white"}},
        hovertemplate=f"trial {best.number}: {best.value:.2f} %<extra></extra>",
    )
