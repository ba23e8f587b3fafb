"""What was measured on an app, and the table that sets two apps side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from tests.load.visits import ACTIONS

TIMES_THE_FLOOR = 2.0
MOST_MEGABYTES = 600.0
MOST_GROWTH = 30.0
TIMES_AS_SLOW = 1.25
ROW = "{:<22} {:>7} {:>9} {:>9} {:>9}   {:>7} {:>9} {:>9} {:>9}   {:>6}"
COLUMNS = 11


@dataclass(frozen=True)
class Sample:
    """Megabytes that a server's process holds at a moment (seconds since 1970), and CPU seconds that it has used."""

    at: float
    megabytes: float
    cpu_seconds: float


@dataclass
class Phase:
    """One app under load: seconds by action, errors, its process, when it was loaded, the training's epochs then."""

    name: str
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)
    epochs: list[float] = field(default_factory=list)
    """Seconds of each epoch that began and ended while the app was loaded."""
    images: int = 0

    def document(self) -> dict[str, Any]:
        """Everything that was measured, for JSON."""
        return {**vars(self), "seconds": dict(self.seconds), "samples": [asdict(sample) for sample in self.samples]}

    def percentile(self, action: str, share: float) -> float:
        """Seconds within which that share (0 to 100) of the actions was drawn; not a number where there were none."""
        times = self.seconds.get(action, [])
        return float(np.percentile(times, share)) if times else float("nan")

    def note_epochs(self, ends: Sequence[float], images: int) -> None:
        """Take the epochs that lie within the times of load as a whole."""
        self.images = images
        self.epochs = [
            end - start
            for start, end in pairwise(ends)
            if any(began <= start and end <= over for began, over in self.spans)
        ]

    @property
    def epoch_seconds(self) -> float:
        return float(np.median(self.epochs)) if self.epochs else float("nan")

    @property
    def most_megabytes(self) -> float:
        return max((sample.megabytes for sample in self.samples), default=float("nan"))

    @property
    def growth(self) -> float:
        """Megabytes by which the last tenth of the samples lies above the third tenth, when caches have filled."""
        held = [sample.megabytes for sample in self.samples]
        tenth = max(1, len(held) // 10)
        return float(np.median(held[-tenth:]) - np.median(held[2 * tenth : 3 * tenth] or held[:1])) if held else 0.0

    def memory(self, columns: int) -> list[float]:
        """Megabytes at evenly spaced moments of the load, from the first to the last."""
        places = np.linspace(0, len(self.samples) - 1, columns).round().astype(int) if self.samples else []
        return [self.samples[place].megabytes for place in places]

    @property
    def cpu_per_act(self) -> float:
        """CPU seconds of the server for each act under load."""
        used = 0.0
        for began, ended in self.spans:
            inside = [sample.cpu_seconds for sample in self.samples if began <= sample.at <= ended]
            used += inside[-1] - inside[0] if inside else 0.0
        return used / max(1, sum(map(len, self.seconds.values())))


def report(ours: Phase, floor: Phase) -> str:
    """The table for people: what took how long, errors, memory over time, the training beside; and what was reached."""
    lines = [ROW.format("seconds", "ours", "p50", "p95", "p99", "floor", "p50", "p95", "p99", "ratio")]
    lines += [_action_row(action, ours, floor) for action in ACTIONS]
    lines += [
        _row("errors", len(ours.errors), len(floor.errors)),
        _row("CPU of the server/act", f"{ours.cpu_per_act:.3f}", f"{floor.cpu_per_act:.3f}"),
        _row(
            f"epoch of {ours.images:,}", f"{ours.epoch_seconds:.1f}", f"{floor.epoch_seconds:.1f}",
            f"{ours.epoch_seconds / floor.epoch_seconds:.2f}",
        ),
        _row("MB at most", f"{ours.most_megabytes:.0f}", f"{floor.most_megabytes:.0f}"),
        "",
        *(f"MB over time, {phase.name}: {' '.join(f'{held:.0f}' for held in phase.memory(COLUMNS))}"
          for phase in (ours, floor)),
        f"Epochs counted: {len(ours.epochs)} beside ours, {len(floor.epochs)} beside the floor app.",
    ]  # fmt: skip
    for phase in (ours, floor):
        lines += [f"{phase.name}, {count} times: {error}" for error, count in Counter(phase.errors).most_common(10)]
    missed = misses(ours, floor)
    return "\n".join([*lines, "Missed: " + "; ".join(missed) if missed else "Every aim is reached."])


def _action_row(action: str, ours: Phase, floor: Phase) -> str:
    cells = [
        cell
        for phase in (ours, floor)
        for cell in (
            len(phase.seconds.get(action, [])),
            *(f"{phase.percentile(action, share):.3f}" for share in (50, 95, 99)),
        )
    ]
    return ROW.format(action, *cells, f"{ours.percentile(action, 95) / floor.percentile(action, 95):.2f}")


def _row(what: str, ours: object, floor: object, ratio: str = "") -> str:
    return ROW.format(what, ours, "", "", "", floor, "", "", "", ratio)


def misses(ours: Phase, floor: Phase) -> list[str]:
    """The aims that were not reached, each as a phrase; what was not measured is missed too."""
    ratios = {action: ours.percentile(action, 95) / floor.percentile(action, 95) for action in ACTIONS}
    slower = ours.epoch_seconds / floor.epoch_seconds
    checks = {
        **{
            f"{action} at {TIMES_THE_FLOOR:.0f} times the floor app ({ratio:.2f})": ratio <= TIMES_THE_FLOOR
            for action, ratio in ratios.items()
        },
        f"no errors ({len(ours.errors)})": not ours.errors,
        f"training at most {TIMES_AS_SLOW} times as slow as beside the floor app ({slower:.2f})": slower
        <= TIMES_AS_SLOW,
        f"under {MOST_MEGABYTES:.0f} MB ({ours.most_megabytes:.0f})": ours.most_megabytes < MOST_MEGABYTES,
        f"flat within {MOST_GROWTH:.0f} MB ({ours.growth:+.0f})": ours.growth < MOST_GROWTH,
    }
    return [aim for aim, reached in checks.items() if not reached]
