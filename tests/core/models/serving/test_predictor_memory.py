"""What a batch took is given back: a server lives for weeks."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.models.serving.predictor import SPECIFICATION_FILE, Predictor, read_graph
from core.models.serving.shipped import shipped
from core.models.specification import Specification

PROJECT = Path(__file__).parents[4]

PROGRAM = """
import numpy as np, psutil
from core.models.serving.predictor import Predictor
from core.models.serving.shipped import shipped

predictor, process = Predictor.load(shipped()["cnn"].folder), psutil.Process()
images = np.random.default_rng(0).integers(0, 255, (3000, 28, 28)).astype(np.uint8)
predictor.predict_proba(images[:1])
before = process.memory_info().rss
predictor.predict_proba(images)
print((process.memory_info().rss - before) / 1e6)
"""


LOADING = """
import psutil
from core.models.serving.predictor import Predictor, PredictorCache
from core.models.serving.shipped import shipped

process, cache = psutil.Process(), PredictorCache()
cache.get("svm", lambda: Predictor.load(shipped()["svm"].folder))
before = process.memory_info().rss
cache.get("forest", lambda: Predictor.load(shipped()["forest"].folder))
print((process.memory_info().rss - before) / 1e6)
"""


def megabytes(program: str) -> float:
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-1500:]
    return float(done.stdout)


def test_a_batch_leaves_little_memory_behind() -> None:
    assert megabytes(PROGRAM) < 100


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="Only glibc keeps what was freed, and can be asked.")
def test_loading_a_forest_leaves_nothing_but_the_forest() -> None:
    assert megabytes(LOADING) < 110  # 270 where what its loading had freed stayed, 120 with votes in the operator


def test_a_loaded_model_does_not_hold_its_file_as_well() -> None:
    folder = shipped()["cnn"].folder
    graph = read_graph(folder)
    held = sys.getrefcount(graph)
    predictor = Predictor(graph, Specification.from_json((folder / SPECIFICATION_FILE).read_text("utf-8")))
    assert sys.getrefcount(graph) == held and predictor.predict(np.zeros((1, 28, 28), np.uint8)).shape == (1,)
