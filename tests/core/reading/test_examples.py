"""The example pictures are read as they were written, by the function that page and command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.sample import read_sample
from core.reading.examples import EXAMPLES, example
from core.reading.picture import read_picture
from core.reading.reader import read_path
from tests.core.reading.reading_network import network


@pytest.mark.parametrize("title", EXAMPLES)
def test_page_and_command_line_read_an_example_alike_and_rightly(title: str, tmp_path: Path):
    data = example(title, *read_sample())
    path = tmp_path / "example.png"
    path.write_bytes(data)
    shown = read_picture(data, network())
    (printed,) = read_path(path, network())
    assert (shown.text, shown.warnings) == (printed.text, printed.warnings)
    assert shown.text == EXAMPLES[title][1]
    assert ("turn" in " ".join(shown.warnings)) == (title == "Turned page")
