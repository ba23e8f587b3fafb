from __future__ import annotations

from typing import Literal

import pytest

from core.errors import ParameterError
from core.models.parameters import Parameters, parameter


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
        ("trees", "A setting is written name=value, such as epochs=3; got trees."),
    ],
)
def test_bad_settings_get_one_sentence(setting: str, sentence: str) -> None:
    with pytest.raises(ParameterError) as refused:
        Example().changed([setting])
    assert str(refused.value) == sentence
