from __future__ import annotations

from core.jobs.cluster.versions import disagreements, versions


def test_equal_versions_are_not_told() -> None:
    assert disagreements({"the scheduler": versions(), "the worker at tcp://10.0.0.7:1": dict(versions())}) == []


def test_each_process_that_differs_is_named_with_both_versions() -> None:
    own = versions()
    found = {
        "the scheduler": {name: own[name] for name in ("Python", "Dask")},
        "the worker at tcp://10.0.0.7:1": own | {"Python": "3.9", "Dask": "2020.1.0"},
    }
    assert disagreements(found) == [
        f"the scheduler has no Digit Lab, where this process has Digit Lab {own['Digit Lab']}",
        (
            "the worker at tcp://10.0.0.7:1 has Python 3.9 and Dask 2020.1.0, "
            f"where this process has Python {own['Python']} and Dask {own['Dask']}"
        ),
    ]
