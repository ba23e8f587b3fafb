"""The mean of networks that went on from the same one: one run like any other; anything else is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.data.sources import load_dataset
from core.errors import InputError, ParameterError
from core.jobs.training import run_training
from core.ledger.states import State
from core.models.cnn.served import weights_of
from core.models.serving.predictor import read_graph
from core.models.serving.shipped import shipped
from core.models.specification import Specification
from core.preprocessing.experiments import Experiment
from core.report.parameters import settings_of
from core.runs import averaging, registry
from core.runs.averaging import averaged, graph_of
from core.runs.continuing import continued
from core.runs.leaderboard import find
from core.runs.run import Run
from core.takeaway.reproduce import reproduce_script

pytestmark = pytest.mark.data


@pytest.fixture(autouse=True)
def _on_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGITLAB_DATA_DIR", raising=False)


def trained(specification: Specification) -> Run:
    return run_training(registry.create(specification, load_dataset().fingerprint).run_id)


def small_network(seed: int = 0) -> Specification:
    settings = ("width=4", "epochs=1", "batch_size=32")
    return Specification.from_preset("cnn", "fast", settings=settings, seed=seed, experiment=Experiment.limited(300))


def test_the_mean_of_a_network_and_one_that_went_on_from_it() -> None:
    first = trained(small_network())
    second = trained(continued(first).with_seed(1))
    mean = trained(averaged([first, second]))
    assert mean.finished and mean.name == "CNN, 300 images, mean of 2 networks"
    assert mean.seconds["total"] > mean.seconds["fit"] > first.seconds["fit"] + second.seconds["fit"]
    graphs = [weights_of(graph_of(run.run_id)) for run in (first, second, mean)]
    for one, other, between in zip(*graphs, strict=True):
        np.testing.assert_allclose(between, (one + other) / 2, atol=1e-5)
    assert settings_of(mean)["mean of the weights of"] == f"{first.short_id}, {second.short_id}"
    assert mean.specification is not None
    with pytest.raises(ParameterError, match="is the mean of other networks, which no script can hold"):
        reproduce_script(mean.specification, sample=True)
    assert continued(mean).averaged == ()
    assert averaged([mean, second]).averaged == (mean.run_id, second.run_id)
    with pytest.raises(InputError, match=r"did not go on from one network, so the mean .* would read nothing"):
        averaged([mean, registered(small_network(seed=1))])


def registered(specification: Specification, **changes: object) -> Run:
    """A run that looks finished, of which there is no model."""
    run = registry.create(specification, load_dataset().fingerprint)
    return replace(run, **{"state": State.FINISHED, **changes})


def of_cnn(**changes: object) -> Specification:
    return continued(find("cnn", load_dataset())).model_copy(update=changes)


@pytest.mark.parametrize(
    ("other", "changes", "why"),
    [
        (None, {}, "needs 2 to 20 different runs; got 1"),
        (Specification.from_preset("svm"), {}, "is no network"),
        (of_cnn(), {"state": State.FAILED}, "cannot be averaged, as it is failed"),
        (of_cnn(), {"trained_on_evaluation_data": True}, "as it was trained on the images that judge"),
        (of_cnn(), {"fingerprint": "0" * 16}, "had another recipe or other training images than CNN"),
        (of_cnn(experiment=Experiment.limited(500)), {}, "had another recipe or other training images than CNN"),
        (small_network().model_copy(update={"experiment": Experiment()}), {}, "did not go on from one network"),
    ],
)
def test_what_has_no_mean_says_why(other: Specification | None, changes: dict[str, object], why: str) -> None:
    shipped_network = find("cnn", load_dataset())
    with pytest.raises(InputError, match=why):
        averaged([shipped_network, registered(other, **changes) if other else shipped_network])


def test_a_network_that_went_on_from_one_of_another_shape_that_shipped_before(monkeypatch: pytest.MonkeyPatch) -> None:
    own, other = read_graph(shipped()["cnn"].folder), read_graph(shipped()["svm"].folder)
    monkeypatch.setattr(averaging, "graph_of", lambda run_id: own if run_id == "cnn" else other)
    with pytest.raises(InputError, match="differ in their layers, so they have no mean"):
        averaged([find("cnn", load_dataset()), registered(of_cnn())])
