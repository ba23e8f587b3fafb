"""What the models read: the answer in large, every model's probabilities as bars, and what each of them saw."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.arrays import UInt8Array
from core.charts.palette import colour
from core.errors import RegistryError
from core.evaluation.second_opinions import Answer, answers
from core.models.catalogue import short_title
from core.permissions import require
from core.preprocessing.pipeline import Pipeline
from core.reading.drawing import read_drawing
from core.reading.look import Look
from core.reading.segments import FoundDigit
from core.runs.answer import choose
from core.runs.model_cache import predictor
from core.runs.run import Run
from core.ui import identity, session
from core.ui.components.cards import Card, cards_html, show_cards
from core.ui.components.champion import champion_id
from core.ui.components.first_steps import tick_off
from core.ui.components.novelty import show_warnings
from core.ui.text import certainty

STYLE = """<style>
.answer { font-size: 4.5rem; font-weight: 700; line-height: 1.1; letter-spacing: .08em; white-space: pre-line;
  font-variant-numeric: tabular-nums; }
.voter { display: grid; grid-template-columns: 9rem repeat(10, 1fr); gap: .3rem; align-items: end; margin: .35rem 0; }
.voter .name { align-self: center; line-height: 1.25; overflow-wrap: anywhere; }
.voter .name small { opacity: .8; }
.voter .digit { display: flex; flex-direction: column; align-items: center; justify-content: flex-end;
  height: calc(var(--bar, 3rem) + 1.6rem); }
.voter .bar { width: 100%; min-height: 2px; border-radius: 3px 3px 0 0; }
.voter .digit b, .voter .digit span { font-size: .85rem; }
@media (max-width: 640px) { .voter { grid-template-columns: repeat(10, 1fr); gap: .15rem; margin: .9rem 0; }
  .voter .name { grid-column: 1 / -1; } .voter .name br { display: none; } .voter .name small { margin-left: .4rem; } }
</style>"""
NEVER_SURE = 0.5
BESIDE = 3
"""Fewer digits have their pictures beside the answer; what can be asked next then stays in view."""


def answering() -> Run | None:
    """Return the run that answers here, as `predict` chooses it; None where no model may."""
    try:
        return choose(session.runs(), session.run_by_id(champion_id()))
    except RegistryError:
        return None


def readers() -> list[Run]:
    """Return the run that answers, then a second opinion of every other kind: its best finished single model."""
    first = answering()
    if first is None:
        return []
    members = {member.run_id for member in first.committee.members} if first.committee else set()
    best = {first.model: first}
    for run in session.finished():
        if run.has_model and run.committee is None and run.run_id not in members:
            best.setdefault(run.model, run)
    return list(best.values())


@dataclass(frozen=True, eq=False)
class Reading:
    """The digit that the page is about: its picture (28, 28) uint8, and by title who read it and how, (10,) each."""

    image: np.ndarray
    runs: dict[str, Run]
    rows: dict[str, np.ndarray]
    label: int


def titled_readers() -> dict[str, Run]:
    """Return the readers by the title of their kind, the one that answers first."""
    return {title(run): run for run in readers()}


def read_drawn(drawing: Any) -> Look | None:
    """Read what is drawn on a canvas; None where nothing is drawn or no model may answer.

    Raises
    ------
    NotAllowedError
        Whoever sits here may not draw.
    ImageError
        For a drawing in which no digit can be found.
    """
    if drawing:
        require(identity.current_actor(), "draw")
    run = answering()
    return read_drawing(drawing, predictor(run)) if drawing and run else None


def show_reading(look: Look) -> Reading | None:
    """Show what is read in the digits that were found, and second opinions; None where there is no model."""
    runs = readers()
    if not runs:
        say_no_model()
        return None
    found = list(look.digits)
    probabilities = read_by(runs, found)
    read = answers_of(runs, probabilities)
    told, seen = st.columns([3, 2]) if len(found) < BESIDE else (st.container(), st.container())
    with told:
        chosen = show_answer(found, read, runs)
    with seen:
        show_pictures(found, read)
    show_warnings(look)
    st.html(
        STYLE + "".join(voter_row(title(run), probabilities[run.run_id][chosen], colour(run.model)) for run in runs)
    )
    tick_off("Draw")
    rows = {title(run): probabilities[run.run_id][chosen] for run in runs}
    return Reading(found[chosen].image, {title(run): run for run in runs}, rows, read[chosen].label)


def say_no_model() -> None:
    """Say that there is nobody to ask, and show the way on."""
    st.info("There is no model yet. Train one first.", icon=":material/model_training:")
    st.page_link("pages/2_Train.py", label="Train a model", icon=":material/play_arrow:")


def read_by(runs: list[Run], found: list[FoundDigit]) -> dict[str, np.ndarray]:
    """Return the probabilities (n, 10) float32 that each run gives n digits, by its id."""
    images = np.stack([digit.image for digit in found])
    return {run.run_id: predictor(run).predict_proba(images) for run in runs}


def answers_of(runs: list[Run], probabilities: Mapping[str, np.ndarray]) -> list[Answer]:
    """Return the answers of the first run, and who of the others disagrees."""
    others = {run.run_id: probabilities[run.run_id] for run in runs[1:]}
    return answers(probabilities[runs[0].run_id], others)


def show_answer(found: list[FoundDigit], answers: list[Answer], runs: list[Run]) -> int:
    """Return the answer in large; returns which of several digits the bars are about."""
    lines: dict[int, str] = {}
    for digit, answer in zip(found, answers, strict=True):
        lines[digit.line] = lines.get(digit.line, "") + str(answer.label)
    text = "\n".join(lines[line] for line in sorted(lines))
    st.html(f'{STYLE}<div class="answer" role="status" aria-label="The answer is {text}">{text}</div>')
    chosen = 0
    if len(found) > 1:
        chosen = st.segmented_control(
            "Digit", range(len(found)), default=0, format_func=lambda i: f"{i + 1}: {answers[i].label}", key="which"
        ) or 0  # fmt: skip
        chosen = min(chosen, len(found) - 1)
    st.caption(in_words(answers[chosen], runs))
    return chosen


def in_words(answer: Answer, runs: list[Run]) -> str:
    """Say who answered, with which probability, and who disagrees: "CNN predicts 7 (99.1 %). SVM predicts 1."."""
    told = f"{title(runs[0])} predicts {answer.label}, probability {certainty(answer.probability)}."
    if answer.against:
        titles = {run.run_id: title(run) for run in runs}
        told += " " + ", ".join(f"{titles[name]} predicts {label}" for name, label in answer.against) + "."
    elif len(runs) > 1:
        told += " The other model agrees." if len(runs) == 2 else f" The {len(runs) - 1} other models agree."
    return told if answer.probability >= NEVER_SURE else f"{told} This is uncertain: no digit has a high probability."


def title(run: Run) -> str:
    """Return what people call a run's kind of model, such as "CNN"."""
    return short_title(run.model)


def voter_row(name: str, probabilities: np.ndarray, shade: str) -> str:
    """Return one model's row of ten bars as HTML, probabilities (10,); the name is escaped here."""
    best = int(probabilities.argmax())
    bars = "".join(_bar(digit, float(value), digit == best, shade) for digit, value in enumerate(probabilities))
    name, sure = html.escape(name), certainty(float(probabilities[best]))
    return (
        f'<div class="voter" role="img" aria-label="{name}: {best}, probability {sure}">'
        f'<div class="name"><b style="font-size:1.25rem">{best}</b> {name}<br>'
        f"<small>{sure}</small></div>{bars}</div>"
    )


def _bar(digit: int, probability: float, best: bool, shade: str) -> str:
    percent = f"{100 * probability:.0f}" if probability >= 0.01 else ""
    height = f"height:calc({probability:.3f} * var(--bar, 3rem));background:{shade};opacity:{1 if best else 0.5}"
    label = f"<b>{digit}</b>" if best else f"<span>{digit}</span>"
    return f'<div class="digit"><span>{percent}</span><div class="bar" style="{height}"></div>{label}</div>'


def show_pictures(found: list[FoundDigit], answers: list[Answer]) -> None:
    """Show the 28 x 28 pictures that the models see."""
    show_cards([Card(digit.image, str(answer.label)) for digit, answer in zip(found, answers, strict=True)], side=112)
    st.caption("The models' input: 28 x 28 pixels, the digit in a box of 20 pixels, centred by mass.")


def show_stages(image: UInt8Array, runs: list[Run]) -> None:
    """Show the picture after each fixed preprocessing step, for every model that sees another recipe."""
    shown = set()
    for run in runs:
        recipe = predictor(run).recipes[0]
        if run.committee is not None or recipe.key in shown:  # a committee sees what its members see
            continue
        shown.add(recipe.key)
        st.markdown(f"**{title(run)}**")
        stages = Pipeline(recipe).stages(image)
        cards = [Card(stage.picture, stage.title, (stage.note,)) for stage in stages if stage.picture is not None]
        st.html(cards_html(cards, side=112, linked=True))
        rest = [f"**{stage.title}** {stage.note}" for stage in stages if stage.picture is None]
        if rest:
            st.caption(" ".join(rest))
