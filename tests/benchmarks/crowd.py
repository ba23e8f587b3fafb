"""A home folder with many finished runs, as a team's is after some weeks: `python -m tests.benchmarks.crowd 100`.

The runs repeat the shipped network's predictions with some noise, are marked external, and live in a folder of the
benchmark's own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from core.data.sources import load_dataset
from core.errors import WorkError
from core.runs import artifacts
from core.runs.judged import finished_run
from core.runs.leaderboard import predictions
from core.runs.shipped import shipped_runs

RUNS = 100
NOISE = 0.6
"""Of the last run, as a share of a probability; runs before it have less, so that no two are equally good."""


def crowded(home: Path, runs: int = RUNS) -> Path:
    """Fill a home folder in a process of its own, as settings are one process's; returns the folder."""
    command = [sys.executable, "-m", "tests.benchmarks.crowd", str(runs)]
    done = subprocess.run(command, env={**os.environ, "DIGITLAB_HOME": str(home)}, capture_output=True, text=True)
    if done.returncode:
        raise WorkError(f"The home folder with {runs} runs could not be made: {done.stderr.strip()[-400:]}")
    return home


def fill(runs: int) -> None:
    """Register so many finished runs in the home folder in force."""
    dataset = load_dataset()
    shipped = predictions(next(run for run in shipped_runs(dataset) if run.model == "cnn"), dataset)
    for number in range(runs):
        rng = np.random.default_rng(number)
        noise = NOISE * (number + 1) / runs
        noisy = artifacts.Predictions(*(_noisy(rows, noise, rng) for rows in (shipped.validation, shipped.test)))
        with tempfile.TemporaryDirectory() as folder:
            finished_run(
                noisy, Path(folder), dataset, model="external", key=f"crowd{number}", name=f"run {number}",
                seconds={"fit": 10.0 + number, "latency": 1e-4}, external="true",
            )  # fmt: skip


def _noisy(rows: np.ndarray, noise: float, rng: np.random.Generator) -> np.ndarray:
    mixed = rows + noise * rng.random(rows.shape, np.float32)
    return mixed / mixed.sum(axis=1, keepdims=True)


if __name__ == "__main__":
    fill(int(sys.argv[1]))
