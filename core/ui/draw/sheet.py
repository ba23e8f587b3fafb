"""What was read on a picture, and what people changed about it: kept for the picture that is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from core.reading.edits import join, split
from core.reading.judge import Judge
from core.reading.look import Look, checked, lines_of, together
from core.reading.segments import FoundDigit

KEY = "picture_sheet"


@dataclass(frozen=True, eq=False)
class Entry:
    """One digit of a picture: `look` is what is read in it alone, `correction` what people say that it is."""

    look: Look
    correction: int | None = None

    @property
    def digit(self) -> FoundDigit:
        """Where it is, and its picture."""
        return self.look.digits[0]

    @property
    def label(self) -> int:
        """What it is: as corrected, else as read."""
        return int(self.look.probabilities[0].argmax()) if self.correction is None else self.correction

    @property
    def state(self) -> str:
        """How it is drawn: "read", "doubtful" or "corrected"."""
        unsure = self.look.doubtful[0] or self.look.strange[0]
        return "corrected" if self.correction is not None else "doubtful" if unsure else "read"


@dataclass(frozen=True, eq=False)
class Sheet:
    """The digits of one picture in reading order; `key` says which picture, and how it was read."""

    key: str
    entries: tuple[Entry, ...]

    @property
    def look(self) -> Look | None:
        """What the model reads in the digits that are left; None where all were removed."""
        return together([entry.look for entry in self.entries]) if self.entries else None

    @property
    def text(self) -> str:
        """The digits, with a line break between lines."""
        return lines_of([entry.digit for entry in self.entries], [entry.label for entry in self.entries])

    @property
    def table(self) -> pd.DataFrame:
        """A row a digit: `number`, `line`, `label`, `probability` of what was read, `state`, and its box."""
        rows = [
            (number, entry.digit.line + 1, entry.label, round(float(entry.look.probabilities.max()), 4), entry.state,
             *entry.digit.box)
            for number, entry in enumerate(self.entries, 1)
        ]  # fmt: skip
        columns = ["number", "line", "label", "probability", "state", "x", "y", "width", "height"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def corrections(self) -> list[Entry]:
        """What people corrected."""
        return [entry for entry in self.entries if entry.correction is not None]

    def joins(self, place: int) -> bool:
        """Whether a digit has a next one on its line."""
        pair = self.entries[place : place + 2]
        return len(pair) == 2 and pair[0].digit.line == pair[1].digit.line

    def with_label(self, place: int, label: int) -> Sheet:
        """Return the sheet after one digit was corrected."""
        return self._with(place, 1, [replace(self.entries[place], correction=label)])

    def without(self, place: int) -> Sheet:
        """Return the sheet without one digit."""
        return self._with(place, 1, [])

    def with_split(self, place: int, judge: Judge) -> Sheet:
        """Return the sheet with one digit cut in two; raises ImageError where it is too narrow."""
        return self._with(place, 1, read_again(split(self.entries[place].digit, judge), judge))

    def with_joined(self, place: int, judge: Judge) -> Sheet:
        """Return the sheet with one digit and the next one as one."""
        first, second = (entry.digit for entry in self.entries[place : place + 2])
        return self._with(place, 2, read_again([join(first, second)], judge))

    def _with(self, place: int, count: int, entries: Sequence[Entry]) -> Sheet:
        return replace(self, entries=(*self.entries[:place], *entries, *self.entries[place + count :]))


def read_again(digits: Sequence[FoundDigit], judge: Judge) -> tuple[Entry, ...]:
    """Return what is read in digits that were cut or joined."""
    return entries_of(checked(digits, judge(np.stack([digit.image for digit in digits]))))


def entries_of(look: Look) -> tuple[Entry, ...]:
    """Return each digit of a look by itself."""
    return tuple(Entry(look[place]) for place in range(len(look.digits)))


def sheet_of(look: Look, key: str) -> Sheet:
    """Return the sheet of a picture as it was left, or as it was read where it is new."""
    kept: Sheet | None = st.session_state.get(KEY)
    if kept is None or kept.key != key:
        kept = Sheet(key, entries_of(look))
        st.session_state[KEY] = kept
    return kept


def as_kept(sheet: Sheet) -> Sheet:
    """Return the sheet of the same picture as it stands now: a button may be pressed before the page shows a change."""
    kept: Sheet | None = st.session_state.get(KEY)
    return sheet if kept is None or kept.key != sheet.key else kept


def keep(sheet: Sheet) -> None:
    """Keep what people changed."""
    st.session_state[KEY] = sheet


def picture_key(data: bytes, *how: object) -> str:
    """Return what a picture and the way it is read are known by."""
    return hashlib.sha256(data + repr(how).encode()).hexdigest()
