"""The mean of the weights of networks that went on from the same one: one network, as quick as each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.errors import InputError
from core.models.cnn.served import mean_of_weights
from core.models.serving.predictor import read_graph
from core.models.serving.shipped import shipped
from core.models.specification import Specification
from core.runs import artifacts, registry
from core.runs.run import Run

MOST_NETWORKS = 20


def averaged(runs: Sequence[Run]) -> Specification:
    """Return what makes the mean of finished networks: the settings of the first, and that nothing is trained.

    Networks that were trained apart have nothing in common at the same place, so that their mean reads nothing: all
    must have gone on from the same network, or be it.

    Raises
    ------
    InputError
        For fewer than two runs or more than 20, one that is no finished network of this program's own training, or two
        that differ in their shape, recipe, training images or origin.
    """
    networks = list({run.run_id: run for run in runs}.values())
    if not 2 <= len(networks) <= MOST_NETWORKS:
        raise InputError(f"A mean needs 2 to {MOST_NETWORKS} different runs; got {len(networks)}.")
    first, *others = [_network(run) for run in networks]
    for run, other in zip(networks[1:], others, strict=True):
        if _seen(run, other) != _seen(networks[0], first):
            raise InputError(f"{_called(run)} had another recipe or other training images than {_called(networks[0])}.")
    if not set.intersection(*map(_origins, networks)):
        raise InputError(
            f"{', '.join(map(_called, networks))} did not go on from one network, so the mean of their weights would "
            "read nothing; combine them as an ensemble, or `--continue` one of them."
        )
    try:
        mean_of_weights([graph_of(run.run_id) for run in networks])
    except ValueError as error:
        raise InputError(
            f"{', '.join(map(_called, networks))} differ in their layers, so they have no mean."
        ) from error
    return first.anew(averaged=tuple(run.run_id for run in networks))


def figures_of(run_id: str) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return the metrics and the seconds of a shipped model or a run."""
    card = shipped().get(run_id)
    if card is not None:
        return card.content["metrics"], card.content["seconds"]
    run = registry.get(run_id)
    return run.metrics, run.seconds


def graph_of(run_id: str) -> bytes:
    """Return the graph that serves a shipped model or a finished run; raises RegistryError where it is lost."""
    card = shipped().get(run_id)
    return read_graph(card.folder if card else artifacts.local(registry.get(run_id), artifacts.MODEL))


def _network(run: Run) -> Specification:
    specification = run.trained_as
    if specification is None or not specification.kind.continues:
        raise InputError(f"{_called(run)} is no network; only networks have weights whose mean reads digits.")
    if not run.finished:
        raise InputError(f"{_called(run)} cannot be averaged, as it is {run.state}.")
    if run.trained_on_evaluation_data:
        raise InputError(f"{_called(run)} cannot be averaged, as it was trained on the images that judge.")
    return specification


def _seen(run: Run, specification: Specification) -> tuple[object, ...]:
    """Return what a network has learned from, and as what it has seen that."""
    return specification.recipe, specification.experiment, run.fingerprint


def _origins(run: Run) -> set[str]:
    """Return the ids of a run and of all that it went on from."""
    found: set[str] = set()
    left = [run.run_id]
    while left:
        run_id = left.pop()
        found.add(run_id)
        stored = None if run_id in shipped() else registry.get(run_id).trained_as
        left += [one for one in ((stored.parent, *stored.averaged) if stored else ()) if one and one not in found]
    return found


def _called(run: Run) -> str:
    return f"{run.name} ({run.short_id})"
