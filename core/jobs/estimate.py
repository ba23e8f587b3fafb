"""How long a training will take, learned from this machine's own past runs."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import numpy as np

from core.jobs.hardware import environment, machine
from core.models.catalogue import CATALOGUE
from core.models.specification import Specification
from core.runs.run import Run

NEIGHBOURS = 5
"""So many of the newest runs of about the same size count; more would remember what the machine once was."""
SAME_SIZE = 1.3
REACH = 2.25
"""How many times more than the most, or less than the least, that has run here is still estimated."""
FULL_TRAINING_SET = 55_000
SCALING = {"svm": 1.7, "forest": 1.1, "cnn": 1.0, "fourier": 1.0, "knn": 1.0, "logistic": 1.1}
"""How the fit time of a kind grows with the number of images: the exponent of a power law."""


@dataclass(frozen=True)
class Estimate:
    """Expected seconds, None where nothing comparable is known, and how many runs of this machine it is based on."""

    seconds: float | None
    based_on: int
    other_sizes: bool = False

    @property
    def in_words(self) -> str:
        """What a page says, with the unit."""
        if self.seconds is not None:
            return f"about {duration(self.seconds)}"
        if self.other_sizes:
            return "unknown: only much larger or smaller trainings have run on this machine"
        return "unknown: no similar training has run on this machine yet"


@dataclass(frozen=True)
class Past:
    """One earlier run: its work, the seconds that grow with it, and those of judging and storing.

    Loading the data is left out, as a worker that has loaded it once keeps it.
    """

    work: float
    fit: float
    rest: float


def duration(seconds: float) -> str:
    """Return a time span as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def estimate(
    specification: Specification,
    runs: list[Run],
    images: int = FULL_TRAINING_SET,
    *,
    fingerprint: str | None = None,
) -> Estimate:
    """Estimate a training from finished runs of the same kind and machine that were most alike.

    Only runs whose cost-driving settings are equal count. Those of about the same amount of work are believed as they
    are; where there are two sizes or more, a straight line through them; a single other size is scaled, but not far.

    Parameters
    ----------
    runs : list of Run
        The newest first.
    images : int
        What a training without a limit learns from.
    fingerprint : str, optional
        Of the data set that it will be judged on; runs on others do not count.
    """
    asked = _work(specification, images)
    past = [_past(run, images) for run in runs if _alike(run, specification) and fingerprint in (None, run.fingerprint)]
    near = [entry for entry in past if _times(entry.work, asked) <= SAME_SIZE][:NEIGHBOURS]
    used = near or past
    if not used:
        return Estimate(None, 0)
    sizes = [entry.work for entry in used]
    if not min(sizes) / REACH <= asked <= max(sizes) * REACH:
        return Estimate(None, 0, other_sizes=True)
    rest = median(entry.rest for entry in used[:NEIGHBOURS])
    return Estimate(_fit_seconds(used, asked) + rest, len(used))


def shipped_seconds(specification: Specification, runs: list[Run], images: int = FULL_TRAINING_SET) -> float | None:
    """Return the fit time of the shipped model of the same settings, scaled to the work; None without one.

    It was measured on another machine, so it is a first estimate before anything has run on this one.
    """
    run = next((run for run in runs if run.shipped and "fit" in run.seconds and _same_cost(run, specification)), None)
    if run is None or run.specification is None:
        return None
    return run.seconds["fit"] * _work(specification, images) / _work(run.specification, FULL_TRAINING_SET)


def _alike(run: Run, specification: Specification) -> bool:
    return (
        run.finished
        and not run.shipped
        and not run.reason
        and "total" in run.seconds
        and machine(dict(run.environment)) == machine(environment())
        and _same_cost(run, specification)
    )


def _same_cost(run: Run, specification: Specification) -> bool:
    """Return whether a run's cost-driving settings are those of a specification, but for the amount of work."""
    return (
        run.model == specification.model
        and run.specification is not None
        and _shape(run.specification) == _shape(specification)
        and all(_times(*pair) <= NEARLY for pair in _settings_pairs(run.specification, specification))
    )


def _past(run: Run, images: int) -> Past:
    assert run.specification is not None
    fit = min(run.seconds.get("fit", run.seconds["total"]), run.seconds["total"])
    rest = run.seconds["total"] - fit - run.seconds.get("load", 0.0)
    return Past(_work(run.specification, images), fit, max(0.0, rest))


def _times(first: float, second: float) -> float:
    """Return how many times the larger of two numbers above 0 is the smaller."""
    return max(first, second) / max(min(first, second), 1e-12)


def _fit_seconds(past: list[Past], asked: float) -> float:
    """Return seconds of the part that grows: along the line through several sizes, else in proportion to the work."""
    sizes = [entry.work for entry in past]
    if _times(min(sizes), max(sizes)) <= SAME_SIZE:
        return median(entry.fit * asked / entry.work for entry in past)
    # Least squares of the relative errors: each row and its target divided by its seconds.
    seconds = np.array([max(entry.fit, 1e-3) for entry in past])
    rows = np.stack([1 / seconds, np.array(sizes) / asked / seconds], axis=1)
    fixed, growing = _two_unknowns(rows, np.ones(len(seconds)))
    return float(fixed + growing)


def _two_unknowns(rows: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Return least squares of two unknowns that are 0 or more: rows (n, 2), targets (n,)."""
    (first, second), *_ = np.linalg.lstsq(rows, targets, rcond=None)
    if first >= 0 and second >= 0:
        return float(first), float(second)
    alone = [max(0.0, float(column @ targets / (column @ column))) for column in rows.T]
    candidates = [(alone[0], 0.0), (0.0, alone[1])]
    return min(candidates, key=lambda pair: float(((rows @ np.array(pair) - targets) ** 2).sum()))


def expected_seconds(run: Run, runs: list[Run], images: int = FULL_TRAINING_SET) -> Estimate:
    """Return what is left of a waiting or running training."""
    if run.specification is None:
        return Estimate(None, 0)
    whole = estimate(run.specification, runs, images, fingerprint=run.fingerprint)
    if whole.seconds is None or run.progress is None:
        return whole
    return Estimate(whole.seconds * (1 - run.progress.fraction), whole.based_on)


WORK_PARAMETERS = ("epochs", "n_estimators")


def _work(specification: Specification, images: int) -> float:
    size = min(specification.experiment.limit or images, images)
    work = float(size) ** SCALING.get(specification.model, 1.0)
    for name in WORK_PARAMETERS:
        work *= float(specification.parameters.get(name, 1))
    return float(work)


STEERING = ("C", "gamma")
"""What an SVM's time hangs on less than in proportion."""
NEARLY = 3.0
"""How many times such a setting may differ."""
IGNORED = {*WORK_PARAMETERS, *STEERING, "learning_rate", "dropout", "label_smoothing", "weight_decay", "keep"}


def _settings_pairs(first: Specification, second: Specification) -> list[tuple[float, float]]:
    known = [name for name in STEERING if name in first.parameters and name in second.parameters]
    return [(float(first.parameters[name]), float(second.parameters[name])) for name in known]


def _shape(specification: Specification) -> tuple[object, ...]:
    """Return what decides the cost besides the amount of work; parameters that were added since have their default."""
    usual = CATALOGUE[specification.model].parameters().model_dump() if specification.model in CATALOGUE else {}
    parameters = {name: value for name, value in {**usual, **specification.parameters}.items() if name not in IGNORED}
    varied = tuple(sorted(specification.augmentation.model_dump(exclude_defaults=True)))
    made = specification.teacher is not None, bool(specification.averaged)
    return (specification.recipe.key, tuple(sorted(parameters.items())), varied, made)
