from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.data.sample import load_sample
from tests.pages.judged_runs import judged_run, misread


@pytest.fixture(autouse=True)
def _sample(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("compare", "report"):
        monkeypatch.setattr(f"core.cli.{command}.load_dataset", load_sample)


def test_compare_and_report(document: Callable[..., Any], command: Callable[..., Any], tmp_path: Path) -> None:
    good = judged_run(misread(4, 9, 2), name="good", seed=1)
    bad = judged_run(misread(4, 9, 30), name="bad", seed=2)
    compared = document("compare", bad.run_id, good.run_id)
    assert [run["run_id"] for run in compared["runs"]] == [good.run_id, bad.run_id]
    assert [run["correct"] for run in compared["runs"]] == [498, 470]
    (pair,) = compared["pairs"]
    assert {pair["first_only"], pair["second_only"]} == {0, 28}
    assert pair["better"] == good.run_id

    file = tmp_path / "runs.html"
    written = document("report", good.run_id, bad.run_id, "--output", str(file))
    assert written["bytes"] == file.stat().st_size
    assert "good is significantly better than bad: 28 digits against 0" in file.read_text("utf-8")

    alone = command("compare", good.run_id, good.run_id)
    assert (alone.returncode, "at least two different runs" in alone.stderr) == (2, True)
    unknown = command("report", "nonsense", "--output", str(file))
    assert (unknown.returncode, "There is no run" in unknown.stderr) == (2, True)
