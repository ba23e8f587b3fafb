from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import typer

from core.benchmarks.row import Row
from core.cli.benchmark import show_benchmarks
from core.errors import WorkError
from tests.benchmarks import pages


@contextmanager
def no_browser() -> Iterator[None]:
    yield None


def fails(browser: object) -> pages.Pair:
    raise WorkError("The browser did not see what was to be measured.")


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    pytest.importorskip("playwright")
    monkeypatch.setattr(pages, "chromium", no_browser)
    return pages.measured({("before", 1.5): lambda _: ([2.0], [4.0]), ("missed", 1.5): fails,
                           ("after", 1.5): lambda _: ([1.0, 3.0], [1.0, 1.0])})  # fmt: skip


def test_a_row_that_fails_says_so_and_the_others_stand(rows: list[Row]) -> None:
    before, missed, after = (row.as_dict() for row in rows)
    assert (before["figure"], before["reached"]) == (0.5, True)
    assert (after["figure"], after["reached"]) == (2.0, False)
    assert missed["failure"] == "The browser did not see what was to be measured."
    assert (missed["median"], missed["ratio"], missed["figure"], missed["reached"]) == (None, None, None, False)


@pytest.mark.parametrize("json", [True, False])
def test_all_rows_are_printed_before_the_command_fails(
    rows: list[Row], json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        show_benchmarks({"pages": lambda quick, final: rows}, quick=True, final=False, json=json)
    assert ended.value.exit_code == WorkError.exit_code == 1
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("before", "missed", "after", "did not see"))
