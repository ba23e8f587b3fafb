from __future__ import annotations

from typing import Literal

import pytest

from core.declaration import Declared, ParameterField, Parameters, parameter
from core.errors import ParameterError
from core.models.catalogue import CATALOGUE
from core.preprocessing.augment import Augmentation
from core.preprocessing.steps import STEPS


class Example(Parameters):
    trees: int = parameter(100, "How many.", ge=1, le=500)
    share: float = parameter(0.5, "How much.", ge=0, le=1, step=0.1)
    kernel: Literal["rbf", "poly"] = parameter("rbf", "Which.")
    shuffle: bool = parameter(True, "Whether.")


def test_the_declaration_tells_kind_and_range() -> None:
    trees, share, kernel, shuffle = Example.declared()
    assert (trees.kind, trees.low, trees.high, trees.default) == ("int", 1, 500, 100)
    assert (share.kind, share.step) == ("float", 0.1)
    assert (kernel.kind, kernel.choices) == ("choice", ("rbf", "poly"))
    assert shuffle.kind == "bool"


def test_settings_are_applied_as_written_on_the_command_line() -> None:
    changed = Example().changed(["trees=7", "kernel=poly", "shuffle=false"])
    assert changed == Example(trees=7, kernel="poly", shuffle=False)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("trees=1000", "`trees` must be a whole number between 1 and 500; got 1000."),
        ("trees=1.5", "`trees` must be a whole number between 1 and 500; got 1.5."),
        ("share=nan", "`share` must be between 0 and 1; got nan."),
        ("kernel=linear", "`kernel` must be one of rbf, poly; got linear."),
        ("tree=5", "There is no parameter `tree`; did you mean `trees`?"),
        ("zzz=5", "There is no parameter `zzz`; there are `trees`, `share`, `kernel`, `shuffle`."),
        ("trees", "A setting must be name=value, such as epochs=3; got trees."),
    ],
)
def test_bad_settings_get_one_sentence(setting: str, sentence: str) -> None:
    with pytest.raises(ParameterError) as refused:
        Example().changed([setting])
    assert str(refused.value) == sentence


DECLARED = (*(kind.parameters for kind in CATALOGUE.values()), *STEPS.values(), Augmentation)


@pytest.mark.parametrize("declared", DECLARED, ids=lambda declared: declared.__name__)
def test_what_makes_a_setting_idle_is_declared_before_it_and_can_have_that_value(declared: type[Declared]) -> None:
    before: dict[str, ParameterField] = {}
    for field in declared.declared():
        if field.idle_while:
            name, value = field.idle_while
            assert value in before[name].choices or before[name].low <= value <= before[name].high
        before[field.name] = field


def test_why_a_setting_is_idle_is_told_only_while_it_is() -> None:
    def words(idle_while: tuple | None, values: dict[str, object]) -> str:
        return ParameterField("C", "C", "float", 1.0, "", idle_while=idle_while).idle_in_words(values)

    assert words(("kernel", "rbf"), {"kernel": "rbf"}) == "Has no effect while kernel is rbf."
    assert words(("elastic_pull", 0.0), {"elastic_pull": 0}) == "Has no effect while elastic pull is 0."
    assert not words(("kernel", "rbf"), {"kernel": "poly"})
    assert not words(("kernel", "rbf"), {})
    assert not words(None, {"kernel": "rbf"})
