"""A search so small that a trial takes a moment, and the real data that it takes, without any setting."""

from __future__ import annotations

from typing import Any

from core.data.sources import load_dataset
from core.jobs.tuning.request import Search
from core.jobs.tuning.search_space import SearchSpace
from core.models.catalogue import kind_named
from core.preprocessing.recipe import RECIPES

SMALL = ("max_iter=20",)


def small_search(*wishes: str, model: str = "logistic", **asked: Any) -> Search:
    """Search a logistic regression on 200 raw digits."""
    space = SearchSpace.parse(kind_named(model), wishes or ("C=0.01:10",))
    settings = SMALL if model == "logistic" else ()
    chosen = {"recipe": RECIPES["raw"], "limit": 200, "settings": settings, "trials": 4, **asked}
    if chosen.get("sampler") == "grid" and "trials" not in asked:
        chosen["trials"] = None
    return Search.ask(model, space, fingerprint=load_dataset().fingerprint, **chosen)
