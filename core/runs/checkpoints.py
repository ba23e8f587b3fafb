"""Where trainings that have not ended keep their last epoch: a folder a run, on the machine that trains.

A training that is queued again after the death of its process goes on from there, and so does an interrupted run that
is resumed. It is deleted when the training ends in any other way.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from core.settings import settings


def folder(run_id: str) -> Path:
    """Return the folder of a run's checkpoint, which need not exist."""
    return settings().home / "checkpoints" / run_id


def exists(run_id: str) -> bool:
    """Return whether an epoch of a run is kept on this machine."""
    return any(folder(run_id).glob("epoch-*"))


def remove(run_id: str) -> None:
    """Delete a run's checkpoint, if there is one."""
    shutil.rmtree(folder(run_id), ignore_errors=True)
