from __future__ import annotations

from pathlib import Path

import pytest

from core.models.specification import Specification


@pytest.fixture
def specification() -> Specification:
    return Specification.from_preset("logistic", "fast", seed=3)


@pytest.fixture(autouse=True)
def _registry(migrated: Path) -> None:
    """Start from a registry that opens at once."""
