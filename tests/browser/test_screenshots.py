"""Every page looks as it did when `python -m tests.browser.screenshots` was last run and looked at."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.servers import find_chromium, serving
from tests.browser.screenshots import (
    FOLDER,
    LOOKS,
    MOST_DIFFERENT,
    PAGES,
    Look,
    alone,
    browser_with_own_fonts,
    keep,
    opened,
    read,
    share_different,
    taken,
)

MOST_BYTES = 1_500_000
ELSEWHERE = "The kept screenshots are of Chromium on Linux, where text is drawn otherwise than elsewhere."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not sys.platform.startswith("linux"):
        pytest.skip(ELSEWHERE)
    if find_chromium() is None:
        pytest.skip("No Chromium was found.")
    with serving(alone(str(tmp_path_factory.mktemp("bare"))), tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.scheme} {look.width}")
def test_every_page_looks_as_it_did(address: str, look: Look, tmp_path: Path) -> None:
    changed = {}
    with browser_with_own_fonts() as browser, opened(browser, look) as page:
        for name in PAGES:
            picture = taken(page, f"{address}/{name}")
            share = share_different(read(look.file(name)), picture)
            if share > MOST_DIFFERENT:
                keep(picture, tmp_path / look.file(name).name)
                changed[name or "Home"] = f"{100 * share:.2f} %, see {tmp_path}"
    assert not changed, f"Other pixels than kept: {changed}. If that is wanted: python -m tests.browser.screenshots"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.png")), ids=lambda path: path.stem)
def test_a_shift_of_eight_pixels_is_seen(path: Path) -> None:
    kept = read(path)
    for axis in (0, 1):
        assert share_different(kept, np.roll(kept, 8, axis)) > MOST_DIFFERENT


def test_there_is_one_of_every_page_and_all_are_small() -> None:
    files = {path for look in LOOKS for path in map(look.file, PAGES)}
    assert files == set(FOLDER.glob("*.png"))
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES
