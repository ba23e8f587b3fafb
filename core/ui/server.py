"""What a server does before its first visitor: it loads what Home needs while the browser loads its own part."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from threading import Thread, Timer

from core.errors import DigitLabError
from core.loading import LOADING

PAGES = Path(__file__).parents[2] / "pages"
HOME = PAGES / "0_Start.py"
LATER_SECONDS = 0.7
"""After the first page has begun; it is drawn by then, and the registry opens 1.3 s later."""
SWITCH_SECONDS = 0.0005
"""How long loading may keep the interpreter while requests wait: Python's own 5 ms add up over a hundred files."""

_loading: list[Thread] = []


@asynccontextmanager
async def warmed_up(app: object) -> AsyncIterator[None]:
    """Begin to load when the server begins to listen."""
    _begin(_load_home)
    yield


def when_ready() -> None:
    """Wait until what is being loaded is there, as a page could meet modules that are loaded by half."""
    for thread in list(_loading):
        thread.join()
    if _loading:
        _load_others_later()


@lru_cache(maxsize=1)
def _load_others_later() -> None:
    later = Timer(LATER_SECONDS, _begin, (_load_others,))
    later.daemon = True
    later.start()


def _begin(load: Callable[[], None]) -> None:
    thread = Thread(target=load, name="load", daemon=True)
    _loading.append(thread)
    thread.start()


def _load_home() -> None:
    with _at_speed():
        import_module("core.data.sources")
        Thread(target=_open_data, name="data", daemon=True).start()
        for module in ("core.ui.frame", *modules_of(HOME)):
            import_module(module)


def _load_others() -> None:
    with _at_speed():
        for page in sorted(PAGES.glob("*.py")):
            for module in modules_of(page):
                import_module(module)


def _open_data() -> None:
    """Read the data set; whoever asks for it meanwhile waits for it, with a word on the page."""
    from core.data.sources import load_dataset

    with suppress(DigitLabError):  # pages say what is wrong with it
        load_dataset()


def modules_of(page: Path) -> list[str]:
    """Return which of the project's modules a page imports at its head."""
    named = [node.module or "" for node in ast.parse(page.read_text("utf-8")).body if isinstance(node, ast.ImportFrom)]
    return [module for module in named if module.startswith("core.")]


@contextmanager
def _at_speed() -> Iterator[None]:
    """Load without collecting garbage, of which modules make none, and let requests in between."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()
    try:
        with LOADING:
            yield
    finally:
        gc.enable()
        sys.setswitchinterval(before)
