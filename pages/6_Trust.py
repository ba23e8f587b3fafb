"""How far a model can be trusted: each digit, its probabilities, when to refuse, and spoilt images."""

import streamlit as st

from core.ui.addressed import named_tabs
from core.ui.components.judged import choose_judged
from core.ui.page import errors_shown, fragment, page
from core.ui.trust.calibration import show_calibration
from core.ui.trust.digits import show_digits
from core.ui.trust.refusal import show_refusal
from core.ui.trust.robustness import show_robustness

CHAPTERS = {
    "digits": "Each digit",
    "calibration": "Calibration",
    "reject": "When to reject",
    "robustness": "Robustness",
}

with page(
    "Trust",
    "Are a model's probabilities reliable, when should it reject an image, and how robust is it to corrupted images?",
):
    model, split = st.columns([5, 2])
    judged = choose_judged(model, split)
    if judged:
        digits, calibration, refusal, robustness = named_tabs(CHAPTERS, "chapter").values()

        if digits.open:
            with digits, errors_shown():
                show_digits(judged)

        if calibration.open:
            with calibration, errors_shown():
                show_calibration(judged)

        if refusal.open:
            with refusal:
                fragment(show_refusal)(judged)

        if robustness.open:
            with robustness:
                show_robustness(judged)
