"""The network that trains beside the load, on all cores, as a worker's does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

PROJECT = Path(__file__).parents[2]
EPOCHS = 200
SETTINGS = ("--set", "width=32", "--set", f"epochs={EPOCHS}")
"""A network that is wide enough for 200 epochs, which are the most, to outlast the load on a fast machine."""
COMMAND = ("train", "cnn", "--preset", "fast", *SETTINGS, "--name", "beside the load")
IMAGES_A_MINUTE = 3_000
"""Of an epoch, for each minute that 200 epochs are to last at least; a fast machine reads 5,000 a second."""
MOST_IMAGES = 55_000
START_SECONDS = 600.0
EPOCH_ENDED = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) INFO core\.jobs\.monitor .*?: epoch \d+ of")


class Training:
    """A training on the command line.

    Attributes
    ----------
    images : int
        Of an epoch.
    """

    def __init__(self, home: Path, minutes: float) -> None:
        self.home, self.images = home, min(MOST_IMAGES, int(IMAGES_A_MINUTE * (minutes + 2)))
        self._log = home / "training.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "core", *COMMAND, "--limit", str(self.images)], cwd=PROJECT,
                env={**os.environ, "DIGITLAB_HOME": str(home)}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def ended_early(self) -> bool:
        return self._process.poll() is not None

    @property
    def last_words(self) -> str:
        return self._log.read_text("utf-8", "replace")[-500:].strip()

    def ends_of_epochs(self) -> list[float]:
        """When each epoch ended, in seconds since 1970, as the training's log says."""
        ended = EPOCH_ENDED.findall(self._log.read_text("utf-8", "replace"))
        return [datetime.strptime(at, "%Y-%m-%d %H:%M:%S,%f").timestamp() for at in ended]

    def wait_for_first_epoch(self) -> None:
        """Return as soon as it learns; raises RuntimeError where it ends or takes longer than ten minutes."""
        deadline = time.monotonic() + START_SECONDS
        while not self.ends_of_epochs():
            if self.ended_early or time.monotonic() > deadline:
                raise RuntimeError(f"The training did not start: {self.last_words}")
            time.sleep(1)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


@contextmanager
def training(home: Path, minutes: float) -> Iterator[Training]:
    """A network that learns for at least as long as the block lasts; it has begun when the block begins."""
    running = Training(home, minutes)
    try:
        running.wait_for_first_epoch()
        yield running
    finally:
        running.end()
