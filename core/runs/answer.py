"""Which model answers where nobody names one: on the pages, in the demo, on the command line and in reports."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from core.data.dataset import Dataset
from core.database_faults import is_full
from core.errors import RegistryError
from core.models.serving.shipped import shipped
from core.runs.champion import champion
from core.runs.leaderboard import every_run
from core.runs.run import Run
from core.runs.shipped import shipped_runs
from core.settings import settings

logger = logging.getLogger(__name__)

NO_MODEL = "There is no model yet: train one with `python -m core train cnn`, then name it here."


def answering_run(dataset: Dataset) -> Run:
    """Return the run that answers: the champion, else the best single model; see `choose`.

    Where the home folder cannot be written to, or is full, and so its registry not be opened, the best shipped model
    answers.
    """
    try:
        return choose(every_run(dataset), champion(dataset))
    except RegistryError as error:
        if settings().writable and not is_full(settings().home):
            raise
        logger.warning("A shipped model answers, whoever is champion: %s", error)
        return choose(shipped_runs(dataset))


def choose(runs: Iterable[Run], chosen: Run | None = None) -> Run:
    """Choose the run that answers.

    Parameters
    ----------
    runs : iterable of Run
        The registry's runs and the shipped models.
    chosen : Run or None
        The champion.

    Returns
    -------
    Run
        The champion where there is one; else the run with the highest accuracy on the full validation set among the
        single models of all ten digits that were trained here without the images that judge. Ties go to a shipped one.

    Raises
    ------
    RegistryError
        If no run may answer.
    """
    if chosen is not None and chosen.has_model:
        return chosen
    full = {card.content["fingerprint"] for card in shipped().values()}
    able = [run for run in runs if run.shipped or (run.fingerprint in full and may_answer(run))]
    if not able:
        raise RegistryError(NO_MODEL)
    return max(able, key=lambda run: (_accuracy(run), run.shipped, -_log_loss(run)))


def may_answer(run: Run) -> bool:
    """Whether a run is a finished single model of all ten digits, trained here, that never saw the judging images."""
    known = run.trained_as
    return (
        run.has_model
        and known is not None
        and run.committee is None
        and not run.trained_on_evaluation_data
        and not run.deleted
        and not known.experiment.left_out
    )


def _accuracy(run: Run) -> float:
    return float(_on_full_validation(run).get("validation_accuracy", 0.0))


def _log_loss(run: Run) -> float:
    return float(_on_full_validation(run).get("validation_log_loss", 99.0))


def _on_full_validation(run: Run) -> dict[str, float]:
    """Return the metrics on all 5,000 validation images, by which a shipped model's card judges."""
    return dict(shipped()[run.run_id].content["metrics"] if run.shipped else run.metrics)
