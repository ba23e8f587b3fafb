from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support
from streamlit.testing.v1 import AppTest

from core.data.judging import judging_set
from core.data.sample import load_sample
from core.jobs.questions import kept, robustness
from core.runs import artifacts
from core.ui.components.refusal import NOTCHES
from core.ui.trust.calibration import uncalibrated
from core.ui.trust.refusal import first_error, lowest_notch
from core.ui.trust.refused import by_digit
from core.ui.trust.robustness import expected
from tests.pages.judged_runs import imported_run, judged_run, misread, texts

Open = Callable[..., AppTest]
TRUST = "pages/6_Trust.py"


@pytest.fixture(autouse=True)
def _sample_without_shipped_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.session.load_dataset", load_sample)
    monkeypatch.setattr("core.ui.session.shipped_runs", lambda dataset: [])
    monkeypatch.setattr("core.ui.download.show_banner", lambda dataset: None)  # it would fetch MNIST


def test_each_digit_has_the_figures_that_scikit_learn_computes(open_page: Open) -> None:
    run = judged_run(misread(4, 9, 7))
    page = open_page(TRUST, split="Test")
    labels, read = load_sample().test.labels, artifacts.predictions(run).test.argmax(axis=1)
    precision, recall, f1, support = precision_recall_fscore_support(labels, read)
    shown = page.dataframe[0].value
    for name, values in (("precision", precision), ("recall", recall), ("f1", f1)):
        assert shown[name].to_numpy() == pytest.approx(100 * values, abs=1e-9)
    assert shown["support"].tolist() == support.tolist()


def test_a_digit_never_read_rightly_is_told(open_page: Open) -> None:
    judged_run(misread(8, 3, 50))
    assert "Never predicted correctly: 8" in texts(open_page(TRUST))


def test_calibration_without_a_model_still_shows_what_is_served(open_page: Open) -> None:
    judged_run(misread(4, 9, 5))
    page = open_page(TRUST, chapter="Calibration")
    assert "has no model" in page.error[0].value
    assert [(metric.label, metric.delta) for metric in page.metric] == [
        ("Expected calibration error", "after calibration")
    ]
    assert (
        page.metric[0].value == "9.45 %"
    )  # by hand: (495 x (1 - 0.91) + 0.50 + 0.52 + 0.54 + 0.56 + 0.58) / 500, roughly


@pytest.mark.parametrize("chapter", ["Calibration", "Robustness"])
def test_imported_predictions_are_no_model_to_ask(open_page: Open, chapter: str) -> None:
    imported_run()
    page = open_page(TRUST, chapter=chapter)
    assert not page.error
    assert "its predictions were imported, so there is no model to predict with" in texts(page)
    assert not [button for button in page.button if button.key == "ask"]
    assert not page.multiselect or page.multiselect(key="models").options == []


def test_robustness_is_offered_for_those_that_have_a_model(open_page: Open) -> None:
    imported, other = imported_run(), judged_run(misread(4, 9, 5), name="trained here")
    page = open_page(TRUST, chapter="Robustness", run=imported.run_id)
    assert page.multiselect(key="models").options == [f"trained here · {other.short_id}"]
    assert [button.label for button in page.button if button.key == "ask"] == ["Measure 1 model"]


def test_calibration_before_and_after(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ui.trust.calibration.read_graph", lambda folder: b"")
    monkeypatch.setattr("core.ui.trust.calibration.model_folder", lambda run: Path())
    monkeypatch.setattr("core.ui.trust.calibration.temperature_of", lambda graph: 0.5)
    judged_run()
    page = open_page(TRUST, chapter="Calibration")
    assert [(metric.label, metric.delta) for metric in page.metric] == [
        ("Expected calibration error", "before calibration"),
        ("Expected calibration error", "after calibration"),
        ("Temperature", ""),
    ]
    before = 0.91**0.5 / (0.91**0.5 + 9 * 0.01**0.5)  # the square root undoes a temperature of one half
    assert page.metric[0].value == f"{100 * (1 - before):.2f} %"
    assert page.metric[1].value == "9.00 %"


def test_probabilities_lead_back_to_the_scores_before_the_temperature() -> None:
    scores = np.random.default_rng(0).normal(0, 3, (50, 10))
    powers = np.exp(scores / 1.7)
    raw = np.exp(scores)
    served = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    np.testing.assert_allclose(uncalibrated(served, 1.7), raw / raw.sum(axis=1, keepdims=True), atol=1e-5)


def test_a_threshold_refuses_what_is_less_sure(open_page: Open) -> None:
    judged_run(misread(4, 9, 5))  # 50, 52, 54, 56 and 58 % sure; all else 91 %
    page = open_page(TRUST, chapter="When to reject")
    assert [metric.value for metric in page.metric] == ["99.00 %", "0.00 %", "5 images"]
    assert "Of the 5 rejected, 5 would have been incorrect and 0 correct" in texts(page)
    assert "Rejected by digit: 5 × 4" in texts(page)
    page.select_slider(key="at_least_box").set_value("50").run()
    assert [metric.value for metric in page.metric] == ["100.00 %", "1.00 %", "0 images"]
    assert "No test images." in texts(page)
    page.select_slider(key="at_least_box").set_value("95").run()
    assert "All test images are rejected" in texts(page)


def test_the_threshold_is_chosen_on_validation(open_page: Open) -> None:
    judged_run(misread(4, 9, 5))
    page = open_page(TRUST, chapter="When to reject", at_least="50 %")
    page.selectbox(key="target").set_value(0.5).run()
    assert page.select_slider(key="at_least_box").value == "60"
    page.selectbox(key="target").set_value(0.02).run()
    assert page.select_slider(key="at_least_box").value == "60"
    assert [metric.value for metric in page.metric] == ["99.00 %", "0.00 %", "5 images"]


def test_the_lowest_notch_that_is_good_enough() -> None:
    import pandas as pd

    curve = pd.DataFrame({"threshold": [0.3, 0.72, 0.97], "error": [0.2, 0.1, 0.0], "coverage": [1.0, 0.5, 0.2]})
    assert lowest_notch(curve, 0.2) == 0
    assert lowest_notch(curve, 0.1) == 40
    assert lowest_notch(curve, 0.05) == 75
    assert lowest_notch(curve.assign(error=0.3), 0.05) is None
    assert sorted(NOTCHES) == list(NOTCHES)


def test_words_and_zoom() -> None:
    import pandas as pd

    assert by_digit(np.array([4, 9, 4])) == "2 × 4, 1 × 9"
    curve = pd.DataFrame({"coverage": [1.0, 0.9, 0.5], "wrong": [3, 1, 0]})
    assert first_error([curve]) == pytest.approx(88.5)  # 90 less a tenth of the 10 shown, less half a point
    assert first_error([curve.assign(wrong=0)]) == 0


def test_robustness_offers_to_measure_and_shows_what_was_measured(open_page: Open) -> None:
    run = judged_run(misread(4, 9, 5))
    page = open_page(TRUST, chapter="Robustness")
    assert [button.label for button in page.button if button.key == "ask"] == ["Measure 1 model"]
    corruptions = ["none"] + [name for name in robustness.CORRUPTIONS for _ in range(5)]
    correct = np.array([495] + [400] * 90 + [100] * 5)
    answer = {
        "corruption": np.array(corruptions),
        "severity": np.array([0] + [1, 2, 3, 4, 5] * 19),
        "accuracy": correct / 500,
        "low": correct / 500,
        "high": correct / 500,
        "correct": correct,
        "images": np.full(96, 500),
    }
    sample = load_sample()
    kept.keep(robustness.question(run, 500, sample.fingerprint, judging_set(sample, "validation")), answer)
    page = open_page(TRUST, chapter="Robustness")
    assert not [button for button in page.button if button.key == "ask"]
    assert r"Mean error over the 15 corruptions of MNIST\-C, each as severe as in its images" in texts(page)
    assert r"99\.0 % without corruption, worst corruption\: covered \(20\.0 %\)" in texts(page)


def test_robustness_can_be_looked_at_and_not_started_where_all_is_read_only(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged_run()
    monkeypatch.setenv("DIGITLAB_MODE", "readonly")
    page = open_page(TRUST, chapter="Robustness", corruption="Striped")
    assert page.button(key="ask").disabled
    assert "Striped, severity 1 to 5: 3, 4, 5, 6, 7 columns at each side (Digit Lab)." in texts(page)


@pytest.mark.parametrize("chapter", ["Each digit", "Calibration", "When to reject", "Robustness"])
def test_damaged_predictions_are_told(open_page: Open, home: Path, chapter: str) -> None:
    judged_run()
    (path,) = home.rglob(artifacts.PREDICTIONS)
    path.write_bytes(b"nothing")
    page = open_page(TRUST, chapter=chapter)
    assert page.error
    assert all("Traceback" not in error.value for error in page.error)


def test_shipped_models_are_expected_to_take_what_they_took_on_the_full_test_set(migrated: Path) -> None:
    shipped = replace(judged_run(), shipped=True, seconds={"predict": 20.0})  # for 10,000 images
    trained = replace(shipped, shipped=False, seconds={"predict": 1.0})  # for the sample's 500
    assert expected([shipped], 500).endswith("takes about 2 min.")  # 96 sets of 500 images, 2 ms each
    assert expected([trained], 500).endswith("takes about 2 min.")
