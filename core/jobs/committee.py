"""From finished runs to a committee that is a run like them: weights and temperature from validation images alone."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from textwrap import shorten

import numpy as np

from core.data.dataset import Dataset
from core.errors import InputError, RegistryError
from core.evaluation.calibration import fit_temperature
from core.evaluation.mixture import mixture_weights
from core.jobs.hardware import environment
from core.models.kind import Monitor, Silent
from core.models.serving.committee import (
    COMMITTEE,
    COMMITTEE_FILE,
    FAINT,
    MEMBERS,
    Committee,
    CommitteeReader,
    Member,
    Weights,
    blend,
    calibrated,
)
from core.models.serving.committee_graph import COMMITTEE_GRAPH, join_members
from core.models.serving.predictor import MODEL_FILE, PACKED_MODEL_FILE, SPECIFICATION_FILE, latency, read_graph
from core.models.specification import Specification
from core.permissions import Actor, operator, require
from core.preprocessing.script import picture_script
from core.runs import artifacts
from core.runs.judged import finished_run
from core.runs.leaderboard import predictions
from core.runs.model_cache import model_folder, predictor
from core.runs.names import MAX_NAME
from core.runs.run import Run
from core.temporary import temporary_folder

MOST_MEMBERS = 20


def make_committee(
    runs: Sequence[Run],
    dataset: Dataset,
    *,
    weights: Weights = "validation",
    name: str = "",
    actor: Actor | None = None,
    monitor: Monitor | None = None,
) -> Run:
    """Let finished runs answer together: the weighted mean of their probabilities, with a temperature of its own.

    Nothing is predicted anew: its answers for validation and test images follow from those that its members gave when
    they were judged. It keeps copies of the members' models, so that it stays when they are deleted.

    Parameters
    ----------
    weights : "validation" or "equal"
        Learned on the validation images, so that the log loss is least; or the same for all.
    monitor : Monitor, optional
        Told after each part of the work.

    Raises
    ------
    InputError
        For fewer than two runs or more than 20, one that is not finished, was judged on other images, or is a committee
        itself.
    RegistryError
        If a member's predictions are lost, or it has no model.
    """
    actor, monitor = actor or operator(), monitor or Silent()
    require(actor, "combine")
    members = list({run.run_id: run for run in runs}.values())
    if not 2 <= len(members) <= MOST_MEMBERS:
        raise InputError(f"An ensemble needs 2 to {MOST_MEMBERS} different runs; got {len(members)}.")
    for run in members:
        _check_member(run, dataset)
    stored = [predictions(run, dataset) for run in members]
    monitor.report(0.2, "the predictions of the members are read")
    committee = _committee(members, stored, dataset, weights)
    monitor.report(0.4, "the weights are fitted")
    with temporary_folder() as folder:
        _write(committee, members, folder / artifacts.MODEL)
        monitor.report(0.7, "the models are joined")
        return finished_run(
            _answers(committee, stored),
            folder,
            dataset,
            model=COMMITTEE,
            key=committee.key(dataset.fingerprint),
            name=name or _named(members),
            owner=actor.name,
            trained_on_evaluation_data=any(run.trained_on_evaluation_data for run in members),
            seconds=_seconds(committee, members, dataset),
            environment=environment(),
            committee=committee.model_dump_json(),
        )


def _named(members: list[Run]) -> str:
    return shorten(f"Ensemble of {', '.join(run.name for run in members)}", MAX_NAME, placeholder=" ...")


def _check_member(run: Run, dataset: Dataset) -> None:
    called = f"Run {run.short_id} ({run.name})"
    if not run.finished:
        raise InputError(f"{called} is {run.state.value}; only finished runs can be members of an ensemble.")
    if run.fingerprint != dataset.fingerprint:
        raise InputError(f"{called} was evaluated on other images than the current data set; remove it.")
    if run.committee is not None:
        raise InputError(f"{called} is itself an ensemble; name its members instead.")


def _committee(
    members: list[Run], stored: list[artifacts.Predictions], dataset: Dataset, weights: Weights
) -> Committee:
    labels, rows = dataset.validation.labels, [predicted.validation for predicted in stored]
    equal = np.full(len(members), 1 / len(members))
    shares = mixture_weights(labels, rows) if weights == "validation" else equal
    who = tuple(
        Member(
            run_id=run.run_id, name=run.name, model=run.model, created=run.created.isoformat(), weight=min(1.0, share)
        )
        for run, share in zip(members, shares.tolist(), strict=True)
    )
    mixed = np.log(np.maximum(blend(rows, shares.tolist()), FAINT))
    return Committee(weights=weights, members=who, temperature=fit_temperature(mixed, labels))


def _answers(committee: Committee, stored: list[artifacts.Predictions]) -> artifacts.Predictions:
    shares = [member.weight for member in committee.members]
    rows = {
        split: calibrated(blend([predicted.of(split) for predicted in stored], shares), committee.temperature)
        for split in ("validation", "test")
    }
    return artifacts.Predictions(rows["validation"], rows["test"])


def _write(committee: Committee, members: list[Run], folder: Path) -> None:
    """Write the committee, its members' models with their specifications and picture scripts, and all as one graph."""
    for place, run in enumerate(members):
        target = folder / MEMBERS / str(place)
        target.mkdir(parents=True)
        _copy(_model_of(run), target)
    (folder / COMMITTEE_FILE).write_text(committee.model_dump_json(indent=1), "utf-8")
    weights = {place: member.weight for place, member in enumerate(committee.members) if member.weight}
    graphs = {place: read_graph(folder / MEMBERS / str(place)) for place in weights}
    joined = join_members(graphs, weights, committee.temperature)
    (folder / COMMITTEE_GRAPH).write_bytes(joined.SerializeToString())


def _model_of(run: Run) -> Path:
    """Return the folder of a member's model.

    Raises RegistryError where it has none, as imported predictions have none.
    """
    called, folder = f"Run {run.short_id} ({run.name})", None
    with suppress(RegistryError, InputError):
        folder = model_folder(run)
    if folder is None or not any((folder / name).exists() for name in (MODEL_FILE, PACKED_MODEL_FILE)):
        raise RegistryError(f"{called} has predictions but no model for new images; remove it.")
    return folder


def _copy(source: Path, target: Path) -> None:
    specification = (source / SPECIFICATION_FILE).read_text("utf-8")
    (target / SPECIFICATION_FILE).write_text(specification, "utf-8")
    (target / "preprocess.py").write_text(picture_script(Specification.from_json(specification).recipe), "utf-8")
    shutil.copy(source / (PACKED_MODEL_FILE if (source / PACKED_MODEL_FILE).exists() else MODEL_FILE), target)


def _seconds(committee: Committee, members: list[Run], dataset: Dataset) -> dict[str, float]:
    """Return the members' summed fit and predict times, where known, and the ensemble's latency, measured here."""
    seconds = {
        what: sum(run.seconds[what] for run in members)
        for what in ("fit", "predict")
        if all(what in run.seconds for run in members)
    }
    loaded = [partial(predictor, run) for run in members]
    together = CommitteeReader(loaded, [who.weight for who in committee.members], committee.temperature)
    return {**seconds, "latency": latency(together, dataset.validation.images[:1])}
