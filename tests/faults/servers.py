"""Digit Lab's server without its pages, as a process of its own that can be killed."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PROJECT = Path(__file__).parents[2]

QUEUE = """
import sys
from core.permissions import Actor
from core.data.sources import load_dataset
from core.jobs.cluster.executor import Executor
from core.jobs.queue import TrainingQueue
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment

queue = TrainingQueue(Executor(trials=0))
for wish in sys.argv[1:]:
    model, limit, seed = wish.split(":")
    asked = Specification.from_preset(model, "fast", seed=int(seed), experiment=Experiment.limited(int(limit)))
    print(queue.submit(asked, load_dataset(), actor=Actor(f"owner of {wish}")).run_id, flush=True)
sys.stdin.read()
queue.close()
"""
"""Submits trainings given as model:limit:seed, prints their ids, and serves until its standard input is closed."""


WAITS_BEFORE_IT_STORES = """
import sys
from core.jobs.training import run_training
from core.runs import artifacts

store = artifacts.store

def wait_and_store(run_id, folder):
    print("fitted", flush=True)
    sys.stdin.readline()
    store(run_id, folder)

artifacts.store = wait_and_store
run_training(sys.argv[1])
print("stored", flush=True)
"""
"""Runs a training, and stops before its model is stored until it reads a line."""


SEARCHES = """
import sys
from core.jobs.cluster.executor import Executor
from core.jobs.tuning.search_server import Searches
from core.permissions import Actor
from tests.core.jobs.searching import small_search

with Executor(trials=1) as executor:
    searches = Searches(executor)
    print(searches.start(small_search(trials=8), "mine", actor=Actor("ada")), flush=True)
    sys.stdin.read()
    searches.close()
"""
"""Starts a search of eight trials, and serves until its standard input is closed."""


@contextmanager
def serving(program: str, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A server that runs a program for the length of the block; all it has started ends with it."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    family: list[psutil.Process] = []
    try:
        yield process
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            family = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.communicate()
        for child in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    """The first lines that a program prints."""
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(count)]


def family_of(process: subprocess.Popen[str]) -> list[int]:
    """The ids of all processes below a server."""
    return [child.pid for child in psutil.Process(process.pid).children(recursive=True)]


def proceed(worker: subprocess.Popen[str]) -> None:
    assert worker.stdin is not None
    worker.stdin.write("go on\n")
    worker.stdin.flush()
