from __future__ import annotations

import pytest

from core.models.catalogue import CATALOGUE, short_title
from core.models.changes import changes, name_of, nearest_preset
from core.models.specification import Specification
from core.preprocessing.augment import Augmentation
from core.preprocessing.experiments import Experiment


@pytest.mark.parametrize("kind", CATALOGUE)
def test_a_preset_on_all_images_differs_in_nothing(kind: str) -> None:
    for preset in CATALOGUE[kind].presets:
        assert changes(Specification.from_preset(kind, preset)) == []


def test_a_name_says_what_differs() -> None:
    experiment = Experiment(limit=5000, left_out=(4, 7), wrong_labels=0.1, corrections=((8, 1, 7),))
    changed = Specification.from_preset("cnn", "fast", settings=("epochs=20",), experiment=experiment, seed=3)
    assert (
        name_of(changed)
        == "CNN fast, 5,000 images, without 4 and 7, 10 % wrong labels, with 1 reviewed label, 20 epochs, seed 3"
    )
    assert name_of(Specification.from_preset("svm", settings=("C=5",))) == "SVM, C 5"
    assert name_of(Specification.from_preset("forest", "reference")) == "Forest reference"


def test_other_pictures_are_named() -> None:
    turned = Specification.from_preset("cnn", "fast", augmentation=Augmentation(rotation=10))
    assert "rotation 10" in changes(turned)
    plain = Specification.from_preset("svm", recipe=CATALOGUE["forest"].presets["fast"].recipe)
    assert "own preprocessing" in changes(plain)


def test_settings_without_a_preset_s_name_are_told_from_the_nearest_one() -> None:
    changed = Specification.from_preset("cnn", "fast", settings=("epochs=20",)).model_copy(update={"preset": None})
    assert nearest_preset(changed) == "fast"
    assert name_of(changed) == "CNN fast, 20 epochs"


def test_every_kind_has_a_short_title() -> None:
    assert [short_title(name) for name in ("cnn", "svm", "forest")] == ["CNN", "SVM", "Forest"]
    assert short_title("committee") and short_title("nobody's") == "nobody's"
