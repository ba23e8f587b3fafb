"""People's own words on the screen: shown as they are, never as Markdown or HTML."""

from __future__ import annotations

import re

from core.evaluation.intervals import wilson_interval
from core.text import percent, percent_range

MARKDOWN = frozenset(r"\`*_{}[]<>()#+-.!|~$:")
JOINER = "\u2060"
READ_AFTER_PARSING = re.compile(
    r"(?<=://)|(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=:)(?=[\w+/-]+:)|(?<=[<>~-])(?=[=>-])", re.IGNORECASE
)
"""Where Streamlit finds addresses, emoji, icons and arrows in text whose Markdown has been read, escaped or not."""
READ_AFTER_ESCAPES = re.compile(
    r"(?<=://)|(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=\\:)(?=[\w+/\\-]+:)|(?<=\\[<>~])(?=\\?[=>-])|(?<=-)(?=\\>)",
    re.IGNORECASE,
)
"""The same places in words that stand escaped in Markdown."""
CODE = re.compile(r"(`[\w.=-]+(?: [\w.=-]+)*`)")


def escaped(text: str) -> str:
    """Escape everything that Markdown would read as its own; an invisible joiner parts what looks like an address."""
    parted = READ_AFTER_PARSING.sub(JOINER, text)
    return "".join(f"\\{character}" if character in MARKDOWN else character for character in parted)


def parted(markdown: str) -> str:
    """Return a document whose quoted words are escaped, with an invisible joiner in what looks like an address."""
    return READ_AFTER_ESCAPES.sub(JOINER, markdown)


def sentence(words: object) -> str:
    """Escape a sentence of our own, which may quote people, except short pieces of code between backticks."""
    pieces = CODE.split(str(words))
    return "".join(piece if place % 2 else escaped(piece) for place, piece in enumerate(pieces))


def certainty(share: float) -> str:
    """Return a probability in words that never says 100 % of what is not certain."""
    shown = percent(share, 1)
    return "> 99.9 %" if shown == "100.0 %" else shown


def interval_in_words(accuracy: float | None, images: int) -> str:
    """Return the Wilson interval of an accuracy (0..1) as text, "" where there is none."""
    if accuracy is None:
        return ""
    interval = wilson_interval(min(images, max(0, round(accuracy * images))), images)
    return percent_range(interval.low, interval.high)
