from __future__ import annotations

from core.evaluation.published import PUBLISHED, published


def test_errors_are_those_of_the_published_tables() -> None:
    errors = {result.name: result.error for result in PUBLISHED}

    assert errors["Linear classifier"] == 0.12
    assert errors["k nearest neighbours"] == 0.05
    assert errors["Committee of 35 networks"] == 0.0023


def test_every_result_names_its_source() -> None:
    table = published()

    assert table["source"].str.contains(r"\w").all()
    assert table["url"].str.startswith("http").all()
    assert table["error"].is_monotonic_decreasing
