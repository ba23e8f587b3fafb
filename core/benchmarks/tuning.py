"""Searching: what a strategy spends until it is as good as the full grid, and what a second worker brings.

The grid is evaluated once, whole, with the scores on the way and the seconds of each step; the strategies then search
the same cells and pay what each cell, or the steps of it that they took, had cost. So all strategies and seeds stand
on the same measurements, as in tabular benchmarks (Klein and Hutter 2019, https://arxiv.org/abs/1905.04970).
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from core.benchmarks.row import Row
from core.data.sources import load_dataset
from core.declaration import Value
from core.errors import TrainingError
from core.jobs.cluster.executor import Executor
from core.jobs.tuning import search_actions
from core.jobs.tuning.request import Search
from core.jobs.tuning.search_coordinator import Coordinator
from core.jobs.tuning.search_space import SearchSpace
from core.jobs.tuning.strategy import pruner_of, sampler_of
from core.jobs.tuning.trial_evaluation import SearchData, evaluate, search_data
from core.models.catalogue import kind_named

WITHIN = 0.002
SEEDS = 5
STRATEGIES = (("random", "none"), ("tpe", "none"), ("random", "hyperband"), ("tpe", "hyperband"))
GRIDS = {
    "svm": {"wishes": ("C=0.03:300:6", "gamma=0.03:30:6"), "preset": "fast", "limit": 2000},
    "cnn": {
        "wishes": ("learning_rate=0.0003:0.1:5", "width=8,16,24", "dropout=0,0.3"),
        "preset": "fast",
        "settings": ("epochs=6",),
        "limit": 5000,
    },
}
QUICK = {
    "svm": {"wishes": ("C=0.03:300:5", "gamma=0.03:30:5"), "preset": "fast", "limit": 500},
    "cnn": {"wishes": ("learning_rate=0.0003:0.1:4", "width=8,16"), "preset": "fast", "limit": 500},
}
Cell = tuple[Value, ...]


@dataclass(frozen=True)
class Measured:
    """One cell of the grid: score (0..1) and seconds spent at each step, in order of the steps."""

    steps: tuple[tuple[int, float, float], ...]

    @property
    def score(self) -> float:
        """At the last step."""
        return self.steps[-1][1]

    @property
    def seconds(self) -> float:
        """Of the whole cell without steps on the way: the last one of growing subsets, the sum of epochs."""
        return self.steps[-1][2]


def run(quick: bool, final: bool) -> list[Row]:
    """Measure both; the test set is not needed, so `final` changes nothing."""
    rows = [row for model in GRIDS for row in _against_grid(model, (QUICK if quick else GRIDS)[model])]
    return [*rows, _two_workers(8 if quick else 16)]


def _against_grid(model: str, grid: Mapping[str, Any]) -> Iterable[Row]:
    search = _search(model, grid)
    data = search_data(search.fingerprint, search.limit, search.seed)
    _measure(search, next(iter(itertools.product(*search.space.grid.values()))), data)  # imports and features
    cells = {cell: _measure(search, cell, data) for cell in itertools.product(*search.space.grid.values())}
    whole = sum(measured.seconds for measured in cells.values())
    for sampler, pruner in STRATEGIES:
        spent = [_replay(search, sampler, pruner, seed, cells) for seed in range(SEEDS)]
        yield Row(
            what=f"{model}: {sampler}, pruner {pruner}, work until within 0.2 point of the grid's best",
            unit="s",
            ours=spent,
            peer_name=f"full grid of {len(cells)}",
            peer=[whole] * SEEDS,
            reach=0.25,
            note=f"{SEEDS} seeds on {search.limit:,} training images, evaluated on validation; the grid measured once",
        )


def _search(model: str, grid: Mapping[str, Any], **asked: Any) -> Search:
    own = {name: value for name, value in grid.items() if name != "wishes"}
    settings = {"sampler": "grid", "pruner": "hyperband", **own, **asked}
    space = SearchSpace.parse(kind_named(model), grid["wishes"])
    return Search.ask(model, space, fingerprint=load_dataset().fingerprint, **settings)


def _measure(search: Search, cell: Cell, data: SearchData) -> Measured:
    """Evaluate a cell and keep the score and the processor's seconds of each step; epochs add up, subsets do not."""
    steps: list[tuple[int, float, float]] = []
    before = time.process_time()

    def watch(step: int, accuracy: float) -> bool:
        nonlocal before
        now = time.process_time()
        already = steps[-1][2] if steps and search.by_epochs else 0.0
        steps.append((step, accuracy, already + now - before))
        before = time.process_time()
        return True

    try:
        evaluate(search, dict(zip(search.space.names, cell, strict=True)), data, watch)
    except TrainingError:  # it diverged: the worst score, at the price that it had
        steps.append((search.resource, 0.0, time.process_time() - before))
    return Measured(tuple(steps))


def _replay(search: Search, sampler: str, pruner: str, seed: int, cells: Mapping[Cell, Measured]) -> float:
    """Return seconds that a strategy spends on the measured cells until it has one within reach of the best."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    asked = search.model_copy(update={"sampler": sampler, "pruner": pruner, "seed": seed})
    target = max(measured.score for measured in cells.values()) - WITHIN
    study = optuna.create_study(direction="maximize", pruner=pruner_of(asked), study_name=f"{sampler} {pruner} {seed}")
    spent, known = 0.0, set()
    for number in range(20 * len(cells)):
        study.sampler = sampler_of(asked, number, len(cells))
        trial = study.ask()
        cell = _nearest(asked, asked.space.suggest(trial))
        measured = cells[cell]
        if cell in known:  # as the coordinator does: what is known is told again and not computed
            study.tell(trial, measured.score)
            continue
        ended, seconds = _pay(trial, measured, asked) if pruner != "none" else (True, measured.seconds)
        spent += seconds
        if not ended:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            continue
        known.add(cell)
        study.tell(trial, measured.score)
        if measured.score >= target:
            return spent
    return spent


def _pay(trial: Any, measured: Measured, search: Search) -> tuple[bool, float]:
    """Go through the steps of a cell until it is pruned; whether it went to the end, and the seconds it took."""
    spent = 0.0
    for step, score, seconds in measured.steps:
        spent = seconds if search.by_epochs else spent + seconds
        trial.report(score, step)
        if trial.should_prune() and step < measured.steps[-1][0]:
            return False, spent
    return True, spent


def _nearest(search: Search, values: Mapping[str, Value]) -> Cell:
    """Return the cell of the grid that is nearest to what was asked for, in powers where the range is logarithmic."""
    cell: list[Value] = []
    for entry in search.space.dimensions:
        wanted = values[entry.name]
        if entry.choices:
            cell.append(wanted)
        else:
            scale = math.log if entry.log else float
            cell.append(min(entry.values, key=lambda value: abs(scale(value) - scale(wanted))))  # type: ignore[arg-type]
    return tuple(cell)


def _two_workers(trials: int) -> Row:
    """Return the same random search of equal trials by one worker and by two."""
    wall: dict[int, list[float]] = {}
    for workers in (1, 2, 1, 2):
        wall.setdefault(workers, []).append(_wall_seconds(workers, trials))
    return Row(
        what=f"search of {trials} SVM trials by two workers",
        unit="s",
        ours=wall[2],
        peer_name="one worker",
        peer=wall[1],
        reach=1 / 1.7,
        note=f"median {median(wall[1]) / median(wall[2]):.2f} times as fast; on as many free cores as workers",
    )


def _wall_seconds(workers: int, trials: int) -> float:
    grid = {"wishes": ("C=2:4",), "preset": "fast", "limit": 10_000}
    with Executor(trials=workers) as executor:
        warm = search_actions.create(_search("svm", grid, sampler="random", pruner="none", trials=2 * workers, seed=1))
        Coordinator(warm, executor).run()
        name = search_actions.create(_search("svm", grid, sampler="random", pruner="none", trials=trials))
        started = time.perf_counter()
        Coordinator(name, executor).run()
        return time.perf_counter() - started
