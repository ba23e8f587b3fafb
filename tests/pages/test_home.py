from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from core.data.sources import load_dataset
from core.ledger.states import State
from core.models.serving.shipped import shipped
from core.models.specification import Specification
from core.permissions import local_user
from core.preprocessing.experiments import Experiment
from core.runs import registry
from core.text import percent
from core.ui import session
from core.ui.home.board import leaderboard_rows

pytestmark = pytest.mark.data

Open = Callable[..., AppTest]
PROJECT = Path(__file__).parents[2]


def test_home_shows_where_things_stand(open_page: Open) -> None:
    page = open_page("Home.py")
    assert page.title[0].value == "Digit Lab"
    assert [heading.value for heading in page.subheader] == ["Draw a digit", "Best models", "Next steps"]
    assert not page.error


def test_the_leaderboard_is_ordered_by_validation(open_page: Open) -> None:
    fingerprint = load_dataset().fingerprint
    for seed, accuracy in ((1, 0.91), (2, 0.95)):
        run_id = registry.create(Specification.from_preset("logistic", "fast", seed=seed), fingerprint).run_id
        registry.log_metrics(run_id, {"validation_accuracy": accuracy, "test_accuracy": 0.9})
        registry.enter(run_id, State.FINISHED)
    open_page("Home.py")
    shown = leaderboard_rows(session.finished(), load_dataset())
    names = [row.name for row in shown if "Logistic" in row.name]
    assert names == ["Logistic fast, seed 2", "Logistic fast, seed 1"]
    order = [run.metrics["validation_accuracy"] for run in session.finished()]
    assert [row.run_id for row in shown] == [run.run_id for run in session.finished()]
    assert order == sorted(order, reverse=True)


def test_beside_the_sample_shipped_models_have_both_figures_and_trained_ones_the_common(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = load_sample()
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    run_id = registry.create(Specification.from_preset("logistic", "fast"), sample.fingerprint).run_id
    registry.log_metrics(run_id, {"validation_accuracy": 0.91, "test_accuracy": 0.9})
    registry.enter(run_id, State.FINISHED)
    open_page("Home.py")
    rows = {row.run_id: row for row in leaderboard_rows(session.finished(), sample)}
    stored = shipped()["cnn"].content["metrics"]["validation_accuracy"]
    assert (rows["cnn"].value, rows["cnn"].value_title) == (percent(stored), "5,000 images")
    assert rows["cnn"].second_title.startswith("500 in common, ")
    assert (rows[run_id].value, rows[run_id].second) == ("–", "91.00 %")


def test_a_row_shows_what_must_not_be_missed(open_page: Open) -> None:
    open_page("Home.py")
    part = Specification.from_preset("forest", "fast", experiment=Experiment(limit=2000, left_out=(4,)))
    run_id = registry.create(part, load_dataset().fingerprint).run_id
    registry.log_metrics(run_id, {"validation_accuracy": 0.8, "test_accuracy": 0.8})
    registry.enter(run_id, State.FINISHED)
    session.watcher().refresh()
    rows = {row.run_id: row for row in leaderboard_rows(session.finished(), load_dataset(), "cnn")}
    assert rows[run_id].detail == "trained on 2,000 images · trained without 4"
    assert rows["cnn"].detail == "champion · shipped"
    assert rows[run_id].picture is None  # its predictions were never stored
    assert rows["cnn"].bars is not None and len(rows["cnn"].bars) == 10
    assert rows["cnn"].picture is not None and "read as" in rows["cnn"].picture_title


def test_runs_of_other_images_stay_off_the_board(open_page: Open) -> None:
    run_id = registry.create(Specification.from_preset("logistic", "fast"), "0" * 16, name="elsewhere").run_id
    registry.log_metrics(run_id, {"validation_accuracy": 1.0})
    registry.enter(run_id, State.FINISHED)
    open_page("Home.py")
    assert "elsewhere" not in [row.name for row in leaderboard_rows(session.finished(), load_dataset())]


def steps(page: AppTest) -> list[dict[str, str]]:
    """The cards of the next steps, as the browser gets them."""
    sent = [element.proto for element in page.get("bidi_component")]
    (cards,) = [json.loads(proto.json) for proto in sent if proto.component_name.endswith("first_steps")]
    found: list[dict[str, str]] = cards["steps"]
    return found


def ticked(page: AppTest) -> set[str]:
    """The steps whose card says that they are done."""
    return {step["name"] for step in steps(page) if step["state"] == "Done"}


def test_a_newcomer_has_everything_before_them(open_page: Open) -> None:
    page = open_page("Home.py")
    names = [step["name"] for step in steps(page)]
    assert names == ["Draw", "Errors", "Train", "Compare", "Tune"]
    assert [step["page"] for step in steps(page)] == names
    assert ticked(page) == set()
    assert [step["state"] for step in steps(page)][:2] == ["Next", "Still to do"]
    for script in ("pages/7_Draw.py", "pages/5_Errors.py", "pages/2_Train.py", "pages/3_Tune.py"):
        page.switch_page(script).run()  # to have looked at a page is not to have done something there
    assert ticked(page.switch_page("pages/0_Start.py").run()) == set()


def test_what_is_done_is_ticked_off_and_stays_so_in_another_session(open_page: Open) -> None:
    open_page("pages/5_Errors.py", true="4", predicted="9")
    assert ticked(open_page("Home.py")) == {"Errors"}
    open_page("pages/4_Compare.py")
    registry.create(Specification.from_preset("logistic", "fast"), load_dataset().fingerprint, owner=local_user())
    page = open_page("Home.py")
    assert ticked(page) == {"Errors", "Compare", "Train"}
    assert steps(page)[0]["state"] == "Next"


def test_somebody_else_s_training_ticks_nothing_off(open_page: Open) -> None:
    registry.create(Specification.from_preset("logistic", "fast"), load_dataset().fingerprint, owner="somebody else")
    assert ticked(open_page("Home.py")) == set()


def test_a_read_only_lab_ticks_off_in_the_session_only(
    open_page: Open, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    page = open_page("pages/5_Errors.py", true="4", predicted="9")
    assert ticked(page.switch_page("pages/0_Start.py").run()) == {"Errors"}
    assert not (home / "remembered").exists()


@pytest.mark.parametrize("script", ["Home.py", "pages/1_Data.py", "pages/7_Draw.py"])
def test_the_glossary_is_a_click_away(open_page: Open, script: str) -> None:
    page = open_page(script)
    page.button(key="glossary").click().run()
    assert any(text.value.startswith("**95 % interval**") for text in page.markdown)


def test_a_damaged_registry_is_told_and_the_page_stays(
    open_page: Open, home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import RegistryError

    def broken(*arguments: object, **named: object) -> list[object]:
        raise RegistryError("The run registry is damaged; move the file away.")

    session.watcher().refresh()
    monkeypatch.setattr(session.watcher(), "_read", broken)
    with pytest.raises(RegistryError, match="damaged"):
        session.watcher().refresh()
    page = AppTest.from_file(str(PROJECT / "Home.py"), default_timeout=60).run()
    assert "damaged" in page.error[0].value
    assert page.title[0].value == "Digit Lab"
