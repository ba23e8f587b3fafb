from __future__ import annotations

import pytest

from core.models.specification import Specification


@pytest.fixture
def specification() -> Specification:
    return Specification.from_preset("logistic", "fast", seed=3)
