"""A confusion matrix whose cells answer a click with the images behind them, and slices where a model is weak."""

import streamlit as st

from core.ui.addressed import choose_named
from core.ui.components.judged import Judged, choose_judged
from core.ui.errors.apart import two_digits_apart
from core.ui.errors.images import show_images
from core.ui.errors.matrix import Looked, choose_reader, choose_view, show_matrix
from core.ui.errors.slices import slices_and_images
from core.ui.errors.summary import show_summary
from core.ui.page import fragment, page

SHOWN = {"matrix": "Confusion matrix", "slices": "Weak slices", "apart": "Two digits apart"}


def matrix_and_images(judged: Judged, looked: Looked) -> None:
    """Show a click on the matrix runs this again, a click on an image only `show_images`."""
    images, matrix = (None, st.container()) if looked.wide else st.columns([7, 5], gap="medium")
    with matrix:
        cell = show_matrix(judged, looked)
    with images or st.container(), st.container(key="images"):
        reader = choose_reader(judged, looked)
        fragment(show_images)(judged.read_by(reader), looked, cell)


with page("Errors", "Click a cell of the confusion matrix to see the images that the model misclassifies, and why."):
    model, split, view = st.columns([4, 3, 4])
    judged = choose_judged(model, split)
    if judged:
        shown = choose_named("Show", SHOWN, "matrix", "by")
        if shown == "slices":
            show_summary(judged)
            fragment(slices_and_images)(judged)
        elif shown == "apart":
            fragment(two_digits_apart)(judged)
        else:
            with view:
                looked = choose_view(judged)
            show_summary(judged)
            fragment(matrix_and_images)(judged, looked)
