from __future__ import annotations

from dataclasses import replace

import pytest

from core.data.sample import load_sample
from core.errors import InputError, ParameterError
from core.ledger.states import State
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.runs.continuing import continued
from core.runs.run import Run
from core.runs.shipped import shipped_runs


def run_of(model: str, state: State = State.FINISHED) -> Run:
    """A run of the registry: a shipped one with another id."""
    specification = Specification.from_preset(model, "fast", experiment=Experiment.limited(500))
    shipped = next(run for run in shipped_runs(load_sample()) if run.model == "cnn")
    return replace(
        shipped, run_id="a" * 32, model=model, name="mine", specification=specification, state=state, shipped=False
    )


def test_goes_on_with_the_parents_own_settings() -> None:
    parent = run_of("cnn")
    child = continued(parent, ["epochs=2"])
    assert child.parent == parent.run_id
    assert child.experiment.limit == 500
    assert child.parameters == {**parent.specification.parameters, "epochs": 2}
    with pytest.raises(ParameterError, match="There is no parameter `epoch`"):
        continued(parent, ["epoch=2"])


def test_the_shipped_network_is_continued_from_its_graph() -> None:
    shipped = next(run for run in shipped_runs(load_sample()) if run.model == "cnn")
    child = continued(shipped, ["epochs=2"])
    assert (child.parent, child.preset) == ("cnn", None)
    assert child.parameters["normalisation"] == shipped.specification.parameters["normalisation"]


@pytest.mark.parametrize(
    ("parent", "why"),
    [
        (run_of("svm"), "only a network can"),
        (run_of("cnn", State.FAILED), "as it is failed; only a finished run can"),
    ],
)
def test_what_cannot_be_continued_says_why(parent: Run, why: str) -> None:
    with pytest.raises(InputError, match=f"{parent.name} .*{why}"):
        continued(parent)
