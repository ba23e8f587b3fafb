"""A run's metrics, digit by digit, and how it learned."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.charts.learning import TITLES, learning_curves
from core.charts.standings import per_class
from core.data.dataset import JUDGES
from core.data.judging import FULL_VALIDATION
from core.errors import DigitLabError
from core.evaluation.metrics import FIGURES, Evaluation, evaluate
from core.runs import registry
from core.runs.judging import widest
from core.runs.run import Run
from core.text import percent
from core.ui import session
from core.ui.addressed import choose_named
from core.ui.components.predictions import probabilities
from core.ui.components.table import show_table
from core.ui.text import sentence

CURVES = tuple(name for measure in TITLES for name in (measure, f"validation_{measure}"))
TITLED = {"log_loss": "log loss (nats)", "ece": "expected calibration error", "brier": "Brier score"}
NO_SHARES = FIGURES.keys() - {"ece"}


def show_metrics(run: Run) -> None:
    """Show every figure of the run on all images that judge it, and per digit where its predictions can be read."""
    if not run.metrics:
        st.info("There are no metrics, because the run has not been evaluated.", icon=":material/info:")
        return
    titles = judged_by(run)
    _per_class(run, choose_named("Images", titles, next(iter(titles)), "judged_by"))
    show_table(pd.DataFrame(_all_metrics(run, titles)), width="content", alt="Every metric on all images")


def judged_by(run: Run) -> dict[str, str]:
    """Return the images that judge a run, by name, as titles with their number."""
    dataset = session.dataset()
    names = [*([FULL_VALIDATION] if widest("validation", [run], dataset) == FULL_VALIDATION else []), *JUDGES]
    if run.fingerprint != dataset.fingerprint:
        return {name: name.capitalize() for name in names}
    sets = [session.judging(name) for name in names]
    return {images.name: f"{images.title.capitalize()}, {len(images.split):,} images" for images in sets}


def _per_class(run: Run, split: str) -> None:
    if run.fingerprint != session.dataset().fingerprint:
        st.info("It was evaluated on other images, which are not available here; only its overall metrics are known.")
        return
    try:
        judged = evaluation(run, split)
    except DigitLabError as error:
        st.warning(f"{sentence(error)} The metrics below were stored when it was evaluated.", icon=":material/warning:")
        return
    never = [str(digit) for digit, count in enumerate(judged.confusion_matrix.sum(axis=0)) if count == 0]
    if never:
        st.warning(f"It never predicts {', '.join(never)}: their precision and F1 count as 0.")
    st.plotly_chart(per_class(judged.per_class()), key="per_class")
    shares = ["Precision", "Recall", "F1"]
    table = judged.per_class().rename(columns={"f1": "F1", "support": "images"}).rename(columns=str.capitalize)
    show_table(
        table.assign(**{name: 100 * table[name] for name in shares}),
        column_config={name: st.column_config.NumberColumn(format="%.2f %%") for name in shares},
        alt="Precision, recall and F1 of each digit",
    )


def evaluation(run: Run, split: str) -> Evaluation:
    """Judge a run's stored predictions; raises RegistryError where they cannot be read."""
    return _evaluation(run, run.run_id, session.dataset().fingerprint, split)


@st.cache_data(show_spinner=False, max_entries=64)
def _evaluation(_run: Run, run_id: str, fingerprint: str, split: str) -> Evaluation:
    return evaluate(session.judging(split).split.labels, probabilities(_run, split))


def _all_metrics(run: Run, titles: Mapping[str, str]) -> list[dict[str, str]]:
    known = [entry.removeprefix(f"{name}_") for name in titles for entry in run.metrics if entry.startswith(f"{name}_")]
    return [
        {
            "metric": TITLED.get(metric, metric.replace("_", " ").replace("f1", "F1")),
            **{title: _shown(metric, run.metrics.get(f"{name}_{metric}")) for name, title in titles.items()},
        }
        for metric in dict.fromkeys(known)
    ]


def _shown(metric: str, value: float | None) -> str:
    return f"{value:.4f}" if metric in NO_SHARES and value is not None else percent(value)


def show_curves(run: Run) -> None:
    """Show the learning curves, for the kinds that learn in epochs."""
    curves = {} if run.shipped else registry.curves(run.run_id, CURVES)
    measures = [name for name in TITLES if curves.get(name) or curves.get(f"validation_{name}")]
    if not measures:
        st.info(_no_curves(run), icon=":material/show_chart:")
        return
    measure = choose_named("Curve", {name: _titled(name) for name in measures}, measures[0], "curve")
    st.plotly_chart(learning_curves(curves, measure), key="learning")


def _titled(measure: str) -> str:
    return measure.replace("_", " ").capitalize()


def _no_curves(run: Run) -> str:
    if run.shipped:
        return "Shipped models have no stored learning curves, to keep the download small."
    if run.state.active:
        return "No epoch has finished yet."
    return (
        f"There are no learning curves: a {run.model} is not trained in epochs, or the run ended before the first "
        "epoch."
    )
