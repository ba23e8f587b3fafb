"""`doctor`: what is installed, reachable and writable, and how to mend it."""

from __future__ import annotations

import platform
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec

import typer

from core.cli.output import Json, print_json, print_table
from core.data.sources import load_dataset
from core.errors import ClusterError, DigitLabError
from core.jobs.hardware import environment
from core.models.serving.shipped import shipped
from core.runs import database, registry
from core.runs.artifacts import disk_use
from core.runs.database import without_password
from core.runs.migration import backups
from core.settings import settings

NEEDED = ("streamlit", "mlflow", "distributed", "onnxruntime", "keras", "tensorflow", "sklearn", "cv2", "optuna")
MIN_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, what was seen, and the way out where it is not."""

    what: str
    ok: bool
    seen: str
    mend: str = ""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(json: Json = False) -> None:
    """Look at everything Digit Lab needs and say how to mend what is not well (exit code 1 then)."""
    findings = [_examined(name, look) for name, look in EXAMINATIONS.items()]
    if json:
        print_json({"ok": all(finding.ok for finding in findings), "findings": [asdict(entry) for entry in findings]})
    else:
        rows = [("well" if entry.ok else "NOT WELL", entry.what, entry.seen, entry.mend) for entry in findings]
        print_table(("", "what", "seen", "how to mend it"), rows)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _examined(name: str, look: Callable[[], tuple[bool, str, str]]) -> Finding:
    try:
        ok, seen, mend = look()
    except DigitLabError as error:
        ok, seen, mend = False, str(error), ""
    return Finding(name, ok, seen, "" if ok else mend)


def _python() -> tuple[bool, str, str]:
    version = platform.python_version_tuple()
    ok = (3, 11) <= (int(version[0]), int(version[1])) <= (3, 13)
    return ok, platform.python_version(), "Install Python 3.11, 3.12 or 3.13."


def _packages() -> tuple[bool, str, str]:
    missing = [name for name in NEEDED if find_spec(name) is None]
    return not missing, f"missing: {', '.join(missing)}" if missing else "all there", "pip install -r requirements.txt"


def _home() -> tuple[bool, str, str]:
    home = settings().home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
        free = shutil.disk_usage(home).free
    except OSError as error:
        return False, f"{home}: {error.strerror}", "Set DIGITLAB_HOME to a folder that you may write to."
    return free > MIN_FREE_BYTES, f"{home}, {free / 1e9:.0f} GB free", "Free some space, or set DIGITLAB_HOME."


def _disk() -> tuple[bool, str, str]:
    chosen = settings()
    parts = {"runs": chosen.artifacts, "cache": chosen.cache, "backups": backups()}
    used = {name: disk_use(folder) for name, folder in parts.items()}
    used["all else"] = disk_use(chosen.home) - sum(used.values())
    return True, ", ".join(f"{name} {size / 1e6:,.0f} MB" for name, size in used.items()), ""


def _data() -> tuple[bool, str, str]:
    dataset = load_dataset()
    seen = f"{dataset.origin} ({len(dataset.train.labels):,} to train on)"
    return True, seen, ""


def _models() -> tuple[bool, str, str]:
    return bool(shipped()), ", ".join(shipped()) or "none", "Check the project out again: core/pretrained is empty."


def _registry() -> tuple[bool, str, str]:
    database.client()
    return True, f"{without_password(settings().tracking_uri)}, {len(registry.all_runs())} runs", ""


def _scheduler() -> tuple[bool, str, str]:
    address = settings().scheduler_address
    if address is None:
        return True, "started with the first job, on this machine", ""
    from core.jobs.cluster.executor import Executor

    executor = Executor()
    try:
        workers = executor.cluster_table()
    except ClusterError as error:
        return False, str(error), "Start the scheduler, or unset DASK_SCHEDULER_ADDRESS."
    finally:
        executor.close()
    described = "; ".join(worker.described for worker in workers)
    return bool(workers), f"{address}: {described or 'no workers'}", "Start one: python -m core worker"


def _machine() -> tuple[bool, str, str]:
    found = environment()
    return True, f"{found['processor']}, {found['cores']} cores, {found['memory'] / 2**30:.0f} GB", ""


EXAMINATIONS: dict[str, Callable[[], tuple[bool, str, str]]] = {
    "Python": _python,
    "packages": _packages,
    "machine": _machine,
    "home folder": _home,
    "disk use": _disk,
    "data": _data,
    "shipped models": _models,
    "run registry": _registry,
    "workers": _scheduler,
}
