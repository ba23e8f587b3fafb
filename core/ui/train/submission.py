"""From a filled form to queued trainings: what is changed, the estimate, the identical run, the button, the jobs."""

from __future__ import annotations

import re
import uuid

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.jobs.estimate import Estimate, duration, estimate, shipped_seconds
from core.models.catalogue import CATALOGUE
from core.models.changes import changes, name_of, nearest_preset
from core.runs.run import Run
from core.ui import identity, session
from core.ui.components.action_bar import action_bar
from core.ui.components.job_card import reveal, starting
from core.ui.components.job_cards import show_jobs
from core.ui.page import errors_shown, fragment
from core.ui.text import escaped
from core.ui.train.form import TrainingRequest

LATEST = "train_latest"
"""Id of the run that was started last, to be brought into view."""
FIRST_CLAUSE = re.compile(r"[;.](?:\s|$)")
ASKED = "train_asked"
"""The form's training, while the page asks whether it is to run once more."""


def show_submission(request: TrainingRequest) -> None:
    """Show the bar with the button, which stays in view below the form, and under it what runs."""
    _submission(request, action_bar("train"))


@fragment
def _submission(request: TrainingRequest, bar: DeltaGenerator) -> None:
    """Say how long it will take and whether it has been done before; start on a click, and show what runs below.

    A fragment, so that a click has its answer at once, without the form above being drawn anew.
    """
    same, key = _identical(request), _key(request)
    asked = st.session_state.get(ASKED) == key
    own = same is not None and same.run_id == st.session_state.get(LATEST) and not asked
    offered = same is not None and not own  # not of what was started here: its card is just below
    with bar:
        with st.container():
            if same and offered:
                _offer(same)
        clicked = _button(request, again=offered)
    st.session_state[ASKED] = key if same and (offered or clicked) else ""
    with st.container(key="train_jobs"):
        with st.container(), errors_shown():
            if clicked and (not same or asked):
                _submit(request)
            elif clicked and same:  # the second of two quick clicks, or the first since it is known: it asks
                _offer(same)
        reveal("train_jobs", st.session_state.get(LATEST, ""))
        show_jobs(quiet=True)


def _button(request: TrainingRequest, *, again: bool) -> bool:
    """Show the button, and beside it the time it will take and what is not the preset's, with one click back."""
    count, changed = len(request.specifications), changes(request.specifications[0])
    label = "Train anyway" if again else f"Train {count} times" if count > 1 else "Train"
    with st.container(horizontal=True, vertical_alignment="center"):
        clicked = st.button(
            label, type="primary", key="submit", icon=":material/play_arrow:", disabled=identity.barred("train")
        )
        with st.container(width="stretch", gap=None):
            st.caption(f":material/timer: Expected time: {_expected(request)}")
            if changed:
                st.caption(f":material/edit: Changed from the preset: **{escaped(', '.join(changed))}**")
        if changed:
            st.button("Reset to the preset", key="train_reset", icon=":material/undo:", on_click=_reset)
    return clicked


def _reset() -> None:
    """Forget every setting of the form but the model and its preset."""
    kept = {name: st.query_params[name] for name in st.query_params if name == "model" or name.startswith("preset_")}
    for key in [str(key) for key in st.session_state if key not in kept and _of_the_form(str(key))]:
        del st.session_state[key]
    st.query_params.from_dict(kept)


def _of_the_form(key: str) -> bool:
    names = ("limit", "left_out", "wrong_labels", "labels", "seed", "repeats", "recipe")
    return key.startswith(names) or any(key.startswith(f"{kind}_") for kind in CATALOGUE)


def _many(request: TrainingRequest) -> bool:
    return len(request.specifications) > 1


def _expected(request: TrainingRequest) -> str:
    images = len(session.dataset().train.labels)
    single = estimate(request.specifications[0], session.runs(), images, fingerprint=session.dataset().fingerprint)
    if single.seconds is None:
        return _elsewhere(request) or single.in_words
    total = Estimate(single.seconds * len(request.specifications), single.based_on)
    past = "1 earlier run" if single.based_on == 1 else f"{single.based_on} earlier runs"
    return f"about {duration(total.seconds or 0)}, from {past} on this machine"


def _elsewhere(request: TrainingRequest) -> str:
    """Return what is known of the time before anything like it has run here: the shipped model's, or the preset's."""
    specification = request.specifications[0]
    shipped = shipped_seconds(specification, session.runs(), len(session.dataset().train))
    if shipped is not None:
        seconds = duration(max(1.0, shipped * len(request.specifications)))
        return f"about {seconds}, from the shipped model on another machine; nothing like it has run on this one yet"
    preset = specification.kind.presets[nearest_preset(specification)]
    note = FIRST_CLAUSE.split(preset.note)[0]
    return f"{note[:1].lower()}{note[1:]}, says the preset; nothing like it has run on this machine yet" if note else ""


def _identical(request: TrainingRequest) -> Run | None:
    """Return a training of the same specification that is finished or on its way."""
    keys = {specification.key(session.dataset().fingerprint) for specification in request.specifications}
    return next((run for run in session.runs() if run.key in keys and (run.finished or run.state.active)), None)


def _key(request: TrainingRequest) -> str:
    return " ".join(specification.key(session.dataset().fingerprint) for specification in request.specifications)


def _offer(same: Run) -> None:
    text, link = st.columns([4, 1], vertical_alignment="center")
    what = "An identical training is in progress" if same.state.active else "An identical training exists"
    text.info(f"{what}: {escaped(same.name)}.", icon=":material/history:")
    link.page_link("pages/9_Run.py", label="Open", icon=":material/open_in_new:", query_params={"run": same.run_id})


def _submit(request: TrainingRequest) -> None:
    group = uuid.uuid4().hex[:8] if _many(request) else ""
    with starting("train_jobs", request.name or name_of(request.specifications[0])) as card:
        for specification in request.specifications:
            suffix = f", seed {specification.seed}" if request.name and _many(request) else ""
            name = f"{request.name}{suffix}" if request.name else ""
            actor = identity.current_actor()
            run = session.queue().submit(specification, session.dataset(), actor=actor, name=name, group=group)
            st.session_state[LATEST] = run.run_id
        session.watcher().refresh()
        card.empty()
