"""What CONTRIBUTING promises: a model, a step, a metric and a page are one file and one line each."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROJECT = Path(__file__).parents[1]
EXAMPLES = PROJECT / "tests" / "contributing"
NEW_FILES = {
    "centroids.py": "core/models",
    "sharpen.py": "core/preprocessing",
    "top_two.py": "core/evaluation",
    "8_Hello.py": "pages",
}
NEW_LINES = {  # where, the line as it is, and as it becomes; with the import of the new name above
    "core/models/catalogue.py": (
        r"(KNN, LOGISTIC)\)", r"\1, CENTROIDS)", "from core.models.centroids import CENTROIDS"
    ),
    "core/preprocessing/steps.py": (
        r"    \| StrokeWidth\n", "    | StrokeWidth\n    | Sharpen\n", "from core.preprocessing.sharpen import Sharpen"
    ),
    "core/evaluation/metrics.py": (
        r'    "brier": brier_score,\n', '    "brier": brier_score,\n    "top_two": top_two,\n',
        "from core.evaluation.top_two import top_two",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project once more, with an example of each added as CONTRIBUTING says."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(PROJECT / "core", folder / "core", ignore=shutil.ignore_patterns("__pycache__", "pretrained"))
    (folder / "core" / "pretrained").symlink_to(PROJECT / "core" / "pretrained", target_is_directory=True)
    shutil.copytree(PROJECT / "pages", folder / "pages")
    shutil.copy(PROJECT / "Home.py", folder)
    for name, place in NEW_FILES.items():
        shutil.copy(EXAMPLES / name, folder / place)
    for place, (old, new, imported) in NEW_LINES.items():
        path = folder / place
        text, changed = re.subn(old, new, path.read_text("utf-8"))
        assert changed == 1, place
        path.write_text(re.sub(r"(?m)^from core", f"{imported}\nfrom core", text, count=1), "utf-8")
    return folder


@pytest.fixture(scope="module")
def used(checkout: Path, migrated_database: Path) -> dict:
    """What came of using all of it, in a process of its own."""
    home = checkout / "home"
    home.mkdir()
    shutil.copy(migrated_database, home / "runs.db")
    alone = {"DIGITLAB_HOME": str(home), "DIGITLAB_DATA_DIR": "", "KERAS_HOME": str(home), "MLFLOW_TRACKING_URI": ""}
    finished = subprocess.run(
        [sys.executable, str(EXAMPLES / "use_all.py")],
        env={**os.environ, **alone, "PYTHONPATH": str(checkout)},
        cwd=checkout, capture_output=True, text=True, timeout=220,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr[-3000:]
    return json.loads(finished.stdout.splitlines()[-1])


def test_a_model_trains_exports_and_is_kept(used: dict) -> None:
    assert used["metrics"]["test_accuracy"] > 0.7
    assert used["same"]
    assert used["native"] == ["native/centroids.npy"]


def test_its_parameters_are_sliders(used: dict) -> None:
    assert "Shrink" in used["sliders"]


def test_a_step_is_in_the_menu_and_in_the_script_that_ships(used: dict) -> None:
    assert "Sharpen" in used["menu"]
    assert used["script"][0] == 3


def test_a_metric_is_kept_with_every_run(used: dict) -> None:
    ranks = np.argsort(-np.array(used["stored"]), axis=1)
    two = [label in row[:2] for label, row in zip(used["labels"], ranks.tolist(), strict=True)]
    assert used["metrics"]["test_top_two"] == pytest.approx(np.mean(two))


def test_a_page_is_there(used: dict) -> None:
    assert used["hello"][0] == "Hello"
    assert int(used["hello"][1]) == 4  # three shipped models and the new one


def test_the_guide_names_every_place() -> None:
    guide = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    places = [*NEW_LINES, *(f"tests/contributing/{name}" for name in NEW_FILES)]
    assert not [place for place in places if place not in guide]
