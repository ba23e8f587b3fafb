"""The benchmarks there are, by the name the command line gives them."""

from __future__ import annotations

from collections.abc import Callable

from core.benchmarks import (
    doubt,
    drawing,
    labels,
    latency,
    models,
    novelty,
    pictures,
    preprocessing,
    race,
    robustness,
    strings,
    tuning,
)
from core.benchmarks.row import Row
from core.errors import ParameterError

Benchmark = Callable[[bool, bool], list[Row]]

BENCHMARKS: dict[str, Benchmark] = {
    "latency": latency.run,
    "race": race.run,
    "cnn": models.cnn,
    "svm": models.svm,
    "forest": models.forest,
    "drawing": drawing.run,
    "pictures": pictures.run,
    "strings": strings.run,
    "doubt": doubt.run,
    "novelty": novelty.run,
    "preprocessing": preprocessing.run,
    "robustness": robustness.run,
    "labels": labels.run,
    "tuning": tuning.run,
}


def benchmark_named(name: str) -> Benchmark:
    """Find a benchmark; raises ParameterError that lists those there are."""
    if name not in BENCHMARKS:
        raise ParameterError(f"There is no benchmark {name[:60]!r}; there are {', '.join(BENCHMARKS)}.")
    return BENCHMARKS[name]
