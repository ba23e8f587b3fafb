"""Two digits apart: how often models mix them up, what separates them, and the way from one to the other."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.evaluation.apart import mixed_up, side_table
from core.evaluation.confusion import most_confused
from core.evaluation.metrics import confusion_matrix
from core.runs.run import Run
from core.ui.addressed import choose_named
from core.ui.components.judged import Judged
from core.ui.components.predictions import answers, probabilities
from core.ui.components.run_choice import choose_runs, run_label
from core.ui.components.table import show_table
from core.ui.errors.apart_images import show_border, show_clearest
from core.ui.errors.apart_morph import show_morph
from core.ui.errors.apart_pixels import show_pixels

MOST = 4
USUAL = (4, 9)
"""The digits to begin with where the model mixes up none."""


def two_digits_apart(judged: Judged) -> None:
    """Show the choice of two digits and of models, then each part for them."""
    first, second = _choose_digits(judged)
    models = choose_runs("Models", judged.board, "models", _first(judged), max_selections=MOST) or [judged.run]
    show_table(_in_words(judged, models, first, second), alt="How often digits are mixed up")
    table = side_table(judged.labels, probabilities(judged.run, judged.split_name), first, second)
    if set(table["true"]) != {first, second}:
        st.info("These images do not hold both digits.", icon=":material/search_off:")
        return
    able = [run for run in models if run.has_model]
    show_morph(judged, table, able, first, second)
    show_border(judged, table, first, second)
    show_pixels(judged, table, able, first, second)
    show_clearest(judged, models, first, second)


def _choose_digits(judged: Judged) -> tuple[int, int]:
    """Return two digits, those that the model mixes up most while nobody has chosen."""
    counts = confusion_matrix(judged.labels, answers(judged.run, judged.split_name))
    worst = most_confused(counts, 1)[["true", "predicted"]].to_numpy().tolist()
    first, second = sorted(worst[0]) if worst else USUAL
    digits = {str(digit): str(digit) for digit in range(10)}
    left, right = st.columns(2)
    with left:
        one = int(choose_named("Digit", digits, str(first), "first"))
    others = {name: title for name, title in digits.items() if int(name) != one}
    with right:
        return one, int(choose_named("Against", others, str(second if second != one else first), "second"))


def _first(judged: Judged) -> list[Run]:
    """Return the chosen model and the best one of each other kind, at most three."""
    found: dict[str, Run] = {}
    for run in (judged.run, *judged.board):
        found.setdefault(run.model, run)
    return list(found.values())[:3]


def _in_words(judged: Judged, models: list[Run], first: int, second: int) -> pd.DataFrame:
    read = {run_label(run): answers(run, judged.split_name) for run in models}
    rows = mixed_up(judged.labels, read, first, second)
    return pd.DataFrame(
        {
            "Model": rows["model"],
            f"{first} predicted as {second}": _of(rows["first_as_second"], rows["first_images"]),
            f"{second} predicted as {first}": _of(rows["second_as_first"], rows["second_images"]),
        }
    )


def _of(counts: pd.Series, images: pd.Series) -> list[str]:
    return [f"{count:,} of {total:,}" for count, total in zip(counts, images, strict=True)]
