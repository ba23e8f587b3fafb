"""What a run gives away: the model with a script that uses it, predictions, the specification."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.cells import as_csv
from core.errors import DigitLabError, InputError
from core.runs.run import Run
from core.takeaway import run_files as takeaway
from core.ui import session
from core.ui.components.predictions import probabilities
from core.ui.text import sentence

BINARY = "application/octet-stream"


def show_downloads(run: Run) -> None:
    """Show a button for each file there is; a sentence for what there is not."""
    stem = takeaway.file_stem(run)
    if run.specification is not None or run.committee is not None:
        _button("Specification", takeaway.specification_json(run), f"{stem}.json", "application/json")
    if not run.finished:
        st.info(
            "There is no model and there are no predictions, because the run did not finish.", icon=":material/info:"
        )
        return
    _model(run, stem)
    _predictions(run, stem)
    _reproduction(run, stem)


def _model(run: Run, stem: str) -> None:
    st.subheader("The model", anchor=False)
    try:
        package = takeaway.model_files(run)
    except DigitLabError as error:
        st.warning(sentence(error), icon=":material/warning:")
        return
    where = "every member's model.onnx" if run.committee else "model.onnx"
    st.caption(
        f"{where} holds everything that was learned. The image preprocessing is a script beside it that needs NumPy "
        "and OpenCV. To use both:"
    )
    st.code(takeaway.COMMITTEE_USAGE if run.committee else takeaway.USAGE, language="python")
    _button(
        "Model, scripts and specification (zip)", lambda: takeaway.zipped(package()), f"{stem}.zip", "application/zip"
    )
    if run.committee is not None:
        return
    _button("model.onnx", lambda: package()["model.onnx"], "model.onnx")
    if run.specification is not None:
        _button("preprocess.py", takeaway.preprocess_script(run), "preprocess.py", "text/x-python")


def _reproduction(run: Run, stem: str) -> None:
    st.subheader("Script that reproduces the training", anchor=False)
    try:
        script = takeaway.reproduction(run, session.dataset())
    except InputError as error:
        st.info(sentence(error), icon=":material/info:")
        return
    st.caption("Plain Python. It needs the libraries that trained the run, but not Digit Lab.")
    _button("reproduce.py", script, f"{stem}-reproduce.py", "text/x-python")


def _predictions(run: Run, stem: str) -> None:
    st.subheader("Its predictions", anchor=False)
    if run.fingerprint != session.dataset().fingerprint:
        st.info("Its predictions are for images that are not available here.", icon=":material/info:")
        return
    for split in ("validation", "test"):
        try:
            rows = probabilities(run, split)
        except DigitLabError as error:
            st.warning(sentence(error), icon=":material/warning:")
            return
        table = takeaway.prediction_table(session.dataset().evaluation_split(split), rows)
        csv, parquet = st.columns(2)
        with csv:
            _button(f"{split}, CSV", partial(as_csv, table), f"{stem}-{split}.csv", "text/csv")
        with parquet:
            _button(f"{split}, Parquet", partial(takeaway.as_parquet, table), f"{stem}-{split}.parquet", "")


def _button(label: str, data: takeaway.Content, name: str, mime: str = BINARY) -> None:
    st.download_button(label, data, name, mime, icon=":material/download:", on_click="ignore", key=f"{label} {name}")
