"""From a finished run to a shipped model: the graph, gzipped, with its card and its predictions."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.errors import InputError
from core.explain.support_vectors import SUPPORT_FILE
from core.models.serving.predictor import MODEL_FILE, PACKED_MODEL_FILE, SPECIFICATION_FILE
from core.models.serving.shipped import CARD_FILE, PREDICTIONS_FILE
from core.models.specification import Specification
from core.runs import artifacts
from core.runs.averaging import figures_of
from core.runs.run import Run

SHIPPED = ("cnn", "svm", "forest")
LIMIT_BYTES = 20_000_000
"""What all shipped models may take together, so that the project stays quick to clone."""


def ship(run: Run, folder: Path, repeats: Sequence[Run] = ()) -> Path:
    """Put a finished run's model below `folder`, in the place of the one of its kind; returns its own folder.

    Parameters
    ----------
    repeats : sequence of Run
        Finished runs that differ in the seed alone, this one among them or not; the card lists their accuracy.

    Raises
    ------
    InputError
        For a run that is not finished, or a kind that does not ship.
    """
    if not run.finished or run.specification is None or run.model not in SHIPPED:
        raise InputError(f"Only a finished run of {', '.join(SHIPPED)} can ship; {run.short_id} is not.")
    target = folder / run.model
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        staging = Path(name) / run.model
        staging.mkdir()
        graph = (artifacts.local(run, artifacts.MODEL) / MODEL_FILE).read_bytes()
        (staging / PACKED_MODEL_FILE).write_bytes(gzip.compress(graph, 9, mtime=0))
        (staging / SPECIFICATION_FILE).write_text(run.specification.model_dump_json(indent=1) + "\n", "utf-8")
        (staging / CARD_FILE).write_text(json.dumps(card(run, repeats), indent=1) + "\n", "utf-8")
        shutil.copy(artifacts.local(run, artifacts.PREDICTIONS), staging / PREDICTIONS_FILE)
        _copy_support(run, staging)
        shutil.rmtree(target, ignore_errors=True)
        staging.replace(target)
    return target


def add_seed(run: Run, folder: Path) -> Path:
    """Add a finished run's accuracy to the card of the model of its kind below `folder`; returns the card's file.

    Raises
    ------
    InputError
        For a run that is not finished, or that differs from what ships in more than the seed.
    """
    path = folder / run.model / CARD_FILE
    if not run.finished or run.specification is None or not path.exists():
        raise InputError(
            f"Only a finished run of {', '.join(SHIPPED)} is a repeat of what ships; {run.short_id} is not."
        )
    own = Specification.from_json((path.parent / SPECIFICATION_FILE).read_text("utf-8"))
    if _without_seed(own) != _without_seed(run.specification):
        raise InputError(f"{run.name} ({run.short_id}) differs from what ships in more than the seed.")
    content = json.loads(path.read_text("utf-8"))
    others = [entry for entry in content["seeds"] if entry["seed"] != run.specification.seed]
    content["seeds"] = sorted([*others, *_by_seed([run])], key=lambda entry: int(entry["seed"]))
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    return path


def _without_seed(specification: Specification) -> Specification:
    """Return a specification with seed 0, and with every parameter that was not known when it was written."""
    parameters = specification.checked_parameters().model_dump()
    return specification.model_copy(update={"seed": 0, "preset": None, "parameters": parameters})


def _copy_support(run: Run, staging: Path) -> None:
    kept = artifacts.local(run, artifacts.MODEL) / SUPPORT_FILE
    if kept.exists():
        shutil.copy(kept, staging)


def card(run: Run, repeats: Sequence[Run] = ()) -> dict[str, object]:
    """Return what a shipped model says of itself, of its repeats, and of the networks whose mean it is.

    The host's name stays at home.
    """
    averaged = run.specification.averaged if run.specification else ()
    environment = {name: value for name, value in run.environment.items() if name != "host"}
    return {
        "run_name": run.name,
        "created": run.created.isoformat(timespec="seconds"),
        "fingerprint": run.fingerprint,
        "metrics": dict(run.metrics),
        "seeds": _by_seed((run, *repeats)),
        **({"averaged": [_accuracies(figures_of(run_id)[0]) for run_id in averaged]} if averaged else {}),
        "seconds": dict(run.seconds),
        "environment": environment,
    }


def _by_seed(runs: Sequence[Run]) -> list[dict[str, float]]:
    """Return accuracy on both splits of each seed, in the order of the seeds."""
    known = {run.specification.seed: run.metrics for run in runs if run.specification is not None and run.finished}
    return [{"seed": seed, **_accuracies(known[seed])} for seed in sorted(known)]


def _accuracies(metrics: Mapping[str, float]) -> dict[str, float]:
    return {name: metrics[name] for name in ("validation_accuracy", "test_accuracy")}
