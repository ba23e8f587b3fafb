"""Many sessions at once while a network trains, on Digit Lab and on the floor app by turns.

python -m tests.load.load                            # 20 sessions, 10 minutes on each app, in turns of 5 minutes
python -m tests.load.load --minutes 1 --sessions 5 --folder kept --json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.benchmarks.servers import DIGIT_LAB, FLOOR, App, free_port, start, stop, wait_until_listening
from tests.load.beside import Training, training
from tests.load.browser import Browser, FaultyPageError
from tests.load.phase import Phase, Sample, report
from tests.load.visits import DIGIT_LAB_PLACES, FLOOR_PLACES, PAGES, Places, open_tab, visit

ROUNDS = 2
THINKING = (0.5, 2.5)
SAMPLE_SECONDS = 2.0
ENDING_SECONDS = 120.0
"""How long after its time a turn may last, for the answers that are awaited then."""


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


async def press(served: Served, sessions: int, seconds: float, seed: int) -> None:
    """Let so many people use an app for so long."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2 * sessions, "pictures"))
    began, until = time.time(), time.monotonic() + seconds
    watching = asyncio.create_task(_watch(served))
    people = [
        asyncio.create_task(_person(served, until, random.Random(f"{seed} {number}"))) for number in range(sessions)
    ]
    _, late = await asyncio.wait(people, timeout=seconds + ENDING_SECONDS)
    for person in (*late, watching):
        person.cancel()
    served.phase.errors += [f"a session did not end within {ENDING_SECONDS:.0f} s of its time"] * len(late)
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
            served.phase.errors.append(str(error) or type(error).__name__)
            await asyncio.sleep(choose.uniform(*THINKING))


async def _watch(served: Served) -> None:
    while True:
        used = served.process.cpu_times()
        memory = served.process.memory_info().rss / 1e6
        served.phase.samples.append(Sample(time.time(), memory, used.user + used.system))
        await asyncio.sleep(SAMPLE_SECONDS)


async def warm(served: Served) -> None:
    """See every page once, as somebody has on any server that runs for long."""
    async with Browser(served.address) as browser:
        for page in PAGES:
            try:
                await browser.open(page)
                if page == "Data" and served.places.tab:
                    await open_tab(browser, served.places.tab)
            except FaultyPageError as error:
                served.phase.errors.append(f"before the load: {error}")


def measure(sessions: int, minutes: float, folder: Path, *, alone: bool = False) -> tuple[Phase, Phase]:
    """Load both apps by turns, beside one training unless `alone`; Digit Lab's phase and the floor app's."""
    with (
        serving(DIGIT_LAB, DIGIT_LAB_PLACES, folder / "digit_lab") as ours,
        serving(FLOOR, FLOOR_PLACES, folder / "floor") as floor,
        nullcontext() if alone else training(folder / "digit_lab", 2 * minutes) as beside,
    ):
        for served in (floor, ours):
            _tell(f"opening every page of {served.app.name} once")
            asyncio.run(warm(served))
        for turn in range(ROUNDS):
            for served in (floor, ours):
                _tell(f"turn {turn + 1} of {ROUNDS}: {sessions} sessions on {served.app.name}")
                asyncio.run(press(served, sessions, 60 * minutes / ROUNDS, turn))
        if beside is not None:
            _add_epochs(beside, ours.phase, floor.phase)
    return ours.phase, floor.phase


def _add_epochs(beside: Training, *phases: Phase) -> None:
    if beside.ended_early:
        phases[0].errors.append(f"the training ended before the load did: {beside.last_words}")
    ends = beside.ends_of_epochs()
    for phase in phases:
        phase.note_epochs(ends, beside.images)


def _tell(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load.load", description=__doc__)
    parser.add_argument("--sessions", type=int, default=20, help="How many people at once.")
    parser.add_argument("--minutes", type=float, default=10.0, help="On each app.")
    parser.add_argument("--folder", type=Path, help="Keep the homes with the servers' logs here.")
    parser.add_argument("--alone", action="store_true", help="Train nothing beside, such as to look for errors.")
    parser.add_argument("--json", action="store_true", help="Print everything measured as JSON.")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that servers and training end too
    _tell(f"this takes about {2 * asked.minutes + 2:.0f} minutes")
    with tempfile.TemporaryDirectory(prefix="digit-lab-load-", ignore_cleanup_errors=True) as folder:
        phases = measure(asked.sessions, asked.minutes, (asked.folder or Path(folder)).absolute(), alone=asked.alone)
    sys.stdout.write(json.dumps([phase.document() for phase in phases]) if asked.json else report(*phases))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
