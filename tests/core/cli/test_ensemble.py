from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from core.data.sample import load_sample


@pytest.fixture(autouse=True)
def _sample(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("ensemble", "evaluate", "predict", "runs"):
        monkeypatch.setattr(f"core.cli.{command}.load_dataset", load_sample)


def test_a_committee_is_a_run_like_others(document: Callable[..., Any], command: Callable[..., Any], tmp_path: Path):
    made = document("ensemble", "svm", "forest", "--name", "both")
    assert (made["model"], made["status"], made["name"]) == ("committee", "finished", "both")
    assert {member["run_id"] for member in made["committee"]["members"]} == {"svm", "forest"}
    judged = document("evaluate", made["run_id"][:10])
    assert judged["accuracy"] == pytest.approx(made["metrics"]["test_accuracy"])
    assert made["run_id"] in [run["run_id"] for run in document("runs")]
    picture = np.kron(load_sample().test.images[0], np.ones((4, 4), np.uint8))
    cv2.imwrite(str(tmp_path / "digit.png"), picture)
    (read,) = document("predict", str(tmp_path / "digit.png"), "--model", made["run_id"])
    assert read["text"] == str(load_sample().test.labels[0])


def test_too_few_and_unknown_members_are_refused(command: Callable[..., Any]) -> None:
    alone = command("ensemble", "svm")
    assert (alone.returncode, "2 to 20 different runs; got 1" in alone.stderr) == (2, True)
    unknown = command("committee", "svm", "nonsense")
    assert (unknown.returncode, "There is no run 'nonsense'" in unknown.stderr) == (2, True)
