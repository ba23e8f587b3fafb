"""A search as the script that scikit-learn's users would write for it."""

from __future__ import annotations

from core.jobs.tuning.request import TRIALS, Budget, Search
from core.takeaway.search_script import search_script


def script_of(search: Search, budget: Budget | None = None) -> str:
    """Write a search with GridSearchCV or RandomizedSearchCV; a budget of minutes alone becomes 20 trials.

    Raises
    ------
    ParameterError
        For a model, step or searched parameter that scikit-learn does not have.
    """
    return search_script(
        search.model,
        search.recipe,
        search.parameters,
        search.space.dimensions,
        sampler=search.sampler,
        trials=(budget or search.budget).trials or TRIALS,
        limit=search.limit,
        folds=search.folds,
        seed=search.seed,
    )
