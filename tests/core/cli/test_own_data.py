from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.sample import load_sample
from core.evaluation.comparison import mcnemar
from core.runs.leaderboard import find
from core.runs.model_cache import predictor
from tests.core.cli.conftest import Command, Document
from tests.core.data.forms import kaggle, npz

pytestmark = pytest.mark.data

SAMPLE = load_sample()
IMAGES, LABELS = SAMPLE.test.images[:80], SAMPLE.test.labels[:80].copy()
LABELS[:8] = (LABELS[:8] + 1) % 10


def test_an_own_test_set_judges_and_compares_models(command: Command, document: Document, tmp_path: Path) -> None:
    added = document("data", "add", "mine", str(npz(tmp_path, IMAGES, LABELS)))
    assert (added["name"], added["images"], sum(added["digits"])) == ("mine", 80, 80)
    judged = document("evaluate", "cnn", "--split", "mine")
    right = {name: predictor(find(name, SAMPLE)).predict(IMAGES) == LABELS for name in ("cnn", "forest")}
    assert judged["accuracy"] == pytest.approx(right["cnn"].mean())
    assert judged["fingerprint"] == added["fingerprint"] != SAMPLE.fingerprint
    assert np.sum(judged["confusion_matrix"]) == 80
    (pair,) = document("compare", "cnn", "forest", "--split", "mine")["pairs"]
    first, second = (right["cnn"] & ~right["forest"]).sum(), (right["forest"] & ~right["cnn"]).sum()
    assert (pair["first_only"], pair["second_only"]) == (first, second)
    assert pair["p"] == pytest.approx(mcnemar(int(first), int(second)))
    shown = command("evaluate", "cnn", "--split", "mine")
    assert shown.returncode == 0 and "80 mine images" in shown.stdout
    document("data", "remove", "mine")
    assert document("data", "list") == []


def test_what_is_recognised_is_told_before_it_is_kept(command: Command, document: Document, tmp_path: Path) -> None:
    path, sheet = kaggle(tmp_path, IMAGES, LABELS), tmp_path / "sheet.png"
    looked = document("data", "look", str(path), "--pictures", str(sheet))
    assert looked["recognised"] == ["train.csv (CSV): 80 pictures of 28 x 28 pixels, with labels"]
    digit = int(LABELS[10])
    row = np.asarray(Image.open(sheet))[28 * digit : 28 * digit + 28, :28]
    np.testing.assert_array_equal(row, IMAGES[digit == LABELS][0])
    assert document("data", "list") == []
    told = command("data", "add", "mine", str(path)).stderr
    assert "train.csv (CSV): 80 pictures" in told
    assert "8 of these have another label than MNIST published" in told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "test", "{path}"), "is none of train, validation, test"),
        (("add", "mine", "nowhere.csv"), "nowhere.csv cannot be read"),
        (("use", "{path}"), "holds 80 of MNIST's 70,000 images"),
    ],
)
def test_what_cannot_be_done_gets_one_sentence(
    command: Command, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    path = npz(tmp_path, IMAGES, load_sample().test.labels[:80])
    finished = command("data", *(argument.format(path=path) for argument in arguments))
    assert finished.returncode in (1, 2)
    assert sentence in finished.stderr
    assert "Traceback" not in finished.stderr


def test_offline_all_5000_validation_images_judge_the_shipped_models(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    judged = document("evaluate", "cnn", "--split", "validation")
    assert (judged["images"], judged["split"]) == (5000, "full_validation")
    assert np.sum(judged["confusion_matrix"]) == 5000
    assert document("compare", "cnn", "svm", "--split", "validation")["images"] == 5000
