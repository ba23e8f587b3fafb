"""What a job runs on, so that times are only compared with times of the same machine."""

from __future__ import annotations

import platform
import subprocess
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from core import __version__

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("tensorflow-cpu", "tensorflow", "keras", "scikit-learn", "onnxruntime", "numpy", "opencv-python-headless")


@lru_cache(maxsize=1)
def environment() -> dict[str, Any]:
    """Return host, processor, cores, memory in bytes, versions of what computes, and the commit where known."""
    return {
        "host": platform.node(),
        "processor": _processor(),
        "cores": psutil.cpu_count() or 1,
        "memory": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "digit_lab": __version__,
        **commit(PROJECT),
        "packages": {name: installed for name in PACKAGES if (installed := _version(name))},
    }


def commit(folder: Path) -> dict[str, Any]:
    """Return `commit`, the Git commit of a folder, and `clean`, whether nothing of it has changed; else nothing."""
    if not (folder / ".git").exists():
        return {}
    try:
        head, status = (
            subprocess.run(["git", *asked], cwd=folder, capture_output=True, text=True, check=True, timeout=10).stdout
            for asked in (["rev-parse", "HEAD"], ["status", "--porcelain"])
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    return {"commit": head.strip(), "clean": not status.strip()}


def machine(described: dict[str, Any]) -> str:
    """Return one line that is equal for equal machines, from what `environment` returned."""
    return f"{described.get('processor', '')} x {described.get('cores', '')}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
