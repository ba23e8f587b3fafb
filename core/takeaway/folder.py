"""Everything that a run gives away, written into one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.cells import as_csv
from core.data.dataset import Dataset
from core.data.whole_file import whole_file
from core.errors import DigitLabError, InputError, ReportError
from core.runs.leaderboard import predictions
from core.runs.run import Run
from core.takeaway import run_files as takeaway


@dataclass(frozen=True)
class Exported:
    """What was written, and why what is missing could not be, in sentences."""

    files: tuple[Path, ...]
    missing: tuple[str, ...]


def export(run: Run, dataset: Dataset, folder: Path) -> Exported:
    """Write a finished run's model with its scripts, predictions, specification, and the script that trains it again.

    Raises
    ------
    InputError
        The run is not finished.
    ReportError
        A file could not be written.
    """
    if not run.finished:
        raise InputError(f"{run.name} ({run.short_id}) is {run.state.value}; only a finished run can be exported.")
    files: list[Path] = []
    missing: list[str] = []
    for part in PARTS:
        try:
            for name, content in part(run, dataset):
                files.append(_written(folder / name, content))
        except ReportError:
            raise
        except DigitLabError as error:
            missing.append(str(error))
    return Exported(tuple(files), tuple(missing))


Part = Iterator[tuple[str, bytes]]


def _model(run: Run, dataset: Dataset) -> Part:
    yield f"{takeaway.file_stem(run)}.zip", takeaway.zipped(takeaway.model_files(run)())


def _predictions(run: Run, dataset: Dataset) -> Part:
    if run.fingerprint != dataset.fingerprint:
        raise InputError(f"The predictions of {run.name} are for images that are not available here.")
    stored, stem = predictions(run, dataset), takeaway.file_stem(run)
    for split in ("validation", "test"):
        table = takeaway.prediction_table(dataset.evaluation_split(split), stored.of(split))
        yield f"{stem}-{split}.csv", as_csv(table).encode()
        yield f"{stem}-{split}.parquet", takeaway.as_parquet(table)


def _specification(run: Run, dataset: Dataset) -> Part:
    if run.trained_as or run.committee:
        yield f"{takeaway.file_stem(run)}.json", takeaway.specification_json(run).encode()


def _reproduction(run: Run, dataset: Dataset) -> Part:
    yield f"{takeaway.file_stem(run)}-reproduce.py", takeaway.reproduction(run, dataset).encode()


PARTS: tuple[Callable[[Run, Dataset], Part], ...] = (_model, _predictions, _specification, _reproduction)


def _written(path: Path, content: bytes) -> Path:
    try:
        with whole_file(path) as place:
            place.write_bytes(content)
    except OSError as error:
        raise ReportError(f"{path} could not be written: {error.strerror or error}.") from error
    return path
