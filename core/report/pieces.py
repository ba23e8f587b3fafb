"""Pieces of an HTML page that needs nothing but itself: escaped text, tables, pictures, charts."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Sequence

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; max-width: 60rem; margin: 2rem auto;
  padding: 0 1.25rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #d0d4da; padding-bottom: 0.2rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.3rem 0.6rem; border-bottom: 1px solid #e3e6ea; vertical-align: top;
  overflow-wrap: anywhere; }
tr.differs td { background: #fdf0e2; }
.wide { overflow-x: auto; } .quiet { color: #555c66; font-size: 0.9rem; } img { max-width: 100%; }
li { margin: 0.3rem 0; } details { margin: 0.6rem 0; } summary { cursor: pointer; font-weight: 600; }
@page { margin: 15mm; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2, h3 { break-after: avoid; }
  figure, tr, img { break-inside: avoid; } .wide { overflow: visible; } }
"""

# Every chart is data in a script of its own; this draws them, and again for paper, whose width is another.
DRAW = """
const charts = [...document.querySelectorAll("div.chart")];
for (const chart of charts) {
  const figure = JSON.parse(document.getElementById(chart.id + "-data").textContent);
  Plotly.newPlot(chart, figure.data, figure.layout, { responsive: true, displaylogo: false });
}
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const chart of charts) Plotly.relayout(chart, { width: 660 });
});
addEventListener("afterprint", () => {
  for (const chart of charts) Plotly.relayout(chart, { autosize: true, width: null });
});
"""


def text(value: object) -> str:
    """Anything as text that HTML shows as it is."""
    return html.escape(str(value))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], marked: Sequence[bool] = ()) -> str:
    """A table; rows for which `marked` says so are tinted."""
    head = "".join(f"<th>{text(column)}</th>" for column in columns)
    marks = list(marked)
    body = [
        f"<tr{' class=differs' if place < len(marks) and marks[place] else ''}>"
        + "".join(f"<td>{text(cell)}</td>" for cell in row)
        + "</tr>"
        for place, row in enumerate(rows)
    ]
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'


def listing(sentences: Iterable[str]) -> str:
    """Sentences below each other, each once."""
    return "<ul>" + "".join(f"<li>{text(sentence)}</li>" for sentence in dict.fromkeys(sentences)) + "</ul>"


def picture(png: bytes, alt: str) -> str:
    """A PNG inside the page."""
    return f'<img alt="{text(alt)}" src="data:image/png;base64,{base64.b64encode(png).decode()}">'


def chart(figure: go.Figure, name: str) -> str:
    """A chart by a name that only it has; no text in its data can end the script that holds it."""
    data = json.dumps(json.loads(figure.to_json()), ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        data = data.replace(character, f"\\u{ord(character):04x}")
    height = int(figure.layout.height or 400)
    holder = f'<figure><div class="chart" id="{name}" style="height: {height}px"></div></figure>'
    return f'{holder}<script type="application/json" id="{name}-data">{data}</script>'


def document(title: str, parts: Iterable[str]) -> str:
    """The whole page; Plotly's source is in it once, and a policy that lets it fetch nothing."""
    policy = (
        "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{STYLE}</style></head><body>{''.join(parts)}"
        f"<script>{get_plotlyjs()}</script><script>{DRAW}</script></body></html>\n"
    )
