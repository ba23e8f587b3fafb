from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sources import load_dataset
from core.models.specification import Specification
from core.runs import registry
from core.runs.run import State

Open = Callable[..., AppTest]
PROJECT = Path(__file__).parents[2]


def test_home_shows_where_things_stand(open_page: Open) -> None:
    page = open_page("Home.py")
    assert page.title[0].value == "Digit Lab"
    assert page.subheader[0].value == "Best models"
    assert not page.error


def test_the_leaderboard_is_ordered_by_validation(open_page: Open) -> None:
    fingerprint = load_dataset().fingerprint
    for seed, accuracy in ((1, 0.91), (2, 0.95)):
        run_id = registry.create(Specification.from_preset("logistic", "fast", seed=seed), fingerprint).run_id
        registry.log_metrics(run_id, {"validation_accuracy": accuracy, "test_accuracy": 0.9})
        registry.enter(run_id, State.FINISHED)
    table = open_page("Home.py").dataframe[0].value
    names = [name for name in table["name"] if "logistic" in name]
    assert names == ["logistic fast, seed 2", "logistic fast, seed 1"]
    assert table["validation"].is_monotonic_decreasing


def test_runs_of_other_images_stay_off_the_board(open_page: Open) -> None:
    run_id = registry.create(Specification.from_preset("logistic", "fast"), "0" * 16, name="elsewhere").run_id
    registry.log_metrics(run_id, {"validation_accuracy": 1.0})
    registry.enter(run_id, State.FINISHED)
    page = open_page("Home.py")
    assert not page.dataframe or "elsewhere" not in page.dataframe[0].value["name"].tolist()


def test_a_damaged_registry_is_told_and_the_page_stays(
    open_page: Open, home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import RegistryError
    from core.ui import session

    def broken(*arguments: object, **named: object) -> list[object]:
        raise RegistryError("The run registry is damaged; move the file away.")

    session.watcher().refresh()
    monkeypatch.setattr(session.watcher(), "_read", broken)
    with pytest.raises(RegistryError, match="damaged"):
        session.watcher().refresh()
    page = AppTest.from_file(str(PROJECT / "Home.py"), default_timeout=60).run()
    assert "damaged" in page.error[0].value
    assert page.title[0].value == "Digit Lab"
