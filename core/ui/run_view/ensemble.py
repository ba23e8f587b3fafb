"""An ensemble: its members with their weights as bars, and whether it is better than its best member alone."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.errors import DigitLabError
from core.evaluation.comparison import compare
from core.models.catalogue import short_title
from core.models.serving.committee import Committee
from core.runs.run import Run
from core.text import percent
from core.ui import session
from core.ui.components.predictions import answers
from core.ui.components.table import show_table
from core.ui.text import escaped


def show_members(committee: Committee) -> None:
    """Show a row a member, its weight as a bar, and how the answers come about."""
    st.subheader("Members and weights", anchor=False)
    columns: dict[str, Any] = {
        "weight": st.column_config.ProgressColumn("Weight", format="percent", min_value=0, max_value=1),
        "name": "Member",
        "model": "Model",
    }
    show_table(member_table(committee), column_config=columns, alt="Members and their weights")
    learned = "fitted to minimise the log loss on the validation images"
    st.caption(
        "The weighted mean of its members' probabilities, with weights "
        f"{learned if committee.weights == 'validation' else 'all equal'}; then one temperature, "
        f"{committee.temperature:.3f}. It stores copies of its members' models, so members can be deleted."
    )


def member_table(committee: Committee) -> pd.DataFrame:
    """Return one row a member, the heaviest first: `name`, `model`, `weight` (0 to 1)."""
    members = sorted(committee.members, key=lambda member: member.weight, reverse=True)
    rows = [(f"{who.name} ({who.run_id[:8]})", short_title(who.model), who.weight) for who in members]
    return pd.DataFrame(rows, columns=["name", "model", "weight"])


def show_worth(run: Run) -> None:
    """Say whether an ensemble is better than the best of its members that are still here."""
    members = [session.run_by_id(member.run_id) for member in run.committee.members] if run.committee else []
    known = [member for member in members if member and "validation_accuracy" in member.metrics]
    if not known or run.fingerprint != session.dataset().fingerprint:
        return
    best = max(known, key=lambda member: member.metrics["validation_accuracy"])
    try:
        told, better = worth(run, best)
    except DigitLabError:
        return  # a member's predictions are lost; its own page says so
    st.markdown(f"{':material/verified:' if better else ':material/info:'} {escaped(told)}")


def worth(run: Run, best: Run) -> tuple[str, bool]:
    """Return how an ensemble compares with its best member on the validation images, in words, and if it is better."""
    labels = session.dataset().validation.labels
    read = {"ensemble": answers(run, "validation"), "alone": answers(best, "validation")}
    (row,) = compare(labels, read).to_dict("records")
    first, second = (percent(float((read[name] == labels).mean())) for name in ("ensemble", "alone"))
    figures = f"{first} and {second} of {len(labels):,} images"
    if row["better"] == "ensemble":
        return f"Better than {best.name} alone on validation: {figures}.", True
    if row["better"] == "alone":
        return f"Worse than {best.name} alone on validation: {figures}.", False
    return f"No better than {best.name} alone on validation: {figures}, no significant difference.", False
