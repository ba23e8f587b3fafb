"""Versions that must agree in all processes of a cluster: a job is pickled in one and read in another."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import __version__

if TYPE_CHECKING:
    from distributed import Client

SOURCE = Path(__file__).parents[2]
SCHEDULER = "the scheduler"


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Return this process's versions by name; Digit Lab's with a hash of its source files."""
    digest = hashlib.sha256()
    for path in sorted(SOURCE.rglob("*.py")):
        digest.update(path.relative_to(SOURCE).as_posix().encode() + path.read_bytes())
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "Dask": version("distributed"),
        "Digit Lab": f"{__version__} ({digest.hexdigest()[:8]})",
    }


def versions_everywhere(client: Client) -> dict[str, dict[str, str]]:
    """Ask the scheduler and each worker for `versions`, by what they are called.

    A process that cannot import Digit Lab has only Dask's own words for its versions.
    """
    dask: Any = client.get_versions(check=False)
    workers = client.run(versions, on_error="return")
    try:
        scheduler = client.run_on_scheduler(versions)
    except Exception:  # whatever it raises: the scheduler cannot import this function
        scheduler = _from_dask(dask["scheduler"])
    asked = {
        f"the worker at {address}": found if isinstance(found, dict) else _from_dask(dask["workers"][address])
        for address, found in workers.items()
    }
    return {SCHEDULER: scheduler, **asked}


def _from_dask(found: Mapping[str, Any]) -> dict[str, str]:
    python = str(found["host"]["python"]).split(".")
    return {"Python": ".".join(python[:2]), "Dask": str(found["packages"]["distributed"])}


def disagreements(everywhere: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Name each version that another process has and this one does not, one sentence a process.

    Parameters
    ----------
    everywhere : mapping of str to mapping
        What `versions_everywhere` returned.
    """
    own = versions()
    told = []
    for process, found in everywhere.items():
        differing = [name for name, wanted in own.items() if found.get(name) != wanted]
        if differing:
            there = " and ".join(f"{name} {found[name]}" if name in found else f"no {name}" for name in differing)
            here = " and ".join(f"{name} {own[name]}" for name in differing)
            told.append(f"{process} has {there}, where this process has {here}")
    return told
