"""Which model is better, and is the difference real; and with `?run=` the view of one run."""

import streamlit as st

from core.runs.run import Run
from core.ui import session
from core.ui.addressed import named_tabs
from core.ui.compare.board import show_board
from core.ui.compare.committee import show_committee
from core.ui.compare.configurations import show_configurations
from core.ui.compare.cost import show_cost
from core.ui.compare.details import show_curves, show_disagreements, show_parameters
from core.ui.compare.keep import show_keeping, show_report
from core.ui.compare.others import show_others
from core.ui.components.run_choice import board_with
from core.ui.components.verdict import compare_chosen, show_differences, show_verdict, warn_of_other_data
from core.ui.page import errors_shown, fragment, page
from core.ui.run_view.view import show_run

PARTS = {
    "verdict": "Which model is better",
    "digits": "Digit by digit",
    "disagreements": "Disagreements",
    "settings": "Settings",
    "curves": "Curves",
    "configurations": "Configurations",
    "report": "Report",
}


def compare(chosen: list[Run], board: list[Run]) -> None:
    comparison = compare_chosen(chosen)
    verdict, digits, images, settings, curves, configurations, file = named_tabs(PARTS).values()
    if verdict.open:
        with verdict:
            show_verdict(comparison)
    if digits.open:
        with digits:
            show_differences(comparison)
    if images.open:
        with images:
            show_disagreements(comparison)
    if settings.open:
        with settings:
            show_parameters(comparison.runs)
    if curves.open:
        with curves:
            show_curves(comparison.runs)
    if configurations.open:
        with configurations:
            show_configurations(chosen, board, comparison.split)
    if file.open:
        with file:
            show_report(comparison)


def everything(board: list[Run]) -> None:
    verdict, cost, table = st.container(), st.container(), st.container()
    with table:
        st.subheader("All runs")
        chosen = show_board(board, verdict)
        show_others(session.runs())
    if not chosen:
        return
    with verdict, errors_shown():
        warn_of_other_data(chosen)
        compare(chosen, board)
    with cost:
        st.subheader("Accuracy and cost")
        fragment(show_cost)(board)
    show_committee(chosen)
    show_keeping()


with page("Compare", "Which model is better, and is the difference statistically significant?"):
    asked = st.query_params.get("run")
    if asked:
        show_run(asked)
    else:
        everything(board_with(st.query_params.get_all("runs")))
