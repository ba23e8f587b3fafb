"""The parts that every job's card has, whatever its kind: a bar with the time left, its ending, a way into view."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import DigitLabError
from core.jobs.estimate import duration
from core.jobs.pace import Pace
from core.ledger.states import State
from core.ui.text import escaped

PACES = "jobs_paces"
ENDINGS = {
    State.FINISHED: ":material/check_circle:",
    State.FAILED: ":material/error:",
    State.CANCELLED: ":material/cancel:",
    State.INTERRUPTED: ":material/power_off:",
}

# What was just started is brought into view, as its button may stand at the window's edge. The page still grows and
# shrinks around it for a moment, which ends a scroll halfway: so it is looked at again until it holds still, unless
# the user scrolls. The newest wins, except that a card in the making never takes the view from the job's own.
REVEAL = """
const HOLD_MS = 2000, LOOK_MS = 200, OWN = ["wheel", "touchmove", "keydown"];
export default function ({ data }) {
  const revealed = (window.digitLabRevealed ??= { jobs: {} });
  if (!data.job || revealed.jobs[data.place] === data.job) return;
  revealed.jobs[data.place] = data.job;
  if (revealed.stop && data.starting && !revealed.starting) return;
  revealed.stop?.();
  const bring = (behavior) => {
    const card = document.querySelector(`.st-key-${data.place}`);
    if (!card) return;
    card.style.scrollMargin = "4rem 0 1rem"; // the header covers the upper edge of the page
    card.scrollIntoView({ block: "nearest", behavior });
  };
  bring("smooth");
  const looking = setInterval(bring, LOOK_MS, "smooth");
  const ending = setTimeout(() => revealed.stop?.(), HOLD_MS);
  revealed.starting = data.starting;
  revealed.stop = () => {
    clearInterval(looking);
    clearTimeout(ending);
    OWN.forEach((event) => window.removeEventListener(event, revealed.stop, true));
    revealed.stop = null;
  };
  OWN.forEach((event) => window.addEventListener(event, revealed.stop, true));
}
"""
_reveal = st.components.v2.component("digit_lab_reveal", js=REVEAL, isolate_styles=False)


def reveal(place: str, job: str, *, starting: bool = False) -> None:
    """Bring the container of key `place`, in which this is called, into view once for each job that starts.

    Parameters
    ----------
    starting : bool
        Whether this is the card of a job that is only being written down.
    """
    key = f"{place}_reveal{'_start' if starting else ''}"
    _reveal(key=key, data={"place": place, "job": job, "starting": starting}, height=1)


@contextmanager
def starting(place: str, name: str) -> Iterator[DeltaGenerator]:
    """Show at once that a job was asked for, while the block writes it down, and bring it into view.

    To be called in the container of key `place`. Yields the card's own place, for what follows it; a job that is
    refused takes its card away.
    """
    shown = st.empty()
    with shown.container(border=True):
        st.markdown(f"**{escaped(name)}**")
        st.progress(0.0, text=":material/hourglass_top: Starting")
        reveal(place, uuid.uuid4().hex, starting=True)
    try:
        yield shown
    except DigitLabError:
        shown.empty()
        raise


def show_bar(job: str, fraction: float, message: str, at: float, expected: float | None = None) -> None:
    """Show how far a job is, in words too, and the time left by its own pace.

    Parameters
    ----------
    job : str
        Names the job, whose pace is kept in the session.
    fraction : float
        Done, 0 to 1.
    at : float
        When the job said so, in seconds since the epoch.
    expected : float, optional
        Seconds that are left by an estimate, until the job has a pace.
    """
    fraction = min(max(fraction, 0.0), 1.0)
    paces: dict[str, Pace] = st.session_state.setdefault(PACES, {})
    paces[job] = paces.get(job, Pace()).heard(at, fraction)
    left = paces[job].seconds_left(time.time())
    left = expected if left is None else left
    told = f" · about {duration(left)} left" if left is not None else ""
    st.progress(fraction, text=f"{100 * fraction:.0f} % · {escaped(message)}{told}")


def show_end(job: str, state: State, title: str, ending: str, dismiss: Callable[..., Any]) -> None:
    """Head the card of a job that has ended: how, and a button that puts the card away.

    Parameters
    ----------
    title, ending : str
        As people wrote them; escaped here.
    dismiss : callable
        Called with the job's name.
    """
    words, away = st.columns([9, 1], vertical_alignment="center")
    words.markdown(f"{ENDINGS[state]} **{escaped(title)}** · {escaped(ending)}")
    away.button("Close", key=f"away_{job}", icon=":material/close:", type="tertiary", help="Close",
                on_click=dismiss, args=(job,))  # fmt: skip
