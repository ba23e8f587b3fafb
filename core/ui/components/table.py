"""Tables on a page, which Streamlit lets everybody download as CSV."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.cells import quoted

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler


def show_table(table: pd.DataFrame, *, style: Callable[[Styler], Styler] | None = None, **options: Any) -> Any:
    """Show a table as `st.dataframe` does, without its index; what people typed begins no formula in a spreadsheet."""
    safe = quoted(table)
    return st.dataframe(style(safe.style) if style else safe, hide_index=True, **options)
