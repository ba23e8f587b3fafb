from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from core.jobs.hardware import commit, environment


@pytest.mark.skipif(shutil.which("git") is None, reason="Git is not on this machine.")
def test_a_run_tells_its_commit_and_whether_the_tree_was_clean(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        author = ["-c", "user.name=ada", "-c", "user.email=ada@example.org"]
        return subprocess.run(["git", *author, *words], cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    assert commit(tmp_path) == {}
    git("init", "--quiet")
    (tmp_path / "a.py").write_text("1")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    assert commit(tmp_path) == {"commit": git("rev-parse", "HEAD").strip(), "clean": True}
    (tmp_path / "a.py").write_text("2")
    assert commit(tmp_path)["clean"] is False


def test_the_environment_names_what_computes() -> None:
    assert {"host", "cores", "python", "packages"} <= environment().keys()
