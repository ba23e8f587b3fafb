"""One measured figure beside its peer, taken by turns in the same run so that the ratio counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Row:
    """What was measured, here and at the peer.

    Attributes
    ----------
    ours, peer : sequence of float
        The single measurements, in `unit`; pairs by position where both have as many.
    reach : float or None
        The figure to reach: of the ratio ours / peer where there is a peer, of our own median otherwise.
    note : str
        What a reader must know to believe it.
    failure : str
        Why it could not be measured, in a sentence; `ours` is empty then.
    """

    what: str
    unit: str
    ours: Sequence[float]
    peer_name: str = ""
    peer: Sequence[float] = field(default_factory=tuple)
    reach: float | None = None
    higher_is_better: bool = False
    note: str = ""
    failure: str = ""

    @property
    def ratios(self) -> list[float]:
        """Ours over the peer's, pair by pair, or against the peer's median where the numbers differ."""
        if not self.peer:
            return []
        pairs = self.peer if len(self.peer) == len(self.ours) else [median(self.peer)] * len(self.ours)
        return [own / other for own, other in zip(self.ours, pairs, strict=True)]

    @property
    def figure(self) -> float | None:
        """What is held against `reach`: the median ratio, or our median where there is no peer; None if it failed."""
        return median(self.ratios or self.ours) if self.ours else None

    @property
    def reached(self) -> bool | None:
        """Whether the figure is at or past its reach; None where there is nothing to reach."""
        if self.reach is None:
            return None
        if self.figure is None:
            return False
        return self.figure >= self.reach if self.higher_is_better else self.figure <= self.reach

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON that the command line prints."""
        ratios = self.ratios
        spread = {"median": median(ratios), "low": min(ratios), "high": max(ratios)} if ratios else None
        return {
            **asdict(self),
            "median": median(self.ours) if self.ours else None,
            "peer_median": median(self.peer) if self.peer else None,
            "ratio": spread,
            "figure": self.figure,
            "reached": self.reached,
        }


def seconds(action: Callable[[], object], repeats: int) -> list[float]:
    """Time an action several times, after one run that does not count."""
    action()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return times
