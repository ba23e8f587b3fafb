"""Many sessions at once while a network trains, on Digit Lab and on the floor app by turns.

python -m tests.load.load                            # 20 sessions, 10 minutes on each app
python -m tests.load.load --minutes 1 --sessions 5 --json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import psutil

from tests.benchmarks.servers import DIGIT_LAB, FLOOR, App, free_port, start, stop, wait_until_listening
from tests.load.browser import Browser, FaultyPageError
from tests.load.visits import ACTIONS, DIGIT_LAB_PLACES, FLOOR_PLACES, PAGES, Places, visit

PROJECT = Path(__file__).parents[2]
ROUNDS = 2
THINKING = (0.5, 2.5)
SAMPLE_SECONDS = 2.0
TRAINING = ("train", "cnn", "--preset", "fast", "--set", "epochs=200", "--name", "beside the load")
IMAGES_A_MINUTE = 5_000
"""Of an epoch, for each minute that 200 epochs are to last at least; a faster machine reads 3,000 a second."""
TABLE = "{:<11} {:>7} {:>8} {:>8} {:>8}   {:>7} {:>8} {:>8} {:>8}   {:>6}"


@dataclass
class Phase:
    """What was measured on one app: seconds by action, errors, memory of its process, and when it was loaded."""

    name: str
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    megabytes: list[tuple[float, float]] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)
    images_per_second: float | None = None

    def percentile(self, action: str, share: float) -> float:
        """Seconds within which that share (0 to 100) of the actions was drawn; not a number where there were none."""
        times = self.seconds.get(action, [])
        return float(np.percentile(times, share)) if times else float("nan")


@dataclass
class Served:
    """An app's server, where its places are, and what is measured on it."""

    app: App
    places: Places
    address: str
    process: psutil.Process
    phase: Phase


@contextmanager
def serving(app: App, places: Places, home: Path) -> Iterator[Served]:
    """Serve an app whose process can be looked at."""
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    server = start(app, port, home)
    try:
        wait_until_listening(server, port, home / "server.log")
        process = psutil.Process(server.pid)
        yield Served(app, places, f"http://localhost:{port}", process, Phase(app.name))
    finally:
        stop(server)


@contextmanager
def training(home: Path, minutes: float) -> Iterator[None]:
    """A network that learns for as long as the block lasts, on all cores, as a worker does."""
    images = min(55_000, int(IMAGES_A_MINUTE * (minutes + 2)))
    command = [sys.executable, "-m", "core", *TRAINING, "--limit", str(images)]
    with (home / "training.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, "DIGITLAB_HOME": str(home)}, stdout=log, stderr=log
        )
    try:
        _wait_for_epochs(process, home)
        yield
    finally:
        process.kill()
        process.wait()


def _wait_for_epochs(process: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + 300
    while not _epochs(home):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The training did not start: {(home / 'training.log').read_text()[-500:]}")
        time.sleep(1)


def _epochs(home: Path) -> list[tuple[float, float]]:
    """When each epoch ended (seconds since the epoch), and its images a second."""
    os.environ["DIGITLAB_HOME"] = str(home)
    from core.runs import registry
    from core.runs.database import client

    found = []
    for run in registry.all_runs():
        history = client().get_metric_history(run.run_id, "curve_images_per_second")
        found += [(entry.timestamp / 1000, entry.value) for entry in history]
    return sorted(found)


async def press(served: Served, sessions: int, seconds: float, seed: int) -> None:
    """Let so many people use an app for so long."""
    began, until = time.time(), time.monotonic() + seconds
    watching = asyncio.create_task(_watch(served))
    await asyncio.gather(*(_person(served, until, random.Random(f"{seed} {number}")) for number in range(sessions)))
    watching.cancel()
    served.phase.spans.append((began, time.time()))


async def _person(served: Served, until: float, choose: random.Random) -> None:
    await asyncio.sleep(choose.uniform(0, THINKING[1]))
    while time.monotonic() < until:
        try:
            async with Browser(served.address) as browser, aclosing(visit(browser, served.places, choose)) as acts:
                async for action, seconds in acts:
                    served.phase.seconds[action].append(seconds)
                    if time.monotonic() > until:
                        return
                    await asyncio.sleep(choose.uniform(*THINKING))
        except (FaultyPageError, OSError) as error:
            served.phase.errors.append(str(error))
            await asyncio.sleep(choose.uniform(*THINKING))


async def _watch(served: Served) -> None:
    while True:
        served.phase.megabytes.append((time.time(), served.process.memory_info().rss / 1e6))
        await asyncio.sleep(SAMPLE_SECONDS)


async def warm(served: Served) -> None:
    """See every page once, as somebody has on any server that runs for long."""
    async with Browser(served.address) as browser:
        for page in PAGES:
            try:
                await browser.open(page, served.places.sliders if page == "Data" else "")
            except FaultyPageError as error:
                served.phase.errors.append(f"before the load: {error}")


def measure(sessions: int, minutes: float, folder: Path) -> tuple[Phase, Phase]:
    """Load both apps by turns, beside one training; Digit Lab's phase and the floor app's."""
    with (
        serving(DIGIT_LAB, DIGIT_LAB_PLACES, folder / "digit_lab") as ours,
        serving(FLOOR, FLOOR_PLACES, folder / "floor") as floor,
        training(folder / "digit_lab", 2 * minutes),
    ):
        for served in (floor, ours):
            asyncio.run(warm(served))
        for turn in range(ROUNDS):
            for served in (floor, ours):
                asyncio.run(press(served, sessions, 60 * minutes / ROUNDS, turn))
        epochs = _epochs(folder / "digit_lab")
    for phase in (ours.phase, floor.phase):
        speeds = [speed for at, speed in epochs if any(began <= at <= ended for began, ended in phase.spans)]
        phase.images_per_second = float(np.median(speeds)) if speeds else None
    return ours.phase, floor.phase


def report(ours: Phase, floor: Phase) -> str:
    """The table and sentences for people."""
    lines = [TABLE.format("action", "ours", "p50", "p95", "p99", "floor", "p50", "p95", "p99", "p95 /")]
    for action in ACTIONS:
        cells = [
            cell
            for phase in (ours, floor)
            for cell in (
                len(phase.seconds.get(action, [])),
                *(f"{phase.percentile(action, share):.3f} s" for share in (50, 95, 99)),
            )
        ]
        lines.append(TABLE.format(action, *cells, f"{ours.percentile(action, 95) / floor.percentile(action, 95):.1f}"))
    for phase in (ours, floor):
        memory = [value for _, value in phase.megabytes]
        speed = f"{phase.images_per_second:,.0f}" if phase.images_per_second else "unknown"
        lines.append(
            f"{phase.name}: {len(phase.errors)} errors; memory {memory[0]:.0f} MB at first, {max(memory):.0f} MB at "
            f"most, {memory[-1]:.0f} MB at last; the training beside it reads {speed} images a second"
        )
        lines += [f"    {count} times: {error}" for error, count in _counted(phase.errors)]
    return "\n".join(lines)


def _counted(errors: Sequence[str]) -> list[tuple[str, int]]:
    return sorted(((error, errors.count(error)) for error in set(errors)), key=lambda entry: -entry[1])[:10]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load.load", description=__doc__)
    parser.add_argument("--sessions", type=int, default=20, help="How many people at once.")
    parser.add_argument("--minutes", type=float, default=10.0, help="On each app.")
    parser.add_argument("--json", action="store_true", help="Print everything measured as JSON.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="digit-lab-load-", ignore_cleanup_errors=True) as folder:
        phases = measure(asked.sessions, asked.minutes, Path(folder))
    sys.stdout.write(json.dumps([asdict(phase) for phase in phases]) if asked.json else report(*phases))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
