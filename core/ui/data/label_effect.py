"""What the reviewed labels change: the way to train with them, and a quick measurement with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.data.label_review import Decision, corrections
from core.jobs.questions import label_effect
from core.jobs.questions.kept import answer
from core.jobs.questions.probe import verdicts
from core.ui import session
from core.ui.components.questions import show_questions

GIVEN, REVIEWED = "the labels as given", "the reviewed labels"
WHY = "A worker trains the fast SVM with the labels as given and with the reviewed ones. This takes seconds."


def show_label_effect(decisions: Sequence[Decision]) -> None:
    """Offer to train with the reviewed labels and to measure what they change; nothing while none is changed."""
    if all(decision.verdict == "keep" for decision in decisions):
        return
    dataset = session.dataset()
    changed = corrections(dataset)
    st.subheader("Effect", anchor=False)
    st.page_link("pages/2_Train.py", label=f"Train with {len(changed):,} changed labels", icon=":material/play_arrow:",
                 query_params={"labels": "reviewed"})  # fmt: skip
    asked = {
        GIVEN: label_effect.question((), dataset.fingerprint),
        REVIEWED: label_effect.question(changed, dataset.fingerprint),
    }
    answers = {name: found for name, question in asked.items() if (found := answer(question)) is not None}
    show_questions(list(asked.values()), "Effect of the reviewed labels", "Measure the effect", WHY, key="ask_effect")
    if len(answers) < len(asked):
        return
    labels = dataset.validation.labels
    for sentence in verdicts(labels, answers, digits=2):
        st.markdown(sentence)
    right = {name: int((found["predictions"] == labels).sum()) for name, found in answers.items()}
    st.caption(
        f"The fast SVM reads {right[REVIEWED]:,} of {len(labels):,} validation images correctly when trained with "
        f"{REVIEWED}, {right[GIVEN]:,} with {GIVEN}. Labels of the validation and test images are never changed. "
        "Compare tells the same of full trainings."
    )
