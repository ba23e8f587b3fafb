"""Loads large libraries one after the other, whichever threads ask for them.

Two threads that load packages which need each other's modules would wait for each other, so Python hands one of them a
module that is half loaded. MLflow and Optuna both load SQLAlchemy and Alembic, and Optuna remembers what it could not
load: its figures and storage then failed with an ImportError for as long as the server lived.
"""

from __future__ import annotations

import threading

LOADING = threading.RLock()
"""Held while a library is loaded for the first time; nothing else is done under it."""
