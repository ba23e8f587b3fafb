from __future__ import annotations

from pathlib import Path

import pytest
from filelock import Timeout

from core.file_lock import file_lock


def test_only_one_holds_a_lock(tmp_path: Path) -> None:
    with file_lock(tmp_path / "a.lock"), pytest.raises(Timeout), file_lock(tmp_path / "a.lock", 0.01):
        pass


def test_a_folder_that_takes_no_file_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="gone"), file_lock(tmp_path / "gone" / "a.lock", 30):
        pass
