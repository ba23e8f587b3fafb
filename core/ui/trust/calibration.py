"""Whether a probability means what it says: before the temperature was fitted, and as the model is served."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.trust import confidence_histogram, reliability_diagram
from core.evaluation.calibration import expected_calibration_error, reliability, softmax
from core.heap import give_back
from core.models.serving.export import temperature_of
from core.models.serving.predictor import read_graph
from core.runs.model_cache import model_folder
from core.runs.run import Run
from core.text import percent
from core.ui.components.judged import Judged
from core.ui.components.predictions import probabilities
from core.ui.components.table import show_table
from core.ui.page import errors_shown
from core.ui.text import sentence

BEFORE, AFTER = "Before calibration", "After calibration"
SMALLEST = 1e-30


def show_calibration(judged: Judged) -> None:
    """Show the reliability diagram, the expected calibration error before and after, and how sure the answers were."""
    st.caption(
        "Probabilities are calibrated if 90 % of the predictions with probability 90 % are correct. "
        "Points below the diagonal are overconfident, points above it underconfident. Larger points "
        "stand for more images."
    )
    rows = probabilities(judged.run, judged.split_name)
    served, temperature = {AFTER: rows}, None
    with errors_shown():
        temperature = _temperature_of(judged.run)
        if temperature is not None:
            served = {BEFORE: uncalibrated(rows, temperature), AFTER: rows}
    _figures(judged, served, temperature)
    left, right = st.columns(2, gap="medium")
    with left:
        tables = {name: reliability(judged.labels, values) for name, values in served.items()}
        st.plotly_chart(reliability_diagram(tables), key="reliability", alt="Accuracy by predicted probability")
    with right:
        right_ones = rows.argmax(axis=1) == judged.labels
        st.plotly_chart(
            confidence_histogram(rows.max(axis=1), right_ones),
            key="confidence",
            alt="Probabilities of correct and incorrect predictions",
        )
        show_table(_bins(tables[AFTER]), width="stretch", height=212)


def _figures(judged: Judged, served: dict[str, np.ndarray], temperature: float | None) -> None:
    places = st.columns(3)
    for place, (name, values) in zip(places, served.items(), strict=False):
        error = expected_calibration_error(judged.labels, values)
        place.metric(
            "Expected calibration error",
            percent(error),
            name.lower(),
            delta_color="off",
            delta_arrow="off",
            help="The mean gap between predicted probability and accuracy.",
        )
    if temperature is None:
        why = judged.run.why_no_model or "This model has no temperature, so there is no “before” to show."
        st.caption(sentence(why))
        return
    effect = "less confident" if temperature > 1 else "surer"
    places[2].metric(
        "Temperature",
        f"{temperature:.2f}",
        help=f"Fitted on the validation images. The scores are divided by it, which makes the model {effect}.",
    )


def uncalibrated(rows: np.ndarray, temperature: float) -> np.ndarray:
    """Return what the probabilities (n, 10) were before their scores were divided by the temperature.

    They are softmax(scores / temperature), so their logarithms times the temperature are the scores, up to a constant
    a row; a probability that was rounded to 0 counts as 1e-30.
    """
    return softmax(np.log(np.maximum(rows.astype(np.float64), SMALLEST)) * temperature)


def _temperature_of(run: Run) -> float | None:
    if run.committee is not None:
        return run.committee.temperature  # of the whole; its graph holds those of its members as well
    return _temperature(run, run.run_id, run.created.isoformat()) if run.has_model else None


@st.cache_data(show_spinner="Loading the model ...", max_entries=200)
def _temperature(_run: Run, run_id: str, created: str) -> float | None:
    try:
        return temperature_of(read_graph(model_folder(_run)))
    except OSError:
        return None
    finally:
        give_back()


def _bins(table: pd.DataFrame) -> pd.DataFrame:
    filled = table[table["images"] > 0]
    return pd.DataFrame(
        {
            "Between": [f"{low:.0f} and {high:.0f} %" for low, high in 100 * filled[["low", "high"]].to_numpy()],
            "Mean probability": [percent(value, 1) for value in filled["confidence"]],
            "Right": [percent(value, 1) for value in filled["accuracy"]],
            "Images": filled["images"].to_list(),
        }
    )
