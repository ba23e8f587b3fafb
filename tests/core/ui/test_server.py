from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from streamlit.web.server.app_discovery import discover_asgi_app

from core.ui.server import HOME, modules_of

PROJECT = Path(__file__).parents[3]

PROGRAM = """
import asyncio, gc, sys
from core.ui import server

async def serve():
    async with server.warmed_up(None):
        server.when_ready()

before = sys.getswitchinterval()
asyncio.run(serve())
loaded = [module for module in server.modules_of(server.HOME) if module in sys.modules]
assert loaded == server.modules_of(server.HOME), loaded
assert gc.isenabled() and sys.getswitchinterval() == before
from core.data.sources import load_dataset
assert len(load_dataset().test) > 0
print("well")
"""


def test_streamlit_serves_the_app_of_the_entry() -> None:
    assert discover_asgi_app(PROJECT / "Home.py").import_string == "Home:app"


def test_home_s_modules_are_named_by_its_page() -> None:
    assert {"core.ui.page", "core.ui.home.board", "core.ui.home.drawing"} <= set(modules_of(HOME))


def test_a_server_loads_home_before_anybody_comes() -> None:
    finished = subprocess.run([sys.executable, "-c", PROGRAM], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert finished.stdout.strip() == "well", finished.stderr[-1500:]
