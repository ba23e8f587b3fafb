"""What a model gets wrong, in two sentences above the matrix."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.evaluation.confusion import most_confused
from core.evaluation.metrics import confusion_matrix
from core.ui.components.judged import Judged
from core.ui.components.predictions import probabilities
from core.ui.text import escaped

PAIRS = 3
EXPLAINED = (
    "Rows are true labels, columns are predictions. The images behind a cell show what kind of errors the model "
    "makes, and whether other preprocessing or more data could fix them."
)


def show_summary(judged: Judged) -> None:
    """Show how many errors, the most frequent ones, and what is odd about the answers."""
    run, images = judged.run, judged.images
    st.markdown(_words(judged, run.run_id, run.name, images.name, images.fingerprint), help=EXPLAINED)


@st.cache_data(show_spinner=False, max_entries=256)
def _words(_judged: Judged, run_id: str, name: str, split: str, fingerprint: str) -> str:
    rows = probabilities(_judged.run, _judged.split_name)
    return " ".join([errors_in_words(_judged, rows), *oddities(rows)])


def errors_in_words(judged: Judged, rows: np.ndarray) -> str:
    """Return how many of the images are read wrongly, and which digits are mixed up most."""
    counts = confusion_matrix(judged.labels, rows.argmax(axis=1))
    total, wrong = int(counts.sum()), int(counts.sum() - np.trace(counts))
    start = f"{escaped(judged.run.name)} misclassifies **{wrong:,} of {total:,}** {judged.images.title} images"
    pairs = most_confused(counts, PAIRS)
    if pairs.empty:
        return f"{start}: there are no errors to show."
    worst = [f"{row.true} as {row.predicted} ({row.images:,})" for row in pairs.itertuples()]
    return f"{start}, most often {', '.join(worst)}."


def oddities(rows: np.ndarray) -> list[str]:
    """Return sentences about digits that are never answered, and about answers that hang on a tie."""
    sentences = []
    never = sorted(set(range(10)) - set(rows.argmax(axis=1).tolist()))
    if never:
        sentences.append(f"It never predicts {' or '.join(map(str, never))}.")
    ties = int(((rows == rows.max(axis=1, keepdims=True)).sum(axis=1) > 1).sum())
    if ties:
        sentences.append(
            f"On {ties:,} of them two digits have the same probability; the smaller one counts as the prediction."
        )
    return sentences
