from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[3]

PROGRAM = """
import gc, weakref
from streamlit import config
from core.ui.collector import collect_when_grown, spare_libraries
import core.ui.page, mlflow
spare_libraries()
assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()
assert len(gc.get_objects()) < 1_000, len(gc.get_objects())

class Ring:
    def __init__(self):
        self.me = self

frozen = gc.get_freeze_count()
Ring()
spare_libraries()
assert gc.get_freeze_count() == frozen, "nothing was loaded since"
assert gc.collect() > 0, "later garbage is collected as ever"
collect_when_grown()
assert not config.get_option("runner.postScriptGC")
living = weakref.WeakSet()
for _ in range(50_000):
    living.add(Ring())
assert len(living) < 5_000, f"{len(living)}: Python collects by itself what is not set aside"
print("well")
"""


def test_libraries_are_set_aside_once_and_later_garbage_is_not() -> None:
    finished = subprocess.run([sys.executable, "-c", PROGRAM], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert finished.stdout.strip() == "well", finished.stderr[-1500:]
