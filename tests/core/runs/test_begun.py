"""A run whose job cannot be entered or started has failed; it does not stay queued."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import RegistryError
from core.ledger.current import ledger
from core.ledger.ledger import Ledger
from core.ledger.states import State
from core.models.specification import Specification
from core.runs import registry
from core.runs.begun import begin_here


@pytest.mark.parametrize("method", ["add", "start"])
@pytest.mark.usefixtures("migrated")
def test_a_locked_ledger_fails_the_run(method: str, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    run = registry.create(Specification.from_preset("logistic", "fast"), "f" * 16, owner="ada")

    def locked(*arguments: object, **options: object) -> None:
        raise RegistryError("The ledger of jobs is locked.")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, method, locked)
        with pytest.raises(RegistryError, match="is locked"):
            begin_here(run, "import")
    found = registry.get(run.run_id)
    assert (found.state, found.reason) == (State.FAILED, "The ledger of jobs is locked.")
    assert ledger().records(active=True) == []
