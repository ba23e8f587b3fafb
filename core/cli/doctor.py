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
from core.database_faults import without_password
from core.errors import DigitLabError
from core.jobs.check import ask
from core.jobs.cluster.executor import Executor
from core.jobs.cluster.versions import SCHEDULER, disagreements
from core.jobs.hardware import environment
from core.jobs.tuning.storage import shown_url, written_and_removed
from core.models.serving.shipped import shipped
from core.runs import database, registry
from core.runs.artifacts import disk_use
from core.runs.migration import backups
from core.runs.round_trip import read_back, stored_artifact
from core.settings import settings

NEEDED = ("streamlit", "mlflow", "distributed", "onnxruntime", "keras", "tensorflow", "sklearn", "cv2", "optuna")
MIN_FREE_BYTES = 1_000_000_000
SAME = "Install the same Python, the same checkout of Digit Lab and its requirements.txt everywhere."
OPEN = "Give the scheduler certificates (README, More than one machine), or keep its port inside a trusted network."
OURS = "Start the scheduler with `python -m core scheduler`, from the same checkout of Digit Lab."


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, what was seen, and the way out where it is not.

    A warning is well, but something to know and to change.
    """

    what: str
    ok: bool
    seen: str
    mend: str = ""
    warning: bool = False

    @property
    def mark(self) -> str:
        """What stands before it in the table."""
        return "FAILED" if not self.ok else "WARNING" if self.warning else "well"


Seen = tuple[bool | None, str, str]
"""Whether it is well (None: with a warning), what was seen, and the way out."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(json: Json = False) -> None:
    """Look at everything Digit Lab needs and say how to mend what is not well (exit code 1 then)."""
    findings = [_examined(name, look) for name, look in EXAMINATIONS.items()]
    if json:
        print_json({"ok": all(finding.ok for finding in findings), "findings": [asdict(entry) for entry in findings]})
    else:
        rows = [(entry.mark, entry.what, entry.seen, entry.mend) for entry in findings]
        print_table(("", "what", "seen", "how to fix it"), rows)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _examined(name: str, look: Callable[[], Seen]) -> Finding:
    try:
        ok, seen, mend = look()
    except DigitLabError as error:
        ok, seen, mend = False, str(error), ""
    return Finding(name, ok is not False, seen, "" if ok else mend, warning=ok is None)


def _python() -> Seen:
    version = platform.python_version_tuple()
    ok = (3, 11) <= (int(version[0]), int(version[1])) <= (3, 13)
    return ok, platform.python_version(), "Install Python 3.11, 3.12 or 3.13."


def _packages() -> Seen:
    missing = [name for name in NEEDED if find_spec(name) is None]
    return not missing, f"missing: {', '.join(missing)}" if missing else "complete", "pip install -r requirements.txt"


def _home() -> Seen:
    home = settings().home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
        free = shutil.disk_usage(home).free
    except OSError as error:
        return False, f"{home}: {error.strerror}", "Set DIGITLAB_HOME to a folder that you may write to."
    return free > MIN_FREE_BYTES, f"{home}, {free / 1e9:.0f} GB free", "Free some space, or set DIGITLAB_HOME."


def _disk() -> Seen:
    chosen = settings()
    parts = {"runs": chosen.artifacts, "cache": chosen.cache, "backups": backups()}
    used = {name: disk_use(folder) for name, folder in parts.items()}
    used["all else"] = disk_use(chosen.home) - sum(used.values())
    return True, ", ".join(f"{name} {size / 1e6:,.0f} MB" for name, size in used.items()), ""


def _data() -> Seen:
    dataset = load_dataset()
    seen = f"{dataset.origin} ({len(dataset.train.labels):,} training images)"
    return True, seen, ""


def _models() -> Seen:
    return bool(shipped()), ", ".join(shipped()) or "none", "core/pretrained is empty; check out the project again."


def _registry() -> Seen:
    database.client()
    return True, f"{without_password(settings().tracking_uri)}, {len(registry.all_runs())} runs", ""


def _artifacts() -> Seen:
    if settings().readonly:
        return True, "not tried, as this Digit Lab is read-only", ""
    with stored_artifact() as name:
        ok = read_back(name)
    seen = "one was written, read and deleted" if ok else "one was read with other content than it was written with"
    return ok, seen, "Look at the tracking server's --artifacts-destination, and at what lies between."


def _studies() -> Seen:
    if settings().readonly:
        return True, f"{shown_url()}, not written to, as this Digit Lab is read-only", ""
    return True, f"{written_and_removed()}, a study was written and removed", ""


def _workers() -> Seen:
    """Return what the workers are, whether their versions are ours, and a real job there and back."""
    address = settings().scheduler_address
    if settings().readonly:
        return True, "not asked, as this Digit Lab is read-only", ""
    with Executor(trials=0) as executor:
        rows = executor.cluster_table() if address else []
        if address and not rows:
            return False, f"{address}: no workers", "Start one: python -m core worker"
        if address and (odd := disagreements(found := executor.versions())):
            return False, "; ".join(odd), SAME if "Digit Lab" in found[SCHEDULER] else OURS
        described = "; ".join(row.described for row in rows) or "starts with the first job, on this machine"
        idle = [row.resource for row in rows if row.resource and row.job_id is None]
        if address and not idle:
            return True, f"{address}: {described}; all are busy, so no job was sent", ""
        return _job(executor, described, idle[0] if idle else "training")


def _job(executor: Executor, described: str, resource: str) -> Seen:
    with stored_artifact() as name:
        found = ask(executor, name, "training" if resource == "training" else "trial")
    if not found.reads_artifacts:
        mend = "Start that worker with the same MLFLOW_TRACKING_URI."
        return False, f"{described}; a worker on {found.host} reads no artefact of the registry", mend
    if found.fingerprint != load_dataset().fingerprint:
        mend = "Give that worker the same data: DIGITLAB_DATA_DIR, or `python -m core data --download`."
        return False, f"{described}; a worker on {found.host} holds other data ({found.fingerprint})", mend
    return True, f"{described}; a job went to {found.host} and back in {found.seconds:.1f} s", ""


def _access() -> Seen:
    """Return who can run code on the workers: with Dask everybody who can connect."""
    address = settings().scheduler_address
    if address is None:
        return True, "this machine's own workers let nobody in but the server that started them (TLS)", ""
    if address.startswith("tls://"):
        return True, f"{address} lets in who holds its certificate (TLS)", ""
    return None, f"{address} has no TLS: whoever reaches its port can run code on the scheduler and its workers", OPEN


def _machine() -> Seen:
    found = environment()
    return True, f"{found['processor']}, {found['cores']} cores, {found['memory'] / 2**30:.0f} GB", ""


EXAMINATIONS: dict[str, Callable[[], Seen]] = {
    "Python": _python,
    "packages": _packages,
    "machine": _machine,
    "home folder": _home,
    "disk use": _disk,
    "data": _data,
    "shipped models": _models,
    "run registry": _registry,
    "artefacts": _artifacts,
    "studies": _studies,
    "workers": _workers,
    "access to workers": _access,
}
