"""From a filled form to queued trainings: the estimate, the earlier identical run, the button."""

from __future__ import annotations

import uuid

import streamlit as st

from core.jobs.estimate import Estimate, duration, estimate
from core.runs.run import Run
from core.settings import settings
from core.ui import identity, session
from core.ui.text import escaped
from core.ui.train.form import Wish

RUN_PAGE = "pages/4_Compare.py"


def show_submission(wish: Wish) -> None:
    """Say how long it will take and whether it has been done before; start on a click."""
    st.caption(f":material/timer: Expected time: {_expected(wish)}")
    earlier = _earlier(wish)
    if earlier:
        _offer(earlier)
    label = "Train anyway" if earlier else f"Train {len(wish.specifications)} times" if _many(wish) else "Train"
    if st.button(label, type="primary", key="submit", icon=":material/play_arrow:", disabled=settings().readonly):
        _submit(wish)


def _many(wish: Wish) -> bool:
    return len(wish.specifications) > 1


def _expected(wish: Wish) -> str:
    images = len(session.dataset().train.labels)
    single = estimate(wish.specifications[0], session.runs(), images, fingerprint=session.dataset().fingerprint)
    if single.seconds is None:
        return single.in_words
    total = Estimate(single.seconds * len(wish.specifications), single.based_on)
    past = "1 earlier run" if single.based_on == 1 else f"{single.based_on} earlier runs"
    return f"about {duration(total.seconds or 0)}, from {past} on this machine"


def _earlier(wish: Wish) -> Run | None:
    keys = {specification.key(session.dataset().fingerprint) for specification in wish.specifications}
    return next((run for run in session.runs() if run.finished and run.key in keys), None)


def _offer(earlier: Run) -> None:
    text, link = st.columns([4, 1], vertical_alignment="center")
    text.info(f"An identical training exists: {escaped(earlier.name)}.", icon=":material/history:")
    link.page_link(RUN_PAGE, label="Open", icon=":material/open_in_new:", query_params={"run": earlier.run_id})


def _submit(wish: Wish) -> None:
    group = uuid.uuid4().hex[:8] if _many(wish) else ""
    for specification in wish.specifications:
        suffix = f", seed {specification.seed}" if wish.name and _many(wish) else ""
        name = f"{wish.name}{suffix}" if wish.name else ""
        owner = identity.current_user()
        session.queue().submit(specification, session.dataset(), owner=owner, name=name, group=group)
    session.watcher().refresh()
    st.rerun()
