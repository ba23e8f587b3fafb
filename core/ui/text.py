"""People's own words on the screen: shown as they are, never as Markdown or HTML."""

from __future__ import annotations

MARKDOWN = frozenset(r"\`*_{}[]<>()#+-.!|~$:")


def escaped(text: str) -> str:
    """Escape everything that Markdown would read as its own."""
    return "".join(f"\\{character}" if character in MARKDOWN else character for character in text)
