from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from core.data.sample import load_sample
from core.errors import InputError, ReportError, UnknownRunError
from core.ledger.states import State
from core.models.specification import Specification
from core.report.comparison import compare_runs, unique_names
from core.report.document import report, write_report
from core.report.parameters import parameter_table
from core.report.sections import in_use, standings
from core.report.seeds import configurations
from core.runs.answer import answering_run
from core.runs.champion import Choice
from core.runs.run import Run

DATASET = load_sample()
HOSTILE = "</script><img src=x onerror=alert(1)> <b>bold</b>"


def run(seed: int, name: str = "", **changes: object) -> Run:
    made = Run(
        run_id=f"{seed:032x}",
        name=name or f"run {seed}",
        model="logistic",
        state=State.FINISHED,
        owner="somebody",
        created=datetime(2026, 11, 1, tzinfo=UTC),
        fingerprint=DATASET.fingerprint,
        key="",
        specification=Specification.from_preset("logistic", "fast", seed=seed),
        metrics={"validation_accuracy": 0.9, "test_accuracy": 1 - seed / 500},
        seconds={"fit": 1.0},
        shipped=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def read(of: Run, split: str) -> np.ndarray:
    """The first so many images wrong as the run's seed says."""
    labels = DATASET.evaluation_split(split).labels.astype(int)
    wrong = int(of.run_id, 16)
    answers = np.where(np.arange(len(labels)) < wrong, (labels + 1) % 10, labels)
    return np.where(np.arange(10) == answers[:, None], 0.91, 0.01).astype(np.float32)


@pytest.fixture
def no_champions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.report.document._choices", list)
    monkeypatch.setattr("core.report.document._answering", lambda dataset: None)


def test_a_comparison_names_runs_by_id() -> None:
    document = compare_runs([run(5), run(45)], DATASET, "test", read).as_dict()
    first, second = document["runs"]
    assert (first["run_id"], first["correct"], second["correct"]) == (run(5).run_id, 495, 455)
    (pair,) = document["pairs"]
    assert (pair["first_only"], pair["second_only"], pair["better"]) == (40, 0, run(5).run_id)
    assert pair["p"] == pytest.approx(2 * 0.5**40)  # exact binomial: 0 of 40


def test_unreadable_predictions_leave_the_others_standing() -> None:
    def one_is_lost(of: Run, split: str) -> np.ndarray:
        return read(of, split)[:-1] if of.name == "run 5" else read(of, split)

    comparison = compare_runs([run(5), run(45)], DATASET, "test", one_is_lost)
    assert list(comparison.answers) == ["run 45"]
    assert "not those of the 500 test images" in comparison.unread["run 5"]


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(UnknownRunError, match="is running, so it cannot be compared"):
        compare_runs([run(1, state=State.RUNNING)], DATASET)
    with pytest.raises(UnknownRunError, match="evaluated on other images"):
        compare_runs([run(1, fingerprint="0" * 16)], DATASET)


def test_runs_of_one_name_are_told_apart() -> None:
    names = unique_names([run(1, "same"), replace(run(2, "same"), run_id="abcdefgh12"), run(3, "true"), run(3, "true")])
    assert list(names) == ["same (00000000)", "same (abcdefgh)", "true (00000000)"]


def test_differing_settings_are_marked() -> None:
    table = parameter_table({"a": run(1), "b": run(2)}).set_index("setting")
    assert table["differs"][table["differs"]].index.tolist() == ["seed"]
    assert table.loc["seed", ["a", "b"]].tolist() == ["1", "2"]


def test_runs_that_differ_in_their_seed_are_one_configuration() -> None:
    other = run(3, specification=Specification.from_preset("logistic", "default", seed=1))
    groups = configurations([run(1), other, run(2)])
    assert [[member.name for member in members] for members in groups.values()] == [["run 1", "run 2"], ["run 3"]]


@pytest.mark.usefixtures("no_champions")
def test_the_report_is_one_small_file_that_shows_hostile_names_as_text() -> None:
    html = report([run(5, HOSTILE, note="<i>note</i>"), run(45)], DATASET, read=read)
    assert len(html.encode()) < 8_000_000
    assert "<img src=x" not in html and "<i>note" not in html
    body = html[: html.rindex("<script>/**")] if "<script>/**" in html else html[:2_000_000]
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=\"?https?:", body)
    charts = re.findall(r'<script type="application/json" id="[^"]+-data">(.*?)</script>', html, re.DOTALL)
    assert len(charts) == html.count('<div class="chart"') > 5
    assert all({"data", "layout"} <= json.loads(chart).keys() for chart in charts)
    assert "40 digits against 0, p &lt; 0.001" in html


def test_the_runs_are_ranked_by_validation_images_though_the_test_images_say_otherwise() -> None:
    better_on_test, better = (
        run(seed, metrics={"validation_accuracy": validation, "test_accuracy": 1 - seed / 500})
        for seed, validation in ((5, 0.91), (45, 0.95))
    )
    rows = standings(compare_runs([better_on_test, better], DATASET, "test", read))
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("run 45", "95.00 %", "91.00 %"),
        ("run 5", "91.00 %", "99.00 %"),
    ]


def test_a_report_says_which_model_answers_as_pages_and_predict_choose_it() -> None:
    html = report([run(5)], DATASET, read=read)
    name = answering_run(DATASET).name
    assert f"{name}, which is not in this report, answers where no model is named: of the single models" in html
    chosen = Choice("1", run(5).run_id, "quick enough", "ada", datetime(2026, 11, 2, tzinfo=UTC), current=True)
    assert in_use(run(5), [chosen], {"run 5": run(5)}) == (
        "run 5 answers where no model is named. It is the champion, chosen by ada on 02 November 2026: quick enough"
    )


@pytest.mark.usefixtures("no_champions")
def test_one_run_makes_a_report_too() -> None:
    html = report([run(5)], DATASET, read=read)
    assert "Significance" not in html
    assert "predicted as" in html
    with pytest.raises(InputError, match="1 to 20 runs; got 0"):
        report([], DATASET)


def test_a_report_that_cannot_be_written_is_told(tmp_path) -> None:
    write_report("<p>", tmp_path / "r.html")
    assert (tmp_path / "r.html").read_text() == "<p>"
    with pytest.raises(ReportError, match="could not be written"):
        write_report("<p>", tmp_path / "nowhere" / "r.html")
