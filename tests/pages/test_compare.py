from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample as load_dataset
from core.jobs.queue import TrainingQueue
from core.ledger.states import State
from core.models.specification import Specification
from core.permissions import operator
from core.runs import artifacts, champion, checkpoints, housekeeping, registry
from core.runs.run import Run
from core.ui import session
from core.ui.text import escaped
from tests.core.jobs.polling import until

pytestmark = pytest.mark.data

Open = Callable[..., AppTest]
PROJECT = Path(__file__).parents[2]
COMPARE = "pages/4_Compare.py"
HOSTILE = "<img src=x onerror=alert(1)> **bold** [x](http://y)"


@pytest.fixture
def open_page() -> Open:
    """Open a page below Home, so that its links to other pages are known, with what its address says."""

    def open_it(script: str, **address: str) -> AppTest:
        session.watcher().refresh()
        page = AppTest.from_file(str(PROJECT / "Home.py"), default_timeout=120)
        page.switch_page(script)
        page.query_params.update(address)
        for key, value in address.items():
            if key == "judged_by":
                page.session_state[key] = value
        page.run()
        assert not page.exception
        return page

    return open_it


@pytest.fixture(autouse=True)
def _sample_without_shipped_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_dataset)
    monkeypatch.setattr("core.ui.session.shipped_runs", lambda dataset: [])


def finished(seed: int, wrong: int, *, name: str = "", fingerprint: str = "", group: str = "") -> Run:
    """A finished run that reads every so-many-th image of each split as the next digit."""
    dataset = load_dataset()
    specification = Specification.from_preset("logistic", "fast", seed=seed)
    run_id = registry.create(specification, fingerprint or dataset.fingerprint, name=name, group=group).run_id
    stored = {}
    for split in ("validation", "test"):
        labels = dataset.evaluation_split(split).labels.astype(int)
        read = labels.copy()
        read[:wrong] = (read[:wrong] + 1) % 10
        stored[split] = np.full((len(labels), 10), 0.01, np.float32)
        stored[split][np.arange(len(labels)), read] = 0.91
        registry.log_metrics(run_id, {f"{split}_accuracy": float((read == labels).mean())})
    with tempfile.TemporaryDirectory() as folder:
        artifacts.Predictions(**stored).save(Path(folder) / artifacts.PREDICTIONS)
        artifacts.store(run_id, Path(folder))
    registry.log_seconds(run_id, {"fit": 2.0 + seed, "latency": 0.001})
    registry.enter(run_id, State.FINISHED)
    return registry.get(run_id)


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.warning, page.error, page.header, page.subheader)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def board(page: AppTest) -> pd.DataFrame:
    """The table of runs, which stands below the verdict."""
    return next(table.value for table in page.dataframe if "Run" in table.value)


def test_the_board_is_ordered_by_validation_and_counts_what_the_test_set_judged(open_page: Open) -> None:
    finished(1, 50)
    finished(2, 20)
    page = open_page(COMPARE)
    table = board(page)
    assert list(table["Run"]) == ["Logistic fast, seed 2", "Logistic fast, seed 1"]
    assert table["Validation"].tolist() == pytest.approx([96.0, 90.0])
    assert table["95 % interval"][0] == "93.90 to 97.40 %"  # by hand, 480 of 500
    assert "2 runs evaluated on this test set" in texts(page)


def test_an_address_names_runs_by_id(open_page: Open) -> None:
    run = finished(1, 50)
    finished(2, 20)
    page = open_page(COMPARE, runs=run.run_id)
    assert page.multiselect(key="runs").value == [run.run_id]
    assert page.query_params["runs"] in (run.short_id, [run.short_id])


@pytest.mark.parametrize("written", ["{run.short_id}", "Logistic fast, seed 1 · {run.short_id}"])
def test_an_address_waits_for_a_registry_that_has_not_been_opened(written: str) -> None:
    run, other = finished(1, 50), finished(2, 20)
    page = AppTest.from_file(str(PROJECT / "Home.py"), default_timeout=60).switch_page(COMPARE)
    page.query_params.update(runs=[written.format(run=run), other.short_id])
    page.run()
    assert page.multiselect(key="runs").value == [run.run_id, other.run_id]
    assert page.run().query_params["runs"] == [run.short_id, other.short_id]


def test_a_choice_is_in_the_address_and_one_of_no_run_is_told(open_page: Open) -> None:
    run, other = finished(1, 50), finished(2, 20)
    page = open_page(COMPARE, runs="nosuchrun")
    assert "Not in this table: nosuchrun" in texts(page)
    page.multiselect(key="runs").set_value([other.run_id, run.run_id]).run()
    assert page.query_params["runs"] == [other.short_id, run.short_id]
    page.multiselect(key="runs").set_value([]).run()
    assert not page.query_params.get("runs")


def test_no_run_at_all_shows_the_way_on(open_page: Open) -> None:
    page = open_page(COMPARE)
    assert "No model has been evaluated on this data yet" in texts(page)


@pytest.mark.parametrize("state", [state for state in State if state not in (State.FINISHED, State.PAUSED)])
def test_a_run_in_every_state_has_a_view(open_page: Open, state: State) -> None:
    run_id = registry.create(Specification.from_preset("logistic"), load_dataset().fingerprint, name=HOSTILE).run_id
    registry.enter(run_id, state, reason="The worker died." if state is State.FAILED else "")
    for part in ("Metrics", "Learning", "Specification", "Downloads", "Log"):
        page = open_page(COMPARE, run=run_id, look=part)
        assert r"\<img" in page.header[0].value
    assert any("ended before it was stored" in info.value or "when the job ends" in info.value for info in page.info)
    page = open_page(COMPARE)
    assert "1 more run is not in this table" in [expander.label for expander in page.expander]
    link = next(link.proto for link in page.get("page_link") if link.proto.label == escaped(HOSTILE))
    assert (link.page, link.query_string) == ("Run", f"run={run_id}")
    view = open_page("pages/9_Run.py", run=run_id)
    assert view.header[0].value == escaped(HOSTILE)
    assert "All runs" in [link.proto.label for link in view.get("page_link")]


def test_an_interrupted_network_is_resumed_where_its_last_epoch_is_kept(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(TrainingQueue, "_send", lambda queue, run_id: sent.append(run_id))
    run_id = registry.create(Specification.from_preset("cnn"), load_dataset().fingerprint).run_id
    registry.enter(run_id, State.INTERRUPTED, reason="The worker died.")
    assert "resume" not in [button.key for button in open_page("pages/9_Run.py", run=run_id).button]
    checkpoints.folder(run_id).mkdir(parents=True)
    (checkpoints.folder(run_id) / "epoch-0001.weights.h5").touch()
    view = open_page("pages/9_Run.py", run=run_id)
    view.button("resume").click().run()
    assert not view.exception
    assert registry.get(run_id).state is State.QUEUED
    assert registry.get(run_id).reason == ""
    until(lambda: sent == [run_id])


def test_a_finished_run_is_shown_digit_by_digit(open_page: Open) -> None:
    run = finished(1, 50)
    page = open_page(COMPARE, run=run.run_id)
    assert [metric.value for metric in page.metric][:2] == ["90.00 %", "90.00 %"]
    assert page.dataframe[0].value["Images"].tolist() == [50] * 10
    assert "50 of 500 test images misclassified" in texts(page)


def test_lost_and_damaged_predictions_are_told(open_page: Open, home: Path) -> None:
    run = finished(1, 50)
    (path,) = home.rglob(artifacts.PREDICTIONS)
    path.write_bytes(b"PK\x03\x04 this is no archive")
    for part in ("Metrics", "Downloads"):
        assert "damaged" in texts(open_page(COMPARE, run=run.run_id, look=part))
    path.unlink()
    assert r"has no predictions\.npz" in texts(open_page(COMPARE, run=run.run_id, look="Metrics", judged_by="test"))


def test_runs_of_other_images_are_not_mixed_in(open_page: Open) -> None:
    finished(1, 50)
    other = finished(2, 0, name="elsewhere", fingerprint="0" * 16)
    page = open_page(COMPARE)
    assert list(board(page)["Run"]) == ["Logistic fast, seed 1"]
    assert "evaluated on other images" in texts(page)
    assert "evaluated on other images" in texts(open_page(COMPARE, run=other.run_id))


def test_an_unknown_run_is_told(open_page: Open) -> None:
    assert "There is no run" in open_page(COMPARE, run="nonsense").error[0].value


def test_a_champion_needs_a_reason_and_can_be_undone(open_page: Open) -> None:
    run = finished(1, 50)
    page = open_page(COMPARE, run=run.run_id)
    page.button(key="crown").click().run()
    assert "Give a reason why" in page.error[0].value
    page.text_area(key="champion_reason").set_value("the fewest errors").run()
    page.button(key="crown").click().run()
    assert [(choice.run_id, choice.reason) for choice in champion.history()] == [(run.run_id, "the fewest errors")]
    page.button(key="uncrown").click().run()
    assert champion.history() == []


def test_delete_and_restore(open_page: Open) -> None:
    run = finished(1, 50)
    page = open_page(COMPARE, run=run.run_id)
    page.button(key="delete").click().run()
    assert registry.get(run.run_id).deleted
    page = open_page(COMPARE, run=run.run_id)
    page.button(key="restore").click().run()
    assert not registry.get(run.run_id).deleted


def test_read_only_changes_nothing(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    run = finished(1, 50)
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    page = open_page(COMPARE, run=run.run_id)
    keys = {button.key for button in page.button}
    assert not keys & {"delete", "restore"}
    assert json.dumps(registry.get(run.run_id).tags) == "[]"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("Which model is better", "40 digits against 0"),
        ("Digit by digit", "0 images gained, 40 lost"),
        ("Disagreements", "40 of 500 test images have different predictions"),
        ("Configurations", "Is this configuration better?"),
    ],
)
def test_two_runs_are_compared_in_every_part(open_page: Open, part: str, words: str) -> None:
    good, bad = finished(1, 5, name=HOSTILE), finished(2, 45)
    page = open_page(COMPARE, part=part)
    page.multiselect(key="runs").set_value([run.run_id for run in (good, bad)]).run()
    assert not page.exception
    shown = texts(page)
    assert "<img src" not in shown.replace(r"\<img", "")
    assert words in shown.replace("\\", "")


def test_settings_that_differ_are_set_side_by_side(open_page: Open) -> None:
    runs = finished(1, 5), finished(2, 45)
    page = open_page(COMPARE, part="Settings")
    page.multiselect(key="runs").set_value([run.run_id for run in runs]).run()
    settings = page.dataframe[0].value
    assert settings.iloc[:, 0].tolist() == ["seed"]
    assert settings.iloc[0, 1:].tolist() == ["1", "2"]


def test_the_address_names_the_baseline_by_an_id_that_a_new_name_does_not_break(open_page: Open) -> None:
    one, two = finished(1, 5, name="one"), finished(2, 45, name="two")
    page = open_page(COMPARE, part="Digit by digit")
    page.multiselect(key="runs").set_value([one.run_id, two.run_id]).run()
    assert "40 lost" in texts(page)
    page.selectbox(key="baseline_box").set_value(two.run_id).run()
    assert "40 images gained, 0 lost" in texts(page)
    address = {name: page.query_params[name] for name in ("runs", "baseline")}
    assert address["baseline"] in (two.short_id, [two.short_id])
    housekeeping.rename(two, "another name", actor=operator())
    again = open_page(COMPARE, part="Digit by digit", runs=[one.short_id, two.short_id], baseline=two.short_id)
    assert again.selectbox(key="baseline_box").value == two.run_id
    assert "40 images gained, 0 lost" in texts(again)


def test_curves_of_every_run_are_drawn_over_each_other(open_page: Open) -> None:
    runs = finished(1, 5, name="one"), finished(2, 45, name="two")
    for place, run in enumerate(runs, 1):
        for epoch in (1, 2):
            registry.log_curve(run.run_id, epoch, {"validation_accuracy": place / 10 + epoch / 100})
    page = open_page(COMPARE, part="Curves")
    page.multiselect(key="runs").set_value([run.run_id for run in runs]).run()
    (chart,) = [chart for chart in page.get("plotly_chart") if "overlaid_curves" in chart.proto.id]
    drawn = {trace["name"]: trace for trace in json.loads(chart.proto.spec)["data"]}
    assert {name.partition(" (")[0] for name in drawn} == {"one", "two"}


def test_the_report_is_written_when_asked(open_page: Open) -> None:
    finished(1, 5)
    page = open_page(COMPARE, part="Report")
    page.button(key="write_report").click().run()
    assert not page.exception
    labels = [button.proto.label for button in page.get("download_button")]
    assert any(label.startswith("Download the report (") for label in labels), (labels, texts(page))


def test_the_trash_can_be_emptied(open_page: Open) -> None:
    run = finished(1, 5)
    finished(2, 5)
    housekeeping.delete(run, actor=operator())
    page = open_page(COMPARE, trash="true")
    page.session_state["trash"] = True
    page.run()
    assert not page.exception
    page.checkbox(key="purge_sure").check().run()
    page.button(key="purge").click().run()
    assert "1 run deleted" in page.success[0].value
    assert registry.all_runs(deleted=True) == []
