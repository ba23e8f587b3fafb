from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _registry(migrated: Path) -> None:
    """Start from a registry that opens at once."""
