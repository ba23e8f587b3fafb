"""What Digit Lab refuses or fails at, as a sentence on a page."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import streamlit as st

from core.errors import DigitLabError
from core.ui import session
from core.ui.text import sentence

F = TypeVar("F", bound=Callable[..., Any])

logger = logging.getLogger(__name__)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Turn an error into a sentence where it happens, so that the rest of the page stays."""
    try:
        yield
    except DigitLabError as error:
        logger.warning("A page shows: %s", error, exc_info=error if error.__cause__ else None)
        st.error(sentence(error), icon=":material/error:")


def fragment(show: F, *, run_every: float | None = None) -> F:
    """Return a part of a page that runs again by itself, whose errors are sentences too.

    Streamlit shows what a fragment raises before the page around it can.

    Parameters
    ----------
    run_every : float, optional
        Seconds after which it runs again without a click.
    """
    return st.fragment(session.one_look()(errors_shown()(show)), run_every=run_every)
