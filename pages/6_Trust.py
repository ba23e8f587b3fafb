"""How far a model can be trusted: each digit, its probabilities, when to refuse, and spoilt images."""

import streamlit as st

from core.ui.components.judged import choose_judged
from core.ui.page import page, told
from core.ui.trust.calibration import show_calibration
from core.ui.trust.digits import show_digits
from core.ui.trust.refusal import show_refusal
from core.ui.trust.robustness import show_robustness

CHAPTERS = ("Each digit", "Calibration", "When to refuse", "Robustness")

with page("Trust", "Is a model as sure as it should be, when should it say nothing, and what throws it off?"):
    model, split = st.columns([5, 2])
    judged = choose_judged(model, split)
    if judged:
        digits, calibration, refusal, robustness = st.tabs(CHAPTERS, key="chapter", bind="query-params")

        if digits.open:
            with digits, told():
                show_digits(judged)

        if calibration.open:
            with calibration, told():
                show_calibration(judged)

        if refusal.open:
            with refusal:
                st.fragment(show_refusal)(judged)

        if robustness.open:
            with robustness:
                show_robustness(judged)
