"""What a large page may cost: memory of a fresh process, and how many pictures the models are asked about."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.data.sample import read_sample
from core.reading.hypotheses import hypotheses
from core.reading.judge import Judged, judge_of
from tests.core.reading.reading_network import network

MEMORY = 400_000
"""Kilobytes that a page of 100 digits at 12 megapixels may take beyond what the process had."""

ASKED = 8
"""Pictures for each digit of a page that lies on its side: in four ways, and a few cuts."""

SCRIPT = """
import resource, sys
from pathlib import Path
from tests.core.reading.reading_network import network
from core.reading.picture import read_picture
small, page = (Path(path).read_bytes() for path in sys.argv[1:])
read_picture(small, network())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
look = read_picture(page, network())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, len(look.digits))
"""


def page(side: int) -> np.ndarray:
    """Ten lines of ten validation digits on paper, each in a square of `side` pixels, (10 side, 10 side) uint8."""
    images, _ = read_sample()
    chosen = images[np.random.default_rng(1).integers(len(images), size=100)]
    rows = [np.hstack([np.pad(image, 6) for image in row]) for row in chosen.reshape(10, 10, 28, 28)]
    ink = cv2.resize(np.vstack(rows), (10 * side, 10 * side), interpolation=cv2.INTER_CUBIC)
    noise = np.random.default_rng(2).normal(0, 3, ink.shape).astype(np.float32)
    return np.clip(228 - 0.65 * ink + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("light", ["even", pytest.param("table", marks=pytest.mark.slow)])
def test_a_page_of_a_hundred_digits_at_twelve_megapixels_stays_small_in_memory(tmp_path: Path, light: str) -> None:
    picture = page(300)
    picture = np.pad(picture, ((0, 0), (500, 500)), constant_values=228 if light == "even" else 110)
    small, large = tmp_path / "small.png", tmp_path / "large.jpg"
    cv2.imwrite(str(small), page(20)[:20, :20])
    cv2.imwrite(str(large), picture)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(small), str(large)], capture_output=True, text=True, check=True
    )
    grown, digits = map(int, done.stdout.split())
    assert digits >= 95
    assert grown < MEMORY


@pytest.mark.parametrize("turns", [0, 1])
def test_a_page_on_its_side_is_turned_before_its_digits_are_cut(turns: int) -> None:
    asked = 0
    judge = judge_of(network())

    def counting(images: np.ndarray) -> Judged:
        nonlocal asked
        asked += len(images)
        return judge(images)

    picture = cv2.cvtColor(np.ascontiguousarray(np.rot90(page(60), turns)), cv2.COLOR_GRAY2RGB)
    best = hypotheses(picture, counting)[0]
    assert (len(best.chain), best.turns) == (100, 4 * bool(turns) - turns)
    assert asked <= ASKED * 100
