"""How models hold up on spoilt images: a job a model, then curves, a heat map and sample pictures."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.robustness import robustness_curves, robustness_heatmap
from core.data.corruptions.catalogue import CORRUPTIONS, MNIST_C, SEVERITIES, Corruption
from core.evaluation.robustness import by_corruption, mean_corruption_error
from core.jobs.estimate import duration
from core.jobs.questions.kept import answer
from core.jobs.questions.robustness import SETS, question, samples, table_of
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.ui import session
from core.ui.addressed import choose_named, counts
from core.ui.components.cards import Card, show_cards
from core.ui.components.judged import Judged
from core.ui.components.questions import show_questions
from core.ui.components.run_choice import choose_runs, run_label
from core.ui.page import errors_shown
from core.ui.text import certainty, escaped, sentence
from core.ui.theme import is_dark

SIZES = (500, 1_000, 2_000, 10_000)
START_SIZE = 1_000
AT_ONCE = 6
SAMPLED = (2, 5, 8)
PREDICTED = 10_000
"""`seconds["predict"]` of a shipped model is for so many images."""


def show_robustness(judged: Judged) -> None:
    """Choose models, measure those that have not been measured, and compare them."""
    st.caption(
        "Real images are noisier than a test set. Each image is shifted, rotated, blurred and so on, "
        "at five severities. Fifteen of the corruptions are MNIST-C (Mu and Gilmer 2019). A more accurate model "
        "can be less robust."
    )
    with errors_shown():
        chosen, images = _choose(judged)
        _measured(judged, chosen, images)


def _choose(judged: Judged) -> tuple[list[Run], int]:
    models, size = st.columns([3, 1])
    if not judged.run.has_model:
        st.info(sentence(judged.run.why_no_model), icon=":material/info:")
    able = [run for run in judged.board if run.has_model]
    chosen = choose_runs("Models", able, "models", _first(judged), models, max_selections=AT_ONCE)
    most = len(judged.split)
    sizes = [count for count in SIZES if count < most] + [most]
    start = START_SIZE if START_SIZE in sizes else sizes[0]
    images = choose_named("How many images", counts(sizes), str(start), "spoilt_images", control=size.selectbox)
    return chosen, int(images)


def _first(judged: Judged) -> list[Run]:
    """Return the chosen model, where it has one, and the best one of each other kind, at most three."""
    found: dict[str, Run] = {}
    for run in (judged.run, *judged.board):
        if run.has_model:
            found.setdefault(run.model, run)
    return list(found.values())[:3]


def _measured(judged: Judged, chosen: list[Run], images: int) -> None:
    fingerprint = session.dataset().fingerprint
    questions = {run_label(run): question(run, images, fingerprint, judged.images) for run in chosen}
    answers = {name: found for name, asked in questions.items() if (found := answer(asked)) is not None}
    missing = [run for run in chosen if run_label(run) not in answers]
    why = expected(missing, images, escaped(judged.images.title))
    show_questions(
        list(questions.values()), f"Robustness of {', '.join(run.name for run in chosen)}",
        f"Measure {'1 model' if len(missing) == 1 else f'{len(missing)} models'}", why,
        expected=seconds_expected(missing, images),
    )  # fmt: skip
    table = table_of(answers)
    if not table.empty:
        _heat_map(_for_charts(table))
        st.caption(escaped(mnist_c_in_words(table)))
        st.caption(escaped(brittle(table)))
    corruption = _choose_corruption()
    if not table.empty:
        kinds = {html.escape(run_label(run)): run.model for run in chosen}
        curves = robustness_curves(_for_charts(table), corruption.name, distinct(kinds))
        st.plotly_chart(curves, key="robustness_curves")
    _samples(judged, corruption)


def distinct(kinds: dict[str, str]) -> dict[str, str] | None:
    """Return kinds of models to colour by; None where two are of one kind, as they could not be told apart."""
    return kinds if len(set(kinds.values())) == len(kinds) else None


def expected(missing: list[Run], images: int, title: str = "test") -> str:
    """Return what measuring means and how long it takes, in a sentence."""
    start = f"Each model classifies {images:,} {title} images {SETS} times, in the background; the result is stored"
    total = seconds_expected(missing, images)
    return f"{start}." if total is None else f"{start}. That takes about {duration(total)}."


def seconds_expected(missing: list[Run], images: int) -> float | None:
    """Return how long measuring takes, from the time that each model took for its test images; None without one."""
    seconds = [_seconds_an_image(run) for run in missing]
    return sum(value for value in seconds if value) * SETS * images if seconds and all(seconds) else None


def _seconds_an_image(run: Run) -> float | None:
    """Return what a prediction took in a batch; shipped models were timed on the full test set wherever they run."""
    seconds = run.seconds.get("predict")
    return None if seconds is None else seconds / (PREDICTED if run.shipped else len(session.dataset().test))


def _heat_map(table: pd.DataFrame) -> None:
    titles = {name: corruption.title for name, corruption in CORRUPTIONS.items()}
    means = by_corruption(table).rename(columns={**titles, "mean": "Mean"})
    figure = robustness_heatmap(means, dark=is_dark()).update_traces(showscale=False, texttemplate="%{z:.0f}")
    figure.update_xaxes(tickvals=list(means.index), ticktext=[_label(name) for name in means.index])
    st.plotly_chart(figure, key="robustness_map", alt="Mean accuracy in % by model and corruption")


def _for_charts(table: pd.DataFrame) -> pd.DataFrame:
    """Return names as Plotly shows them, which reads HTML."""
    return table.assign(model=table["model"].map(html.escape))


def _label(name: str) -> str:
    return html.escape(shortened(html.unescape(name)))


def shortened(name: str, most: int = 18) -> str:
    """Return a name that leaves room for the chart beside it on a phone."""
    return name if len(name) <= most else name[: most - 1] + "…"


def brittle(table: pd.DataFrame) -> str:
    """Return what hurts it most, in a sentence."""
    means = by_corruption(table).drop(columns="mean")
    whole = table[table["severity"] == 0].set_index("model")["accuracy"]
    worst = zip(means.index.astype(str), means.idxmin(axis=1).astype(str), means.min(axis=1), strict=True)
    parts = [
        f"{model}: {100 * whole[model]:.1f} % without corruption, worst corruption: {CORRUPTIONS[name].title.lower()} "
        f"({100 * lowest:.1f} %)"
        for model, name, lowest in worst
    ]
    return "; ".join(parts) + "."


def mnist_c_in_words(table: pd.DataFrame) -> str:
    """Show each model's mean error over the fifteen corruptions of MNIST-C in a sentence."""
    errors = mean_corruption_error(table, MNIST_C)
    parts = [f"{model}: {100 * error:.1f} %" for model, error in errors.items()]
    return f"Mean error over the 15 corruptions of MNIST-C, each as severe as in its images: {'; '.join(parts)}."


def _choose_corruption() -> Corruption:
    titles = {name: corruption.title for name, corruption in CORRUPTIONS.items()}
    name = choose_named("Corruption", titles, next(iter(titles)), "corruption", control=st.selectbox)
    return CORRUPTIONS[name]


def _samples(judged: Judged, corruption: Corruption) -> None:
    """Show three digits at each severity, and what the chosen model reads in them."""
    amounts = corruption.amounts_in_words
    st.caption(f"{corruption.title}, severity 1 to 5: {amounts} {corruption.unit} ({corruption.source}).")
    rows = samples(judged.split, corruption.name, SAMPLED)
    read = _read(judged.run, rows)
    names = ("Original", *(f"Severity {severity}" for severity in SEVERITIES))
    for pictures, lines in zip(rows, read, strict=True):
        show_cards([Card(*card) for card in zip(pictures, names, lines, strict=True)], side=84)


def _read(run: Run, rows: np.ndarray) -> list[list[tuple[str, ...]]]:
    """Return what a model reads in each sample, in words.

    No words where there is none, and why where it cannot be loaded.
    """
    nothing: list[list[tuple[str, ...]]] = [[()] * rows.shape[1]] * len(rows)
    if not run.has_model:
        return nothing
    with errors_shown():
        found = predictor(run).predict_proba(rows.reshape(-1, 28, 28)).reshape(*rows.shape[:2], 10)
        st.caption(f"Below each image: the prediction of {escaped(run.name)}.")
        return [[(f"{row.argmax()}, {certainty(float(row.max()))}",) for row in line] for line in found]
    return nothing
