from __future__ import annotations

import pytest

from core.errors import ParameterError
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment


def test_it_survives_json() -> None:
    written = Specification.from_preset("cnn", "reference", settings=("epochs=3",), seed=5)
    assert Specification.from_json(written.model_dump_json()) == written


def test_equal_trainings_have_equal_keys_however_they_were_asked_for() -> None:
    first = Specification.from_preset("svm", "default")
    second = first.model_copy(update={"preset": None, "parameters": dict(reversed(first.parameters.items()))})
    assert first.key("a") == second.key("a")


@pytest.mark.parametrize(
    "changes", [{"seed": 1}, {"experiment": Experiment(limit=100)}, {"parent": "0" * 32}, {"recipe": "raw"}]
)
def test_what_changes_the_outcome_changes_the_key(changes: dict[str, object]) -> None:
    from core.preprocessing.recipe import RECIPES

    first = Specification.from_preset("svm", "default")
    values = {key: RECIPES[str(value)] if key == "recipe" else value for key, value in changes.items()}
    assert first.key("a") != first.model_copy(update=values).key("a")
    assert first.key("a") != first.key("b")


def test_one_of_a_later_version_is_refused_in_a_sentence() -> None:
    text = Specification.from_preset("svm").model_dump_json().replace('"schema_version":1', '"schema_version":2')
    with pytest.raises(ParameterError, match="This specification cannot be read"):
        Specification.from_json(text)


def test_only_a_network_is_continued() -> None:
    assert Specification.from_preset("cnn").continuing("a" * 32).parent == "a" * 32
    with pytest.raises(ParameterError, match="cannot be continued; only a network can"):
        Specification.from_preset("svm").continuing("a" * 32)
