"""The ledger of the settings in force; its database library is loaded when it is first asked for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from core.loading import LOADING
from core.settings import settings

if TYPE_CHECKING:
    from core.ledger.ledger import Ledger

_ledgers: dict[str, Ledger] = {}
_opening = threading.Lock()


def ledger(url: str | None = None) -> Ledger:
    """Return the process's ledger: below the home folder, or beside the studies in a database that machines share."""
    url = url or settings().ledger_url
    with _opening:
        if url not in _ledgers:
            with LOADING:
                from core.ledger.ledger import Ledger

            _ledgers[url] = Ledger(url)
        return _ledgers[url]
