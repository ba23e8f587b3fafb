"""What is kept of the comparison: a report, models from elsewhere, the champions so far, the trash."""

from __future__ import annotations

import streamlit as st

from core.errors import InputError
from core.permissions import may
from core.report.comparison import Comparison
from core.report.document import report
from core.runs import external, housekeeping, registry
from core.runs.run import Run
from core.settings import settings
from core.ui import identity, session
from core.ui.components.champion import show_history
from core.ui.components.folded import folded
from core.ui.components.predictions import probabilities
from core.ui.components.run_links import link_to_run
from core.ui.components.verdict import baseline_of
from core.ui.text import escaped

MOST_SHOWN = 50


def show_report(comparison: Comparison) -> None:
    """Write the report of the chosen runs when asked, and hand it over."""
    st.markdown("One HTML file with the comparison and the details of every run. It opens offline and can be printed.")
    baseline = baseline_of(comparison)
    key = (comparison.split, baseline, tuple(run.run_id for run in comparison.runs.values()))
    if st.button("Write the report", key="write_report", icon=":material/description:"):
        _written.clear(key)
        st.session_state["report"] = key
    if st.session_state.get("report") == key:
        html = _written(key, comparison)
        st.download_button(
            f"Download the report ({len(html) / 1e6:.1f} MB)",
            html,
            "digit-lab-report.html",
            "text/html",
            icon=":material/download:",
            on_click="ignore",
        )


@st.cache_data(show_spinner="Writing ...", max_entries=4, ttl=3600)
def _written(key: tuple[str, str, tuple[str, ...]], _comparison: Comparison) -> str:
    """Return the last reports, megabytes each, kept for the server and not in anybody's session."""
    runs, (_, baseline, _) = list(_comparison.runs.values()), key
    return report(runs, session.dataset(), split=_comparison.split, baseline=baseline, read=probabilities)


def show_keeping() -> None:
    """Show champions so far, importing from elsewhere, and the trash."""
    folded("Champion history", "champions", _champions, icon=":material/crown:")
    if settings().readonly or identity.barred("import"):
        return
    folded("Import a model", "importing", _import, icon=":material/upload:")
    folded("Trash", "trash", _trash, icon=":material/delete:")


def _champions() -> None:
    show_history()
    st.caption("Make a run champion on its own page. The champion is used wherever no model is named.")


def _import() -> None:
    name = st.text_input("Name", key="import_name", max_chars=120, on_change="ignore")
    model = st.file_uploader("An ONNX model for images of 28 x 28 pixels", ["onnx"], key="import_model")
    st.caption(
        "Or its predictions: CSV files with an index column and ten probability columns, in the format of our "
        "downloads."
    )
    validation, test = st.columns(2)
    first = validation.file_uploader("Predictions of the validation images", ["csv"], key="import_validation")
    second = test.file_uploader("Predictions of the test images", ["csv"], key="import_test")
    if not st.button("Import", key="import", icon=":material/upload:"):
        return
    dataset, actor = session.dataset(), identity.current_actor()
    if model is not None:
        with st.spinner("Running the model on the validation and test images ..."):
            run = external.import_onnx(model.getvalue(), dataset, name=name, actor=actor)
    elif first is not None and second is not None:
        run = external.import_predictions(first.getvalue(), second.getvalue(), dataset, name=name, actor=actor)
    else:
        raise InputError("Choose an ONNX file, or the predictions of both the validation and the test images.")
    session.watcher().refresh()
    st.success(f"{escaped(run.name)} was imported and is marked external.", icon=":material/check:")
    st.caption("The table shows it after the next page reload.")


def _trash() -> None:
    runs = registry.all_runs(deleted=True)
    if not runs:
        st.caption("The trash is empty.")
        return
    for run in runs[:MOST_SHOWN]:
        name, restore = st.columns([5, 1], vertical_alignment="center")
        link_to_run(name, run)
        actor = identity.current_actor()
        if may(actor, "restore", run.owner) and restore.button("Restore", key=f"restore_{run.run_id}"):
            st.toast(escaped(housekeeping.restore(run, actor=actor)))
            session.watcher().refresh()
            st.rerun()
    _purge(runs)


def _purge(runs: list[Run]) -> None:
    """Offer to empty the trash, to who may delete everything in it."""
    if not all(may(identity.current_actor(), "purge", run.owner) for run in runs):
        st.caption("You can empty the trash only if you may delete every run in it.")
        return
    sure = st.checkbox(f"Delete {len(runs):,} {'run' if len(runs) == 1 else 'runs'} for good", key="purge_sure")
    if st.button("Empty the trash", key="purge", type="primary", disabled=not sure):
        count, freed = housekeeping.purge(actor=identity.current_actor())
        st.success(f"{count:,} {'run' if count == 1 else 'runs'} deleted, {freed / 1e6:,.1f} MB freed.")
