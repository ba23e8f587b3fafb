"""Tables on a page, which Streamlit lets everybody download as CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.cells import quoted

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler


def show_table(
    table: pd.DataFrame,
    *,
    style: Callable[[Styler], Styler] | None = None,
    column_config: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Show a table as `st.dataframe` does, without its index; what people typed begins no formula in a spreadsheet.

    Whole numbers have their thousands apart where `column_config` says nothing of them.
    """
    safe = quoted(table)
    whole = [name for name in table if table[name].dtype.kind in "iu"]
    config = {name: st.column_config.NumberColumn(format="%,d") for name in whole} | dict(column_config or {})
    return st.dataframe(style(safe.style) if style else safe, hide_index=True, column_config=config, **options)
