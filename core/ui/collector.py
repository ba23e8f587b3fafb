"""Keeps libraries out of the garbage collections that Streamlit makes.

Streamlit collects garbage after every run of a page or a fragment (`ScriptRunner._on_script_finished`), through every
object of the process and holding the interpreter's lock: with MLflow, pandas, Plotly and Optuna loaded that took most
of a second, for every session. What libraries have loaded stays anyway, so it is set aside (`gc.freeze`).
"""

from __future__ import annotations

import gc
import sys

NEW_MODULES = 20
_modules = 0


def spare_libraries() -> None:
    """Set aside all that is there, where libraries have been loaded since the last time; costs nothing otherwise."""
    global _modules
    if len(sys.modules) - _modules >= NEW_MODULES:
        _modules = len(sys.modules)
        gc.freeze()
