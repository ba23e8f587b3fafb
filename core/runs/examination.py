"""A model from elsewhere is first run in a process of its own: with a deadline, a memory limit and an empty folder.

`python -m core.runs.examination probe|judge FOLDER` is that process. It reads `model.onnx` and `images.npz` in the
folder that it is given, and leaves `served.onnx` and `predictions.npz`, or the reason why not in `refused.txt`.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import psutil

from core.at_once import AtOnce
from core.data.dataset import Dataset
from core.errors import InputError
from core.models.serving.predictor import BATCH, SPECIFICATION_FILE, Predictor
from core.models.specification import Specification
from core.runs.external_onnx import lacks_memory, served_graph
from core.temporary import temporary_folder

PROJECT = Path(__file__).resolve().parents[2]
MODEL, IMAGES, SERVED, PREDICTIONS = "model.onnx", "images.npz", "served.onnx", "predictions.npz"
REFUSED = "refused.txt"
PROBE_SECONDS = 25.0
"""For a few pictures; what has not answered by then would hold up everybody who draws a digit."""
JUDGE_SECONDS = 600.0
PROBED = 64
MOST_MEMORY = 600_000_000
"""Bytes that the model may take beyond the process itself, with a full batch of pictures."""
VIRTUAL = 3
"""So many times as much address space is allowed, as allocators reserve more than is used."""
OWN_MEMORY = 400_000_000
"""Bytes of Python with numpy, ONNX and ONNX Runtime, and the images."""
MEMORY_STATUS = 3
WATCHED_EVERY = 0.05
EXAMINING = AtOnce(1, "Another model is being imported; try again in some minutes.", seconds=60)


@dataclass(frozen=True, eq=False)
class Examined:
    """A foreign model as it will be served, and its probabilities (n, 10) float32 of both splits that judge."""

    graph: bytes
    validation: np.ndarray
    test: np.ndarray


def examine(content: bytes, specification: Specification, dataset: Dataset) -> Examined:
    """Run a foreign ONNX model on the images that judge, outside this process.

    Raises
    ------
    InputError
        Says why the model cannot be served: what it contains, that it is too slow or too large, or that it crashed.
        Or another one is being examined, and takes long.
    """
    with EXAMINING.place(), temporary_folder() as folder:
        (folder / MODEL).write_bytes(content)
        (folder / SPECIFICATION_FILE).write_text(specification.model_dump_json(), "utf-8")
        np.savez(
            folder / IMAGES,
            validation=dataset.validation.images,
            labels=dataset.validation.labels,
            test=dataset.test.images,
        )
        _run("probe", folder, PROBE_SECONDS)
        _run("judge", folder, JUDGE_SECONDS)
        with np.load(folder / PREDICTIONS, allow_pickle=False) as stored:
            return Examined((folder / SERVED).read_bytes(), stored["validation"], stored["test"])


def _run(step: str, folder: Path, seconds: float) -> None:
    """Run one step in a process of its own; raises InputError with its reason, or with what became of it."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "LANG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "core.runs.examination", step, str(folder)],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(PROJECT), "DIGITLAB_HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ended_by = _watch(process, seconds)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
    if (folder / REFUSED).exists():
        raise InputError((folder / REFUSED).read_text("utf-8"))
    if ended_by == "memory" or process.returncode == MEMORY_STATUS:
        raise InputError(f"The model needs more than {MOST_MEMORY // 1_000_000} MB of memory; import a smaller one.")
    if ended_by == "time":
        raise InputError(f"The model did not answer within {seconds:.0f} s; import a faster one.")
    if process.returncode:
        raise InputError("The model crashed the process that examined it; export it again with a newer exporter.")


def _watch(process: subprocess.Popen[bytes], seconds: float) -> Literal["", "memory", "time"]:
    """Wait for a process until it ends by itself, or has used up its time or memory."""
    deadline = time.monotonic() + seconds
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        if time.monotonic() > deadline:
            return "time"
        with contextlib.suppress(psutil.Error):
            if watched.memory_info().rss > OWN_MEMORY + VIRTUAL * MOST_MEMORY:
                return "memory"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(WATCHED_EVERY)
    return ""


def main(step: str, folder: Path) -> int:
    """Carry out "probe" (a few pictures) or "judge" (all of them) on the model in a folder; returns the exit status."""
    with np.load(folder / IMAGES, allow_pickle=False) as stored:
        images = {name: stored[name] for name in stored.files}
    shown = slice(PROBED if step == "probe" else None)
    before = _limited_memory()
    try:
        specification = Specification.from_json((folder / SPECIFICATION_FILE).read_text("utf-8"))
        graph = served_graph(
            (folder / MODEL).read_bytes(), specification, images["validation"][shown], images["labels"][shown]
        )
        predictor = Predictor(graph, specification)
        for pictures in (1, BATCH):
            predictor.predict_proba(images["validation"][:pictures])
        if _peak_memory() - before > MOST_MEMORY:
            return MEMORY_STATUS
        if step == "judge":
            _keep(folder, graph, predictor, images)
    except (InputError, MemoryError) as error:
        return _refuse(folder, error)
    except Exception as error:  # ONNX Runtime's own classes share no base
        if not type(error).__module__.startswith("onnxruntime"):
            raise
        return _refuse(folder, error)
    return 0


def _keep(folder: Path, graph: bytes, predictor: Predictor, images: dict[str, np.ndarray]) -> None:
    (folder / SERVED).write_bytes(graph)
    answers = {split: predictor.predict_proba(images[split]) for split in ("validation", "test")}
    np.savez(folder / PREDICTIONS, validation=answers["validation"], test=answers["test"])


def _refuse(folder: Path, error: Exception) -> int:
    reason = (str(error).strip().splitlines() or [""])[0][:200]
    if lacks_memory(error) and not isinstance(error, InputError):
        return MEMORY_STATUS
    words = reason if isinstance(error, InputError) else f"The model does not run: {reason}."
    (folder / REFUSED).write_text(words, "utf-8")
    return 1


def _limited_memory() -> int:
    """Load what is needed, then allow this process so much more address space; returns the bytes it has now."""
    import onnx  # noqa: F401
    import onnxruntime  # noqa: F401

    with contextlib.suppress(ImportError):  # Windows has no such limit; the parent watches there
        import resource

        limit = psutil.Process().memory_info().vms + VIRTUAL * MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return _peak_memory()


def _peak_memory() -> int:
    """Return the most bytes of memory that this process has had."""
    try:
        import resource
    except ImportError:
        return int(psutil.Process().memory_info().peak_wset)
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(kilobytes) * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
