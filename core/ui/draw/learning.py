"""Learn from me: correct what was misread, keep it among my digits, and fine-tune a network on them."""

from __future__ import annotations

import streamlit as st

from core.data.own_digits import OwnDigit, delete, delete_all, export, own_digits, save
from core.errors import InputError
from core.jobs import own_network
from core.jobs.fine_tuning import FEWEST
from core.settings import settings
from core.ui import identity, session
from core.ui.components.asked import at_work, show_asked
from core.ui.components.cards import Card, show_cards
from core.ui.components.reading import Reading
from core.ui.components.recent_jobs import Asked, asked_here, note
from core.ui.draw.at_once import show_at_once
from core.ui.draw.tuned import show_outcome, show_tuned_answer
from core.ui.page import errors_shown, fragment
from core.ui.text import sentence

POLL_SECONDS = 2.0
SHOWN = 40


def show_correction(reading: Reading | None) -> None:
    """Offer to say what a drawing should have been, and tell what the network that learned from it reads."""
    if reading is None:
        return
    show_tuned_answer(identity.current_user(), reading.image)
    if identity.barred("keep digits"):
        return
    with st.popover("Correct or save this digit", icon=":material/school:"):
        st.segmented_control("Correct label", range(10), key="own_label")
        st.button(
            "Add to my digits", key="own_save", on_click=_keep, args=(reading,),
            help="Stored on this server for you only. You can export or delete it at any time.",
        )  # fmt: skip


def _keep(reading: Reading) -> None:
    """Keep the digit with the label chosen by now: a button that waits for the choice would miss a quick click."""
    label = st.session_state["own_label"]
    if label is None:
        st.toast("Choose the correct label first.", icon=":material/info:")
        return
    try:
        digit = save(identity.current_user(), reading.image, label)
    except InputError as error:
        st.toast(sentence(error), icon=":material/info:")
    else:
        use = "held out for evaluation" if digit.held_out else "for training"
        st.session_state["own_label"] = None  # the next drawing is another digit
        st.toast(f"Added a {label} to your digits, {use}.", icon=":material/check:")


@fragment
def show_my_digits(reading: Reading | None = None) -> None:
    """Show the owner's digits, export and deletion, and what learns from them, at once or by fine-tuning."""
    owner = identity.current_user()
    digits = own_digits(owner)
    st.markdown(f"**My digits**: {in_words(digits)}")
    if digits:
        _digits(owner, digits)
        show_at_once(digits, None if reading is None else reading.image)
    _fine_tuning(owner, digits)


def in_words(digits: list[OwnDigit]) -> str:
    """Return how many there are, and what for."""
    if not digits:
        return "none yet. Draw a digit, then choose its correct label."
    held_out = sum(digit.held_out for digit in digits)
    return f"{len(digits) - held_out} for training, {held_out} held out for evaluation."


def _digits(owner: str, digits: list[OwnDigit]) -> None:
    latest = digits[::-1][:SHOWN]
    show_cards([Card(d.image, f"a {d.label}", ("judges" if d.held_out else "teaches",)) for d in latest], side=56)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button("Export", export(owner), "my_digits.npz", icon=":material/download:", key="own_export")
        st.button("Delete the last one", on_click=_forget, args=(owner, digits[-1].name), key="own_delete",
                  icon=":material/backspace:", disabled=settings().readonly)  # fmt: skip
        sure = st.checkbox("all of them", key="own_sure")
        st.button("Delete all", on_click=delete_all, args=(owner,), key="own_delete_all", icon=":material/delete:",
                  disabled=not sure or settings().readonly,
                  help="Also deletes the fine-tuned model.")  # fmt: skip


def _forget(owner: str, name: str) -> None:
    try:
        delete(owner, name)
    except InputError as error:
        st.toast(sentence(error))


def _fine_tuning(owner: str, digits: list[OwnDigit]) -> None:
    networks = {run.name: run for run in session.finished() if run.model == "cnn"}
    if not networks:
        st.caption("There is no network to fine-tune. Train one first.")
        return
    asked = asked_here("Fine-tuning on your digits", (own_network.job_of(owner),))
    busy = at_work(asked)
    fragment(_card, run_every=POLL_SECONDS if busy else None)(asked, busy)
    if busy:
        return
    if failed := own_network.collect(owner, session.queue().executor):
        st.error(f"The fine-tuning failed: {sentence(failed)}", icon=":material/error:")
    learned = sum(not digit.held_out for digit in digits)
    name = st.selectbox("Network to fine-tune", list(networks), key="own_network")
    if learned < FEWEST:
        st.caption(
            f"Too few training digits: {learned} of at least {FEWEST}. Every second drawing of a digit is held out."
        )
    st.button(
        "Fine-tune on my digits", key="own_tune", type="primary", icon=":material/model_training:",
        disabled=learned < FEWEST or identity.barred("fine-tune"), on_click=_start,
        args=(networks[name].run_id, asked),
    )  # fmt: skip
    show_outcome(owner)


def _card(asked: Asked, was_at_work: bool) -> None:
    if was_at_work and not at_work(asked):
        st.rerun()
    show_asked(asked, here=True)


def _start(run_id: str, asked: Asked) -> None:
    with errors_shown():
        own_network.start(session.queue().executor, run_id, session.dataset().fingerprint, identity.current_actor())
        note(asked)
