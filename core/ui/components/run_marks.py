"""What a board must not hide of a run: who made it, what it learned from, whether it is the champion."""

from __future__ import annotations

from core.models.changes import data_changes
from core.runs.run import Run


def run_marks(run: Run, champion: str = "") -> list[str]:
    """Return short marks: "champion", "shipped", "external", "trained on 5,000 images", "saw its judges", ..."""
    marks = [
        (run.run_id == champion, "champion"),
        (run.shipped, "shipped"),
        (run.external, "external"),
        (run.trained_on_evaluation_data, "data leakage: trained on its evaluation data"),
    ]
    return [words for marked, words in marks if marked] + _trained_on(run)


def _trained_on(run: Run) -> list[str]:
    """Return what is other than all training images with their own labels: "trained on 5,000 images", ..."""
    changes = data_changes(run.trained_as.experiment) if run.trained_as else []
    return [f"trained {'on ' if words.endswith('images') else ''}{words}" for words in changes]
