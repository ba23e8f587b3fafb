"""What Digit Lab refuses or fails at, as a sentence on a page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import DigitLabError
from core.ui.text import sentence

logger = logging.getLogger(__name__)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Turn an error into a sentence where it happens, so that the rest of the page stays.

    A fragment needs one inside: Streamlit shows what a fragment raises before the page around it can.
    """
    try:
        yield
    except DigitLabError as error:
        logger.warning("A page shows: %s", error, exc_info=error if error.__cause__ else None)
        st.error(sentence(error), icon=":material/error:")
