"""Predictions of the images that judge, read once a server and kept for every session that asks again."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.arrays import UInt8Array
from core.errors import DigitLabError
from core.runs.judging import answers as judged_by
from core.runs.judging import is_known
from core.runs.run import Run
from core.ui import session
from core.ui.components.judged import Judged
from core.ui.components.run_choice import run_label

ASKED_AT_ONCE = 2_000
"""Every model is asked about a test set of one's own with up to so many images; of larger ones, those chosen."""


def probabilities(run: Run, split: str) -> np.ndarray:
    """Return a run's probabilities (n, 10) float32 of images by name; its model reads one's own when first asked.

    Raises
    ------
    RegistryError
        They are missing, damaged, or not those of these images.
    """
    return _probabilities(run, run.run_id, session.judging(split).fingerprint, split)


@st.cache_data(show_spinner=False, max_entries=48)
def _probabilities(_run: Run, run_id: str, fingerprint: str, split: str) -> np.ndarray:
    images = session.judging(split)
    if not images.own or is_known(_run, images):
        return judged_by(_run, images, session.dataset())
    with st.spinner(f"{_run.name} classifies {len(images.split):,} images ..."):
        return judged_by(_run, images, session.dataset())


def answers(run: Run, split: str) -> UInt8Array:
    """Return the digits (n,) uint8 that a run read in a split's images.

    Raises RegistryError as `probabilities` does.
    """
    return _answers(run, run.run_id, session.judging(split).fingerprint, split)


@st.cache_data(show_spinner=False, max_entries=256)
def _answers(_run: Run, run_id: str, fingerprint: str, split: str) -> np.ndarray:
    return np.asarray(probabilities(_run, split).argmax(axis=1).astype(np.uint8))


def others_answers(judged: Judged) -> tuple[dict[str, np.ndarray], list[str]]:
    """Return what the other models read, by label, and the names of those whose predictions cannot be read."""
    runs = tuple((run.run_id, run.name) for run in judged.others)
    return _others_answers(judged, runs, judged.images.fingerprint, judged.split_name)


@st.cache_resource(show_spinner=False, max_entries=16, ttl=60)
def _others_answers(
    _judged: Judged, runs: tuple[tuple[str, str], ...], fingerprint: str, split: str
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Return them as they are kept, for a minute only, as predictions that cannot be read may be mended meanwhile."""
    read: dict[str, np.ndarray] = {}
    silent: list[str] = []
    for run in _judged.others:
        if len(_judged.split) > ASKED_AT_ONCE and _judged.images.own and not is_known(run, _judged.images):
            continue
        try:
            read[run_label(run)] = answers(run, split)
        except DigitLabError:
            silent.append(run.name)
    return read, silent
