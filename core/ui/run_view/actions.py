"""What can be done with a run: train again, look at its errors, crown, rename, note, tag, delete, restore."""

from __future__ import annotations

import streamlit as st

from core.permissions import may
from core.runs import housekeeping
from core.runs.continuing import resumable
from core.runs.run import Run
from core.ui import identity, session
from core.ui.components.champion import show_champion
from core.ui.page import errors_shown
from core.ui.text import escaped


def show_actions(run: Run) -> None:
    """Show one row of buttons; those that this run, this person or a read-only server does not allow are not there."""
    again, errors, crown, edit, away = st.columns([3, 2, 3, 2, 2])
    if run.trained_as is not None:
        again.page_link(
            "pages/2_Train.py",
            label="Train again with changes",
            icon=":material/tune:",
            query_params={"from": run.run_id},
        )
        if run.finished and run.trained_as.kind.continues:
            again.page_link(
                "pages/2_Train.py",
                label="Train for more epochs",
                icon=":material/resume:",
                query_params={"continue": run.run_id},
            )
    if resumable(run) and may(identity.current_actor(), "resume", run.owner):
        with again:
            _resume(run)
    if run.finished and run.fingerprint == session.dataset().fingerprint and not run.deleted:
        errors.page_link(
            "pages/5_Errors.py", label="Show errors", icon=":material/grid_on:", query_params={"run": run.run_id}
        )
        if run.has_model:
            with crown:
                show_champion(run)
    if run.shipped or not may(identity.current_actor(), "delete", run.owner):
        return
    with edit:
        _edit(run)
    with away:
        _trash(run)


def _resume(run: Run) -> None:
    words = "Go on with the training after its last epoch."
    if st.button("Resume", key="resume", icon=":material/resume:", help=words):
        session.queue().resume(run, identity.current_actor())
        _again(f"{run.name} goes on after its last epoch.")


def _edit(run: Run) -> None:
    with st.popover("Describe", icon=":material/edit:", width="stretch"), st.form("edit", border=False):
        name = st.text_input("Name", run.name, max_chars=120)
        note = st.text_area("Note", run.note, max_chars=housekeeping.MAX_NOTE)
        tags = st.text_input("Tags, separated by commas", ", ".join(run.tags))
        if st.form_submit_button("Save", type="primary", width="stretch"):
            with errors_shown():
                _save(run, name, note, tuple(tags.split(",")))
                _again("Saved.")


def _save(run: Run, name: str, note: str, tags: tuple[str, ...]) -> None:
    actor = identity.current_actor()
    if name != run.name:
        housekeeping.rename(run, name, actor=actor)
    if note != run.note:
        housekeeping.note(run, note, actor=actor)
    housekeeping.tag(run, tags, actor=actor)


def _trash(run: Run) -> None:
    if run.deleted:
        if st.button("Restore", key="restore", icon=":material/restore_from_trash:", width="stretch"):
            _again(housekeeping.restore(run, actor=identity.current_actor()))
    elif run.state.active:
        st.button("Delete", disabled=True, help="It is running; cancel it on the Train page first.", width="stretch")
    elif st.button("Delete", key="delete", icon=":material/delete:", help="Move to the trash.", width="stretch"):
        housekeeping.delete(run, actor=identity.current_actor())
        _again(f"{run.name} was moved to the trash. You can restore it there.")


def _again(words: str) -> None:
    session.watcher().refresh()
    st.toast(escaped(words))
    st.rerun()
