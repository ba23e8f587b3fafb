from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from core.cells import as_csv, quoted, quoted_text

FORMULAS = ("=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")')
WORDS = ("CNN", "", "a=b", "-12.5 %", "+0.25 points", "-1e-05", "1,234", "– 3", "'quoted")


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_a_formula_is_quoted(text: str) -> None:
    assert quoted_text(text) == f"'{text}"


@pytest.mark.parametrize("text", WORDS)
def test_words_and_figures_stay(text: str) -> None:
    assert quoted_text(text) == text


def test_a_table_for_spreadsheets() -> None:
    table = pd.DataFrame(
        {"=name": FORMULAS[:2], "tags": [["@x", "y"], []], "score": [-0.5, None], "note": [None, "fine"]}
    )
    before = table.copy(deep=True)
    safe = quoted(table)
    pd.testing.assert_frame_equal(table, before)
    assert list(safe.columns) == ["'=name", "tags", "score", "note"]
    assert safe["tags"].tolist() == [["'@x", "y"], []]
    assert safe["score"].tolist()[0] == -0.5
    assert pd.isna(safe["note"][0]) and safe["note"][1] == "fine"
    rows = list(csv.reader(io.StringIO(as_csv(table))))
    assert [row[0] for row in rows] == ["'=name", *(f"'{text}" for text in FORMULAS[:2])]
