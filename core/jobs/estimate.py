"""How long a training will take, learned from this machine's own past runs."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from core.jobs.hardware import environment, machine
from core.models.specification import Specification
from core.runs.run import Run

NEIGHBOURS = 5
FULL_TRAINING_SET = 55_000
SCALING = {"svm": 1.7, "forest": 1.1, "cnn": 1.0, "knn": 1.0, "logistic": 1.1}
"""How the fit time of a kind grows with the number of images: the exponent of a power law."""


@dataclass(frozen=True)
class Estimate:
    """Expected seconds, None where nothing comparable has run here, and how many runs it is based on."""

    seconds: float | None
    based_on: int

    @property
    def in_words(self) -> str:
        """What a page says, with the unit."""
        if self.seconds is None:
            return "unknown: nothing like it has run on this machine yet"
        return f"about {duration(self.seconds)}"


def duration(seconds: float) -> str:
    """A time span as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def estimate(specification: Specification, runs: list[Run], images: int = FULL_TRAINING_SET) -> Estimate:
    """Estimate a training from finished runs of the same kind and machine that were most alike.

    Only runs whose cost-driving settings are equal count, scaled to the number of images (and epochs, trees) asked for.
    """
    here = machine(environment())
    alike = [
        run
        for run in runs
        if run.finished
        and run.specification is not None
        and run.model == specification.model
        and "total" in run.seconds
        and not run.shipped
        and machine(dict(run.environment)) == here
        and _shape(run.specification) == _shape(specification)
    ]
    scaled = [
        run.seconds["total"] * _work(specification, images) / _work(run.specification, images)
        for run in alike
        if run.specification
    ]
    return Estimate(median(scaled[:NEIGHBOURS]) if scaled else None, len(scaled[:NEIGHBOURS]))


def expected_seconds(run: Run, runs: list[Run]) -> Estimate:
    """What is left of a waiting or running training."""
    if run.specification is None:
        return Estimate(None, 0)
    whole = estimate(run.specification, runs)
    if whole.seconds is None or run.progress is None:
        return whole
    return Estimate(whole.seconds * (1 - run.progress.fraction), whole.based_on)


WORK_PARAMETERS = ("epochs", "n_estimators")


def _work(specification: Specification, images: int) -> float:
    size = specification.experiment.limit or images
    work = float(size) ** SCALING.get(specification.model, 1.0)
    for name in WORK_PARAMETERS:
        work *= float(specification.parameters.get(name, 1))
    return work


IGNORED = {*WORK_PARAMETERS, "learning_rate", "dropout", "label_smoothing", "C", "gamma", "weight_decay"}


def _shape(specification: Specification) -> tuple[object, ...]:
    """What decides the cost besides the amount of work."""
    parameters = {name: value for name, value in specification.parameters.items() if name not in IGNORED}
    varied = specification.augmentation != type(specification.augmentation)()
    return (specification.recipe.key, tuple(sorted(parameters.items())), varied)
