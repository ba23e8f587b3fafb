"""Who coordinates a search: a promise in its study, renewed while the process works."""

from __future__ import annotations

import os
import platform
import time
import uuid
from typing import TYPE_CHECKING, Any

import psutil

from core.errors import StudyError

if TYPE_CHECKING:
    import optuna
    from filelock import FileLock

LEASE = "lease"
LEASE_SECONDS = 30.0


def held(lease: dict[str, Any] | None) -> bool:
    """Return whether the process that took a lease still works: its promise holds, and on this machine it lives."""
    if not lease or lease["until"] < time.time():
        return False
    if lease["host"] != platform.node():
        return True
    try:
        return bool(abs(psutil.Process(lease["pid"]).create_time() - lease["born"]) < 2)
    except psutil.NoSuchProcess:
        return False


class Coordination:
    """The one right to ask and tell a study, taken for a `with` block and renewed by `renew`.

    Parameters
    ----------
    study : optuna.Study
    lock : FileLock
        Under which a process of this home looks and takes.

    Raises
    ------
    StudyError
        Another process has it.
    """

    def __init__(self, study: optuna.Study, lock: FileLock) -> None:
        self._study, self._lock = study, lock
        self._holder = uuid.uuid4().hex

    def __enter__(self) -> Coordination:
        with self._lock:
            lease: Any = self._study.user_attrs.get(LEASE)
            if held(lease):
                raise StudyError(
                    f"The search `{self._study.study_name}` is running on {lease['host']} (process {lease['pid']})."
                )
            self.renew()
            return self

    def __exit__(self, *error: object) -> None:
        if self.mine:
            self._study.set_user_attr(LEASE, None)

    @property
    def mine(self) -> bool:
        """Whether nobody else has taken it."""
        lease: Any = self._study.user_attrs.get(LEASE)
        return bool(lease and lease["holder"] == self._holder)

    def renew(self) -> None:
        """Promise to be alive for `LEASE_SECONDS` more."""
        me = psutil.Process()
        lease = {"holder": self._holder, "host": platform.node(), "pid": os.getpid(), "born": me.create_time()}
        self._study.set_user_attr(LEASE, {**lease, "until": time.time() + LEASE_SECONDS})
