"""Time to 99.0 % of the validation images from process start, for every kind of model, beside Keras' example.

A process begins with nothing loaded: imports, building a graph, reading the data and making features count, as they do
for somebody who waits.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from statistics import median

from core.benchmarks.models import full_mnist
from core.benchmarks.row import Row
from core.benchmarks.start_line import PEER, TARGET
from core.errors import TrainingError
from core.models.catalogue import CATALOGUE

SEEDS = (0, 1, 2, 3, 4)
QUICK_SEEDS = (0,)
REACH = 0.1
PRESETS = {"svm": "instant", "fourier": "instant", "cnn": "fast", "forest": "default", "knn": "reference"}
"""The quickest preset that may meet the target; "default" for kinds that are not named here."""

Result = tuple[float, float]
"""Seconds from process start, and accuracy."""


def run(quick: bool, final: bool) -> list[Row]:
    """Let every kind and the peer run one after the other, a seed at a time; the test images stay closed."""
    full_mnist()
    entries = [(kind, PRESETS.get(kind, "default")) for kind in CATALOGUE]
    ours: dict[tuple[str, str], list[Result]] = {entry: [] for entry in entries}
    peer: list[Result] = []
    for seed in QUICK_SEEDS if quick else SEEDS:
        peer.append(timed([PEER, str(seed)]))
        for entry in entries:
            ours[entry].append(timed([*entry, str(seed)]))
    return [row_of(*entry, results, peer) for entry, results in ours.items()]


def timed(competitor: list[str]) -> Result:
    """Start a process and read when it was done; raises TrainingError for one that failed."""
    command = [sys.executable, "-m", "core.benchmarks.start_line", *competitor]
    started = time.time()
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        reason = (ended.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise TrainingError(f"The race's process of {' '.join(competitor)} failed: {reason}")
    told = json.loads(ended.stdout)
    return told["at"] - started, told["accuracy"]


def row_of(kind: str, preset: str, ours: list[Result], peer: list[Result]) -> Row:
    """Return seconds beside the peer's, seed by seed; accuracy alone where a seed missed the target."""
    title = f"{CATALOGUE[kind].title}, {preset}"
    accuracies = [accuracy for _, accuracy in ours]
    told = f"validation accuracy {100 * min(accuracies):.2f} to {100 * max(accuracies):.2f} %"
    if min(accuracies) < TARGET:
        missed = sum(accuracy < TARGET for accuracy in accuracies)
        note = f"99.0 % missed with {missed} of {len(ours)} seeds after {median(s for s, _ in ours):.1f} s"
        return Row(f"{title}: accuracy", "share", accuracies, reach=TARGET, higher_is_better=True, note=note)
    seconds = [spent for spent, _ in ours]
    what = f"{title}: process start to 99.0 %"
    return Row(what, "s", seconds, "Keras example", [spent for spent, _ in peer], REACH, note=told)
