"""What was read on a picture, and what people changed about it: kept for the picture that is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import streamlit as st

from core.reading.edits import join, split
from core.reading.judge import Judge
from core.reading.look import Look
from core.reading.segments import FoundDigit

KEY = "picture_sheet"


@dataclass(frozen=True, eq=False)
class Entry:
    """One digit of a picture: `label` is what is read, or what it was corrected to; `sure` 0..1."""

    digit: FoundDigit
    label: int
    sure: float
    doubtful: bool = False
    corrected: bool = False

    @property
    def state(self) -> str:
        """How it is drawn: "read", "doubtful" or "corrected"."""
        return "corrected" if self.corrected else "doubtful" if self.doubtful else "read"


@dataclass(frozen=True, eq=False)
class Sheet:
    """The digits of one picture in reading order; `key` says which picture, and how it was read."""

    key: str
    look: Look
    entries: tuple[Entry, ...] = field(default=())

    @property
    def text(self) -> str:
        """The digits, with a line break between lines."""
        lines: dict[int, str] = {}
        for entry in self.entries:
            lines[entry.digit.line] = lines.get(entry.digit.line, "") + str(entry.label)
        return "\n".join(lines[line] for line in sorted(lines))

    @property
    def table(self) -> pd.DataFrame:
        """A row a digit: `number`, `line`, `label`, `probability`, `state`, `x`, `y`, `width`, `height`."""
        rows = [
            (number, entry.digit.line + 1, entry.label, round(entry.sure, 4), entry.state, *entry.digit.box)
            for number, entry in enumerate(self.entries, 1)
        ]
        columns = ["number", "line", "label", "probability", "state", "x", "y", "width", "height"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def corrections(self) -> list[Entry]:
        """What people corrected."""
        return [entry for entry in self.entries if entry.corrected]

    def with_label(self, place: int, label: int) -> Sheet:
        """Return the sheet after one digit was corrected."""
        return self._with(place, 1, [replace(self.entries[place], label=label, corrected=True)])

    def without(self, place: int) -> Sheet:
        """Return the sheet without one digit."""
        return self._with(place, 1, [])

    def with_split(self, place: int, judge: Judge) -> Sheet:
        """Return the sheet with one digit cut in two; raises ImageError where it is too narrow."""
        return self._with(place, 1, read_again(split(self.entries[place].digit, judge), judge))

    def with_joined(self, place: int, judge: Judge) -> Sheet:
        """Return the sheet with one digit and the next one as one."""
        pair = [entry.digit for entry in self.entries[place : place + 2]]
        return self._with(place, 2, read_again([join(*pair)], judge))

    def _with(self, place: int, count: int, entries: Sequence[Entry]) -> Sheet:
        return replace(self, entries=(*self.entries[:place], *entries, *self.entries[place + count :]))


def read_again(digits: Sequence[FoundDigit], judge: Judge) -> list[Entry]:
    """Return what is read in digits that were cut or joined."""
    rows = judge(np.stack([digit.image for digit in digits])).probabilities
    return [Entry(digit, int(row.argmax()), float(row.max())) for digit, row in zip(digits, rows, strict=True)]


def sheet_of(look: Look, key: str) -> Sheet:
    """Return the sheet of a picture as it was left, or as it was read where it is new."""
    kept: Sheet | None = st.session_state.get(KEY)
    if kept is None or kept.key != key:
        entries = zip(look.digits, look.probabilities, look.doubtful, strict=True)
        kept = Sheet(
            key, look, tuple(Entry(d, int(row.argmax()), float(row.max()), bool(doubt)) for d, row, doubt in entries)
        )
        st.session_state[KEY] = kept
    return kept


def keep(sheet: Sheet) -> None:
    """Keep what people changed."""
    st.session_state[KEY] = sheet


def picture_key(data: bytes, *how: object) -> str:
    """Return what a picture and the way it is read are known by."""
    return hashlib.sha256(data + repr(how).encode()).hexdigest()
