"""How long a running job still takes, from how fast it went in the last while."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 20
"""So many of the last reports count: the first ones hold what comes once, such as compiling a network."""


@dataclass(frozen=True)
class Pace:
    """What a job has said of its progress, the oldest first: seconds since the epoch, and the fraction done, 0..1."""

    reports: tuple[tuple[float, float], ...] = ()

    def heard(self, at: float, fraction: float) -> Pace:
        """Return the pace with one more report; the same one twice, and one from a new start, are understood."""
        if self.reports and fraction < self.reports[-1][1]:
            return Pace(((at, fraction),))
        if self.reports and fraction == self.reports[-1][1]:
            return self
        return Pace((*self.reports, (at, fraction))[-MOST:])

    def seconds_left(self, now: float) -> float | None:
        """Return the seconds from `now` until the job is done at this pace; None after fewer than two reports."""
        if len(self.reports) < 2:
            return None
        (first_at, first), (last_at, last) = self.reports[0], self.reports[-1]
        if last_at <= first_at:
            return None
        return max(0.0, (1 - last) * (last_at - first_at) / (last - first) - (now - last_at))
