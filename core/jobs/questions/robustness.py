"""How a model holds up on spoilt images, as a job whose answer is kept."""

from __future__ import annotations

import itertools
import platform
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from core.arrays import UInt8Array
from core.data.corruptions.catalogue import CORRUPTIONS, SEVERITIES, corrupt
from core.data.dataset import Split
from core.data.judging import JudgingSet, judging_set
from core.data.sources import load_expected
from core.errors import DataError
from core.evaluation.robustness import COLUMNS, robustness
from core.jobs.monitor import monitor_of_job
from core.jobs.questions.kept import Answer, Question
from core.runs.leaderboard import find
from core.runs.model_cache import predictor
from core.runs.run import Run

FUNCTION = "core.jobs.questions.robustness:run"
UNSPOILT = "none"
SETS = 1 + len(CORRUPTIONS) * len(SEVERITIES)
"""So many times each image is read: as it is, and under each corruption at each severity."""


def question(run: Run, images: int, fingerprint: str, judging: JudgingSet) -> Question:
    """Ask how a run holds up on the first `images` of some images; a model that was trained anew is asked anew."""
    asked = (run.run_id, run.created.isoformat(), images, fingerprint, judging.name, judging.fingerprint)
    return Question(FUNCTION, asked, title=f"the robustness of {run.name}")


def run(run_id: str, created: str, images: int, fingerprint: str, name: str, expected: str) -> Answer:
    """Judge a model in a worker, on every corruption at every severity.

    Parameters
    ----------
    name, expected : str
        The images that judge, as `core.data.judging.judging_set` takes their name, and their fingerprint.

    Returns
    -------
    dict of ndarray
        The columns of `core.evaluation.robustness.robustness` but `model`, 96 rows; at severity 0 the images are whole.

    Raises
    ------
    DataError
        The worker holds other images than the ones that were asked about.
    """
    dataset = load_expected(fingerprint)
    judging = judging_set(dataset, name)
    if judging.fingerprint != expected:
        raise DataError(f"The worker on {platform.node()} has other {judging.title} images than this was asked about.")
    model = predictor(find(run_id, dataset))
    chosen, labels = judging.split.images[:images], judging.split.labels[:images]
    table = robustness({run_id: model.predict_proba}, spoilt(chosen), labels, _counter())
    return {name: table[name].to_numpy(str if name == "corruption" else None) for name in COLUMNS if name != "model"}


def _counter() -> Callable[[str, int], None]:
    """Return what tells, after each set of images, how many are done."""
    monitor, done = monitor_of_job(), itertools.count(1)

    def report(corruption: str, severity: int) -> None:
        title = CORRUPTIONS[corruption].title.lower() if severity else "no corruption"
        monitor.report(next(done) / SETS, f"{title}, severity {severity}" if severity else title)

    return report


def spoilt(images: UInt8Array) -> Iterator[tuple[str, int, np.ndarray]]:
    """Give the images as they are, then under each corruption at severity 1 to 5, one set at a time."""
    yield UNSPOILT, 0, images
    for name in CORRUPTIONS:
        for severity in SEVERITIES:
            yield name, severity, corrupt(images, name, severity)


def table_of(answers: Mapping[str, Answer]) -> pd.DataFrame:
    """Join the answers of several models, by name, into the table that `robustness` would have made of them all."""
    tables = [pd.DataFrame(answer).assign(model=name)[COLUMNS] for name, answer in answers.items()]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)


def samples(split: Split, corruption: str, digits: tuple[int, ...]) -> UInt8Array:
    """Return the first image of each of some digits, as it is and at severity 1 to 5: (digits, 6, 28, 28) uint8."""
    found = [np.flatnonzero(split.labels == digit)[:1] for digit in digits]
    images = split.images[np.concatenate(found)]
    return np.stack([images, *(corrupt(images, corruption, severity) for severity in SEVERITIES)], axis=1)
