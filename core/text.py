"""Figures and quotations as people read them."""

from __future__ import annotations


def percent(share: float | None, digits: int = 2) -> str:
    """Write a share of 0 to 1 in percent, such as 99.12 %; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def percent_range(low: float, high: float, digits: int = 2) -> str:
    """Write an interval of shares, such as 98.90 to 99.30 %."""
    return f"{100 * low:.{digits}f} to {percent(high, digits)}"


def number(value: float) -> str:
    """Write a number with thousands apart, such as 55,000 or 0.01."""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,g}"


def shortened(value: object) -> str:
    """Quote a value in at most 60 characters."""
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
