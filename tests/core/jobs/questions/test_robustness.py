from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.data import test_sets
from core.data.corruptions.catalogue import CORRUPTIONS, corrupt
from core.data.judging import judging_set
from core.data.sample import load_sample
from core.errors import DataError
from core.jobs.questions import robustness


class Darkness:
    """Reads a 1 in pictures with little ink, a 0 in others."""

    def predict_proba(self, images: np.ndarray) -> np.ndarray:
        light = images.reshape(len(images), -1).mean(axis=1) < 30
        return np.eye(10)[light.astype(int)]


@pytest.fixture(autouse=True)
def _sample_and_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.sources.load_dataset", load_sample)
    monkeypatch.setattr(robustness, "find", lambda run_id, dataset: SimpleNamespace(run_id=run_id))
    monkeypatch.setattr(robustness, "predictor", lambda run: Darkness())


def asked(name: str = "test") -> tuple[str, str, str]:
    """The end of a question on the sample: fingerprint of the data, name and fingerprint of the images."""
    return load_sample().fingerprint, name, judging_set(load_sample(), name).fingerprint


def test_every_corruption_is_judged_at_every_severity() -> None:
    answer = robustness.run("abc", "today", 60, *asked())
    table = robustness.table_of({"dark": answer, "again": answer})
    assert len(table) == 2 * robustness.SETS == 192
    assert table["images"].unique().tolist() == [60]
    spoilt = table[(table["model"] == "dark") & (table["corruption"] == "noise") & (table["severity"] == 5)]
    test = load_sample().test
    read = Darkness().predict_proba(corrupt(test.images[:60], "noise", 5)).argmax(axis=1)
    assert spoilt["correct"].tolist() == [(read == test.labels[:60]).sum()]
    assert set(table["corruption"]) == {"none", *CORRUPTIONS}


def test_an_answer_survives_being_kept(tmp_path: Path) -> None:
    answer = robustness.run("abc", "today", 20, *asked())
    np.savez(tmp_path / "answer.npz", **answer)
    with np.load(tmp_path / "answer.npz", allow_pickle=False) as stored:
        again = {name: stored[name] for name in stored.files}
    pd.testing.assert_frame_equal(robustness.table_of({"x": answer}), robustness.table_of({"x": again}))


def test_other_data_is_refused() -> None:
    with pytest.raises(DataError, match="has other data"):
        robustness.run("abc", "today", 20, "0" * 16, "test", "0" * 16)


def test_a_test_set_of_ones_own_judges_and_is_told_from_another_of_its_name(home: Path) -> None:
    test = load_sample().test
    test_sets.save("mine", test.images[:30], test.labels[:30], origin="scans")
    answer = robustness.run("abc", "today", 12, *asked("mine"))
    assert set(answer["images"]) == {12}
    with pytest.raises(DataError, match="has other mine images"):
        robustness.run("abc", "today", 12, load_sample().fingerprint, "mine", "0" * 16)


def test_no_answers_make_an_empty_table() -> None:
    assert robustness.table_of({}).empty


def test_samples_show_each_severity_beside_the_image_as_it_is() -> None:
    test = load_sample().test
    rows = robustness.samples(test, "stripe", (2, 5))
    assert rows.shape == (2, 6, 28, 28)
    np.testing.assert_array_equal(rows[0, 0], test.images[test.labels == 2][0])
    assert (rows[:, 1:] != rows[:, :1]).any(axis=(2, 3)).all()
