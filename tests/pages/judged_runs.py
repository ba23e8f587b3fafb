"""Finished runs with predictions of one's own, on the sample, for the pages that look at predictions."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from core.data.sample import load_sample
from core.ledger.states import State
from core.models.specification import Specification
from core.runs import artifacts, registry
from core.runs.history import HistoryWriter
from core.runs.run import Run

Alter = Callable[[np.ndarray, np.ndarray], None]
"""Gets probabilities (n, 10) and labels (n,), and changes the former."""


def judged_run(alter: Alter = lambda rows, labels: None, *, name: str = "plain", seed: int = 0) -> Run:
    """A finished run that reads every image rightly, 91 % sure, but for what `alter` changes."""
    dataset = load_sample()
    specification = Specification.from_preset("logistic", "fast", seed=seed)
    run_id = registry.create(specification, dataset.fingerprint, name=name).run_id
    stored = {}
    for split in ("validation", "test"):
        labels = dataset.evaluation_split(split).labels.astype(int)
        rows = np.full((len(labels), 10), 0.01, np.float32)
        rows[np.arange(len(labels)), labels] = 0.91
        alter(rows, labels)
        stored[split] = rows
        registry.log_metrics(run_id, {f"{split}_accuracy": float((rows.argmax(axis=1) == labels).mean())})
    with tempfile.TemporaryDirectory() as folder:
        artifacts.Predictions(**stored).save(Path(folder) / artifacts.PREDICTIONS)
        artifacts.store(run_id, Path(folder))
    registry.enter(run_id, State.FINISHED)
    return registry.get(run_id)


def imported_run(alter: Alter = lambda rows, labels: None, *, name: str = "from afar") -> Run:
    """The same as predictions that were imported: no model, and nothing known of how it was trained."""
    run = judged_run(alter, name=name)
    registry.change(run.run_id, specification="", external="true")
    return registry.get(run.run_id)


def learned_run(epochs: int = 8) -> Run:
    """A run whose history can be counted by hand, of at least 4 epochs.

    It reads images 0 and 1 wrongly for ever and image 20 after epoch 4 only; of the next `epochs` images it learns one
    more after every epoch but the first.
    """
    labels = load_sample().validation.labels.astype(int)
    run = judged_run(name="learner")
    writer = HistoryWriter(run.run_id, "epochs")
    for epoch in range(1, epochs + 1):
        rows = np.zeros((len(labels), 10), np.float32)
        rows[np.arange(len(labels)), labels] = 4
        wrong = [0, 1, *range(1 + epoch, 1 + epochs), *([20] if epoch == 4 else [])]
        rows[wrong, (labels[wrong] + 1) % 10] = 6
        writer.keep(epoch, epochs, lambda rows=rows: rows)
    return registry.get(run.run_id)


def misread(digit: int, as_digit: int, count: int) -> Alter:
    """Read the first `count` images of a digit as another, surer and surer."""

    def alter(rows: np.ndarray, labels: np.ndarray) -> None:
        for place, position in enumerate(np.flatnonzero(labels == digit)[:count]):
            sure = 0.5 + 0.02 * place
            rows[position] = (1 - sure) / 9
            rows[position, as_digit] = sure

    return alter


def texts(page: AppTest) -> str:
    """Every sentence on a page."""
    kinds = (page.markdown, page.caption, page.info, page.warning, page.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)
