"""Pictures with words below them, side by side, in one element: one thing to send, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from core.ui.components.sheet import data_url

STYLE = """<style>
.cards { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: flex-start; }
.cards figure { margin: 0; width: var(--side); }
.cards img { width: 100%; height: var(--side); image-rendering: pixelated; border-radius: 4px; display: block;
  background: #000;  box-shadow: 0 0 0 1px color-mix(in srgb, currentColor 25%, transparent); }
.cards figcaption { font-size: 0.8125rem; line-height: 1.35; margin-top: 0.3rem; font-variant-numeric: tabular-nums; }
.cards figcaption b { display: block; font-size: 0.875rem; }
.cards.linked figure + figure { position: relative; margin-left: 0.9rem; }
.cards.linked figure + figure::before { content: "→"; position: absolute; left: -1.5rem;
  top: calc(var(--side) / 2 - 0.8rem); }
</style>"""


@dataclass(frozen=True, eq=False)
class Card:
    """One picture (h, w) uint8, 0 black to 255 ink, with a title and lines of words below it."""

    picture: np.ndarray
    title: str
    lines: tuple[str, ...] = ()


def show_cards(cards: Sequence[Card], *, side: int = 96) -> None:
    """Show pictures with their words, as many in a row as fit."""
    st.html(cards_html(cards, side=side))


def cards_html(cards: Sequence[Card], *, side: int = 96, linked: bool = False) -> str:
    """Write pictures with their words as HTML for `st.html`; `linked` puts an arrow between neighbours."""
    figures = "".join(_figure(card) for card in cards)
    return f'{STYLE}<div class="cards{" linked" if linked else ""}" style="--side:{side}px">{figures}</div>'


def _figure(card: Card) -> str:
    lines = "<br>".join(escape(line) for line in card.lines)
    alt = escape(f"{card.title}: {', '.join(card.lines)}", quote=True)
    return (
        f'<figure><img src="{data_url(card.picture)}" alt="{alt}">'
        f"<figcaption><b>{escape(card.title)}</b>{lines}</figcaption></figure>"
    )
