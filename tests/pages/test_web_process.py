"""What a server loads: every page is drawn without TensorFlow and without scikit-learn's estimators."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]

PROGRAM = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
from core.ui import session

HEAVY = ("tensorflow", "keras", "sklearn.svm", "sklearn.ensemble", "torch")
session.watcher().refresh()
page = AppTest.from_file(str(Path("Home.py").resolve()), default_timeout=120).run()
for script in ["Home.py", *sorted(f"pages/{path.name}" for path in Path("pages").glob("*.py"))]:
    page.switch_page(script) if script != "Home.py" else None
    page.run()
    assert not page.exception, (script, page.exception)
    loaded = [name for name in HEAVY if name in sys.modules]
    assert not loaded, (script, loaded)
print("well")
"""


FIRST_PAGE = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
from core.runs import watch
from core.ui import searches

read, _, written = watch.RunWatcher.__init__.__defaults__
watch.RunWatcher.__init__.__defaults__ = (read, 600.0, written)
searches.FIRST_PAGE_SECONDS = 600.0
page = AppTest.from_file(str(Path("Home.py").resolve()), default_timeout=120).run()
assert not page.exception
print([name for name in ("sqlalchemy", "mlflow", "optuna", "distributed") if name in sys.modules])
"""


def test_the_first_page_waits_for_no_database_library(migrated: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_PAGE], cwd=PROJECT, capture_output=True, text=True, timeout=230)
    assert done.stdout.strip().endswith("[]"), done.stdout[-300:] + done.stderr[-2000:]


def test_no_page_loads_a_training_library(migrated: Path) -> None:
    finished = subprocess.run([sys.executable, "-c", PROGRAM], cwd=PROJECT, capture_output=True, text=True, timeout=230)
    assert finished.stdout.strip().endswith("well"), finished.stderr[-2000:]
