"""Sessions of one server: they do not see each other's drawings and clicks, and hundreds of reruns leave no trace."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.benchmarks.servers import DIGIT_LAB
from tests.load.browser import Browser
from tests.load.load import Served, serving
from tests.load.visits import DIGIT_LAB_PLACES, click, draw, visit

RERUNS = 1_000
SETTLED = 300
GROWTH_MEGABYTES = 30
MOST_MEGABYTES = 600


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(DIGIT_LAB, DIGIT_LAB_PLACES, tmp_path / "home") as running:
        yield running


def has_answer(browser: Browser) -> bool:
    return any('class="answer"' in words for words in browser.words)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_nobody_sees_what_somebody_else_draws_or_clicks(served: Served) -> None:
    async def meet() -> None:
        async with Browser(served.address) as one, Browser(served.address) as other:
            await one.open("Draw")
            await other.open("Draw")
            await draw(one, one.find("bidi_component", "-drawing"), 0)
            assert has_answer(one) and not has_answer(other)
            await other.open("Draw")
            assert not has_answer(other), "nor after a rerun of one's own"

            await one.open("Errors")
            before = set(one.words)
            await click(one, one.find("plotly_chart", "-matrix"), random.Random(1))
            caused = set(one.words) - before
            await other.open("Errors")
            assert caused and not caused & set(other.words)

    asyncio.run(meet())


@pytest.mark.load
@pytest.mark.timeout(3600)
def test_memory_is_flat_over_a_thousand_reruns(served: Served) -> None:
    megabytes: list[float] = []

    async def go_on() -> None:
        async with (
            Browser(served.address) as browser,
            aclosing(visit(browser, served.places, random.Random(0))) as acts,
        ):
            async for _ in acts:
                megabytes.append(served.process.memory_info().rss / 1e6)
                if len(megabytes) >= RERUNS:
                    return

    asyncio.run(go_on())
    settled, last = megabytes[SETTLED], sum(megabytes[-50:]) / 50
    assert last - settled < GROWTH_MEGABYTES, f"{settled:.0f} MB after {SETTLED} reruns, {last:.0f} MB after {RERUNS}"
    assert max(megabytes) < MOST_MEGABYTES
    print(json.dumps({"first": megabytes[0], "settled": settled, "last": last, "load": os.getloadavg()}))
