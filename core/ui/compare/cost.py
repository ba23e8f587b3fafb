"""What accuracy costs: error against fit time, latency or size, beside what others have published."""

from __future__ import annotations

import html
import time
from statistics import median

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.arrays import UInt8Array
from core.charts.tradeoff import COSTS, error_against
from core.errors import DigitLabError
from core.evaluation.intervals import wilson_interval
from core.evaluation.published import published
from core.jobs.hardware import environment, machine
from core.models.serving.predictor import Reader
from core.runs.model_cache import predictor, served_bytes
from core.runs.run import Run
from core.settings import settings
from core.ui import session
from core.ui.addressed import choose_named
from core.ui.theme import paper

NAMES = {"fit_seconds": "fit time", "latency_ms": "latency", "size_mb": "size"}
REPEATS = 20
MOST_MEASURED = 20


def show_cost(board: list[Run]) -> None:
    """Draw every run of the board against one of its costs."""
    choice, lines, measure = st.columns([3, 3, 2], vertical_alignment="bottom")
    titles = {name: NAMES[name] for name in COSTS}
    cost = choose_named("Error against", titles, "fit_seconds", "cost", control=choice.segmented_control, required=True)
    with_lines = lines.toggle("Published results", value=True, key="published", bind="query-params")
    if cost == "latency_ms" and measure.button("Measure latency here", key="measure", disabled=settings().readonly):
        _measure(board)
    images = len(session.dataset().test)
    table = cost_table(board, images, cost)
    st.plotly_chart(_figure(table, cost, bool(with_lines), paper()), key="cost_chart")
    elsewhere = int((table["elsewhere"] & table[cost].gt(0)).sum()) if len(table) else 0
    grey = f" {elsewhere} grey: measured on another machine." if elsewhere else ""
    st.caption(
        f"Error on the {images:,} test images with 95 % intervals, both axes logarithmic. Lines are published "
        f"results, whose times come from other machines; hover over a name for its source.{grey}"
    )


@st.cache_resource(show_spinner=False, max_entries=16)
def _figure(table: pd.DataFrame, cost: str, with_lines: bool, shade: str) -> go.Figure:
    """Return the chart, kept while the table stays, as building one takes longer than all else of the page."""
    return error_against(table, cost, published() if with_lines else None, shade)


def cost_table(board: list[Run], images: int, cost: str = "fit_seconds") -> pd.DataFrame:
    """Return one row a run: `name`, `kind`, `error`, `low`, `high` (0..1), the cost, and whether it ran `elsewhere`."""
    here = machine(environment())
    rows = [_row(run, images, cost, here) for run in board if "test_accuracy" in run.metrics]
    return pd.DataFrame(rows, columns=["name", "kind", "error", "low", "high", cost, "elsewhere"])


def _row(run: Run, images: int, cost: str, here: str) -> tuple[object, ...]:
    error = 1 - run.metrics["test_accuracy"]
    interval = wilson_interval(min(images, max(0, round(error * images))), images)
    value, elsewhere = _cost(run, cost, run.environment == {} or machine(dict(run.environment)) != here)
    kind = "external" if run.external else run.model
    return html.escape(run.name), kind, error, interval.low, interval.high, value, elsewhere


def _cost(run: Run, cost: str, elsewhere: bool) -> tuple[float | None, bool]:
    """Return the value of a cost, and whether it was measured on another machine; a file is as big everywhere."""
    if cost == "fit_seconds":
        return run.seconds.get("fit"), elsewhere
    if cost == "size_mb":
        return _size_mb(run, run.run_id), False
    measured = st.session_state.get("latencies", {}).get(run.run_id)
    if measured is not None:
        return 1000 * measured, False
    return (1000 * run.seconds["latency"] if "latency" in run.seconds else None), elsewhere


@st.cache_data(show_spinner=False, max_entries=512, ttl=3600)
def _size_mb(_run: Run, run_id: str) -> float | None:
    """Return megabytes of the model file, or of all its members', as it is served; None where it cannot be read."""
    size = served_bytes(_run)
    return size / 1e6 if size else None


def _measure(board: list[Run]) -> None:
    """Let every model read one validation digit on this machine, 20 times; the median stays for this session."""
    image = session.dataset().validation.images[:1]
    measured: dict[str, float] = {}
    with st.spinner("Measuring the latency of every model ..."):
        for run in board[:MOST_MEASURED]:
            try:
                model = predictor(run)
                measured[run.run_id] = median(_seconds(model, image) for _ in range(REPEATS))
            except DigitLabError:
                continue
    st.session_state["latencies"] = measured
    st.toast(f"{len(measured)} models measured on this machine.")


def _seconds(model: Reader, image: UInt8Array) -> float:
    started = time.perf_counter()
    model.predict_proba(image)
    return time.perf_counter() - started
