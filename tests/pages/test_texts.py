"""The texts of a few pages on the sample and an empty registry, as snapshots; other tests pin values, not prose.

After a change of wording, review the difference: `python -m pytest -n 0 --snapshot-update tests/pages/test_texts.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from syrupy.assertion import SnapshotAssertion


def words(page: AppTest) -> list[str]:
    """Return titles, headings, captions and labels of the page's own part, in the order of each kind."""
    shown = page.main
    texts = [f"{kind}: {part.value}" for kind in ("title", "subheader", "caption", "info") for part in shown.get(kind)]
    kinds = ("selectbox", "multiselect", "slider", "number_input", "text_input", "toggle", "checkbox", "button")
    texts += [f"{kind}: {part.label}" for kind in kinds for part in shown.get(kind)]
    return [text for text in texts if "full MNIST" not in text and text != "button: Try again"]  # the download's banner


@pytest.mark.usefixtures("_sample_only")
@pytest.mark.parametrize("script", ["pages/3_Tune.py", "pages/4_Compare.py", "pages/6_Trust.py"])
def test_texts_of_a_page(script: str, open_page: Callable[..., AppTest], snapshot: SnapshotAssertion) -> None:
    assert words(open_page(script)) == snapshot


@pytest.fixture
def _sample_only(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(home))
    monkeypatch.setattr("core.ui.compare.cost.environment", lambda: {"processor": "none of the shipped models'"})
