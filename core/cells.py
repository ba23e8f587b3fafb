"""Tables as people take them away: text that a spreadsheet would run as a formula is quoted."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""OWASP, "CSV injection"."""

FIGURE = re.compile(r"[+-]\d[\d.,]*(e[+-]?\d+)?( ?%| points?| m?s| MB)?")
"""A figure with its sign, and perhaps a unit, computes nothing."""


def quoted_text(text: str) -> str:
    """Put an apostrophe before a text that spreadsheets would take for a formula; they show it as text then."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) and not FIGURE.fullmatch(text) else text


def quoted(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose text cells and column names begin no formula; numbers and times stay as they are."""
    words = table.select_dtypes(exclude=["number", "bool", "datetime", "datetimetz", "timedelta"]).columns
    safe = table.copy()
    for name in words:
        safe[name] = [_cell(value) for value in table[name]]
    return safe.rename(columns=lambda name: quoted_text(name) if isinstance(name, str) else name)


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV without its index."""
    return str(quoted(table).to_csv(index=False))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return quoted_text(value)
    return [_cell(entry) for entry in value] if isinstance(value, list | tuple) else value
