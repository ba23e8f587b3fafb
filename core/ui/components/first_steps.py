"""The way of a newcomer, with what is already done ticked off."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.errors import DigitLabError
from core.runs.run import Run
from core.ui import identity
from core.ui.remembered import recall, remember

FOLDER = Path(__file__).parent
NAME = "first_steps"
"""Key of the completed steps, in the session and among the things stored for an owner."""


@dataclass(frozen=True)
class Step:
    """One thing to do: the page it is done on, and why."""

    page: str
    title: str
    why: str

    @property
    def name(self) -> str:
        """The page's own title, such as "Draw"."""
        return Path(self.page).stem.partition("_")[2]


STEPS = (
    Step("pages/7_Draw.py", "Draw a digit", "and see what the models predict."),
    Step("pages/5_Errors.py", "Look at errors:", "see the images that a model misclassifies."),
    Step("pages/2_Train.py", "Train a model:", "an SVM reads 99.4 of 100 digits after seconds."),
    Step("pages/4_Compare.py", "Compare models:", "is the difference significant?"),
    Step("pages/3_Tune.py", "Tune:", "search for better hyperparameters."),
)

ICONS = {"Done": "check_circle", "Next": "arrow_forward", "Still to do": "radio_button_unchecked"}
"""By state, of the Material Symbols that Streamlit carries."""

_cards = st.components.v2.component(
    "digit_lab_first_steps",
    html='<div class="steps"></div>',
    css=(FOLDER / "first_steps.css").read_text("utf-8"),
    js=(FOLDER / "first_steps.js").read_text("utf-8"),
)


def tick_off(name: str) -> None:
    """Note that a step has been done, for this session and, where something may be kept, for its owner."""
    here: set[str] = st.session_state.setdefault(NAME, set())
    if name in here:
        return
    here.add(name)
    owner = identity.current_user()
    if name not in _kept(owner):
        with suppress(DigitLabError):  # a tick is not worth a word
            remember(owner, NAME, sorted({*_kept(owner), *here}))


def _kept(owner: str) -> set[str]:
    kept = recall(owner, NAME)
    return {name for name in kept if isinstance(name, str)} if isinstance(kept, list) else set()


def done(runs: list[Run]) -> set[str]:
    """Return the steps that the person has done: drawn, seen an error, trained, compared, started a search."""
    owner = identity.current_user()
    trained = any(not run.shipped and run.owner == owner for run in runs)
    seen: set[str] = st.session_state.get(NAME, set())
    return _kept(owner) | seen | ({"Train"} if trained else set())


def show_first_steps(runs: list[Run]) -> None:
    """Show one card a step, ticked when it has been done; the first that has not is where to go on."""
    st.subheader("Next steps")
    ticked = done(runs)
    left = [step.name for step in STEPS if step.name not in ticked]
    _cards(key="next_steps", data={"steps": [_card(step, left) for step in STEPS]})
    st.page_link("pages/10_Demo.py", label="Start the demo", icon=":material/slideshow:")


def _card(step: Step, left: list[str]) -> dict[str, str]:
    state = "Done" if step.name not in left else "Next" if step.name == left[0] else "Still to do"
    words = {"page": step.name, "name": step.name, "why": f"{step.title} {step.why}"}
    return words | {"state": state, "icon": ICONS[state]}
