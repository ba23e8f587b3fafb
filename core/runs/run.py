"""A run as pages and commands see it, whichever store it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.errors import ParameterError, RegistryError
from core.ledger.states import State
from core.models.serving.committee import Committee
from core.models.specification import Specification


@dataclass(frozen=True)
class Progress:
    """How far a job is: `fraction` 0..1, in words, and when it said so (seconds since the epoch)."""

    fraction: float
    message: str
    at: float


@dataclass(frozen=True)
class Run:
    """One training, or one shipped model.

    Attributes
    ----------
    metrics : mapping of str to float
        `validation_*` and, once the run is finished, `test_*`.
    seconds : mapping of str to float
        "fit" (model and preprocessing) and "predict" (10,000 test images).
    reason : str
        Why it failed, was interrupted or stopped early; empty otherwise.
    committee : Committee or None
        Who answers together, where it is no single model.
    environment : mapping
        Hardware and versions it ran on.
    history : str
        In what its stored history counts, "epochs" or "trees"; empty where none is stored (`core.runs.history`).
    """

    run_id: str
    name: str
    model: str
    state: State
    owner: str
    created: datetime
    fingerprint: str
    key: str
    specification: Specification | None
    ended: datetime | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    progress: Progress | None = None
    reason: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    environment: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    shipped: bool = False
    external: bool = False
    committee: Committee | None = None
    trained_on_evaluation_data: bool = False
    deleted: bool = False
    history: str = ""

    @property
    def finished(self) -> bool:
        """Whether it has a model and predictions."""
        return self.state is State.FINISHED

    @property
    def has_model(self) -> bool:
        """Whether it can be asked about new pictures; predictions that were imported cannot."""
        return self.finished and (self.specification is not None or self.committee is not None)

    @property
    def why_no_model(self) -> str:
        """Why it cannot be asked about new pictures, in a sentence; empty where it can."""
        if self.has_model:
            return ""
        why = "its predictions were imported" if self.external else "it did not finish, or another version wrote it"
        return f"{self.name} ({self.short_id}): {why}, so there is no model to predict with."

    @property
    def trained_as(self) -> Specification | None:
        """What it was trained as here, where that is known; of an imported model only how it is served is."""
        return None if self.external else self.specification

    @property
    def short_id(self) -> str:
        """The first eight characters of its id, or the name of a shipped model."""
        return self.run_id[:8]

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON that the command line prints."""
        return {
            "run_id": self.run_id,
            "name": self.name,
            "model": self.model,
            "status": self.state.value,
            "metrics": dict(self.metrics),
            "seconds": dict(self.seconds),
            "owner": self.owner,
            "created": self.created.isoformat(timespec="seconds"),
            "ended": self.ended.isoformat(timespec="seconds") if self.ended else None,
            "fingerprint": self.fingerprint,
            "key": self.key,
            "preset": self.specification.preset if self.specification else None,
            "specification": self.specification.model_dump(mode="json") if self.specification else None,
            "group": self.group,
            "shipped": self.shipped,
            "external": self.external,
            "committee": self.committee.model_dump(mode="json") if self.committee else None,
            "reason": self.reason,
            "note": self.note,
            "tags": list(self.tags),
            "deleted": self.deleted,
        }


PREFIX = "digitlab."
SECONDS_PREFIX = "seconds_"
CURVE_PREFIX = "curve_"


def from_mlflow(stored: Any) -> Run:
    """Read an `mlflow.entities.Run` that `core.runs.registry` wrote."""
    tags = {name.removeprefix(PREFIX): value for name, value in stored.data.tags.items() if name.startswith(PREFIX)}
    figures = stored.data.metrics
    ended = tags.get("ended")
    return Run(
        run_id=stored.info.run_id,
        name=stored.info.run_name or stored.info.run_id[:8],
        model=tags.get("model", "unknown"),
        state=State(tags.get("state", "failed")),
        owner=tags.get("owner", ""),
        created=datetime.fromtimestamp(stored.info.start_time / 1000, UTC),
        ended=datetime.fromtimestamp(float(ended), UTC) if ended else None,
        fingerprint=tags.get("fingerprint", ""),
        key=tags.get("key", ""),
        specification=_specification(tags.get("specification")),
        metrics={name: value for name, value in figures.items() if name.startswith(("validation_", "test_"))},
        seconds={
            name.removeprefix(SECONDS_PREFIX): value
            for name, value in figures.items()
            if name.startswith(SECONDS_PREFIX)
        },
        reason=tags.get("reason", ""),
        note=stored.data.tags.get("mlflow.note.content", ""),
        tags=tuple(json.loads(tags.get("labels", "[]"))),
        environment=json.loads(tags.get("environment", "{}")),
        group=tags.get("group", ""),
        external=tags.get("external") == "true",
        committee=_committee(tags.get("committee")),
        trained_on_evaluation_data=tags.get("seen_judges") == "true",
        deleted=stored.info.lifecycle_stage == "deleted",
        history=tags.get("history", ""),
    )


def _specification(text: str | None) -> Specification | None:
    """Return the stored specification, or None where another version of the program wrote one that this cannot read."""
    try:
        return Specification.from_json(text) if text else None
    except ParameterError:
        return None


def _committee(text: str | None) -> Committee | None:
    try:
        return Committee.from_json(text) if text else None
    except RegistryError:
        return None
