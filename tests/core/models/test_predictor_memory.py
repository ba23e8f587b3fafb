"""What a batch took is given back: a server lives for weeks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[3]

PROGRAM = """
import numpy as np, psutil
from core.models.predictor import Predictor
from core.models.pretrained import shipped

predictor, process = Predictor.load(shipped()["cnn"].folder), psutil.Process()
images = np.random.default_rng(0).integers(0, 255, (3000, 28, 28)).astype(np.uint8)
predictor.predict_proba(images[:1])
before = process.memory_info().rss
predictor.predict_proba(images)
print((process.memory_info().rss - before) / 1e6)
"""


def test_a_batch_leaves_little_memory_behind() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-1500:]
    assert float(done.stdout) < 100, "megabytes"
