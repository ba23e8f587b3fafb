"""Where the form of a training stands at first: at the defaults, or at the run that the address names."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.errors import InputError
from core.models.specification import Specification
from core.runs.continuing import continued
from core.runs.run import Run
from core.ui.components.run_choice import found_run
from core.ui.text import escaped, sentence


@dataclass(frozen=True)
class Start:
    """A run's specification, and a mark of the run for the controls' keys, so that two runs share no control."""

    specification: Specification
    mark: str


def starting_point() -> Start | None:
    """Return what `?from=` trains again and `?continue=` goes on from; None for a training of its own.

    Raises
    ------
    InputError
        There is no such run, or it holds no training.
    """
    if asked := str(st.query_params.get("from", "")):
        return _again(found_run(asked))
    if asked := str(st.query_params.get("continue", "")):
        return _further(found_run(asked))
    return None


def _again(run: Run) -> Start:
    if run.trained_as is None:
        raise InputError(
            f"{run.name} was not trained here, so its training cannot be repeated; open Train to configure a new one."
        )
    return Start(run.trained_as, f"_{run.short_id}")


def _further(parent: Run) -> Start:
    try:
        start = Start(continued(parent), f"_{parent.short_id}")
    except InputError as error:
        st.info(sentence(error))
        return _again(parent)
    st.info(f"Continues {escaped(parent.name)}: its network is trained for more epochs.", icon=":material/resume:")
    return start
