"""Stored predictions, read once a server and kept for every session that asks again."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.errors import DigitLabError
from core.runs.leaderboard import predictions
from core.runs.run import Run
from core.ui import session
from core.ui.components.judged import Judged
from core.ui.components.run_choice import run_label


def probabilities(run: Run, split: str) -> np.ndarray:
    """Return a run's stored probabilities (n, 10) float32 of a split's images.

    Raises
    ------
    RegistryError
        They are missing, damaged, or not those of these images.
    """
    return _probabilities(run, run.run_id, session.dataset().fingerprint, split)


@st.cache_data(show_spinner=False, max_entries=48)
def _probabilities(_run: Run, run_id: str, fingerprint: str, split: str) -> np.ndarray:
    return predictions(_run, session.dataset()).of(split)


def answers(run: Run, split: str) -> np.ndarray:
    """Return the digits (n,) uint8 that a run read in a split's images.

    Raises RegistryError as `probabilities` does.
    """
    return _answers(run, run.run_id, session.dataset().fingerprint, split)


@st.cache_data(show_spinner=False, max_entries=256)
def _answers(_run: Run, run_id: str, fingerprint: str, split: str) -> np.ndarray:
    return np.asarray(probabilities(_run, split).argmax(axis=1).astype(np.uint8))


def others_answers(judged: Judged) -> tuple[dict[str, np.ndarray], list[str]]:
    """Return what the other models read, by label, and the names of those whose predictions cannot be read."""
    runs = tuple((run.run_id, run.name) for run in judged.others)
    return _others_answers(judged, runs, session.dataset().fingerprint, judged.split_name)


@st.cache_data(show_spinner=False, max_entries=64, ttl=60)
def _others_answers(
    _judged: Judged, runs: tuple[tuple[str, str], ...], fingerprint: str, split: str
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Return kept for a minute only, as predictions that cannot be read may be mended meanwhile."""
    read: dict[str, np.ndarray] = {}
    silent: list[str] = []
    for run in _judged.others:
        try:
            read[run_label(run)] = answers(run, split)
        except DigitLabError:
            silent.append(run.name)
    return read, silent
