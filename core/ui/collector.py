"""Keeps garbage collections short and few.

A collection goes through every object of the process and holds the interpreter's lock: with MLflow, pandas, Plotly and
Optuna loaded that took most of a second. What libraries have loaded stays anyway, so it is set aside (`gc.freeze`).
Streamlit collects after every run of a page or a fragment too (`ScriptRunner._on_script_finished`), which took a
seventh of the server's time with twenty sessions. Here Python collects by itself, and `core.heap` whenever the process
has grown.
"""

from __future__ import annotations

import gc
import sys

from streamlit import config

NEW_MODULES = 20
_modules = 0


def spare_libraries() -> None:
    """Set aside all that is there, where libraries have been loaded since the last time; costs nothing otherwise."""
    global _modules
    if len(sys.modules) - _modules >= NEW_MODULES:
        _modules = len(sys.modules)
        gc.freeze()


def collect_when_grown() -> None:
    """Collect garbage no more at the end of every run."""
    config.set_option("runner.postScriptGC", False)
