"""Small drawings as pen strokes: what people draw on a canvas that asks for a digit, and digits of European hands.

Every shape is about one unit large and lies about the origin, x to the right and y down.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.reading.novelty_training.curves import Lines, arc, line, smooth, turned


def smiley(r: np.random.Generator) -> Lines:
    """Draw a smiley."""
    face = arc(0, 0, 1, r.uniform(0.85, 1.15), 0, r.uniform(0.97, 1.05))
    x, y, e = r.uniform(0.25, 0.45), r.uniform(0.2, 0.45), r.uniform(0.02, 0.14)
    mouth = arc(0, r.uniform(0, 0.2), r.uniform(0.4, 0.65), r.uniform(0.25, 0.5), 0.05, 0.45)
    eyes = [arc(s * x, -y, e, e * r.uniform(1, 2), 0, 1, 10) for s in (-1, 1)]
    if r.random() < 0.3:
        eyes = [line((s * x, -y - 0.12), (s * x, -y + 0.12)) for s in (-1, 1)]
    nose = [line((0, -0.1), (r.uniform(-0.1, 0.1), 0.15))] if r.random() < 0.3 else []
    return [face, *eyes, mouth, *nose]


def heart(r: np.random.Generator) -> Lines:
    """Draw a heart."""
    t = np.linspace(0, 2 * np.pi, 48)
    x, y = 16 * np.sin(t) ** 3, -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    if r.random() < 0.4:
        dip, top = r.uniform(-0.6, -0.3), r.uniform(-0.95, -0.8)
        half = np.array([[0, dip], [0.25, top], [0.65, top], [1, -0.45], [0.8, 0.1], [0, 1]])
        return [smooth(half * [1, 1]), smooth(half * [-1, 1])]
    return [np.column_stack([x * r.uniform(0.8, 1.2), y]) / 16]


def house(r: np.random.Generator) -> Lines:
    """Draw a house."""
    w, h, roof = r.uniform(0.6, 1.0), r.uniform(0.6, 1.0), r.uniform(0.4, 0.9)
    over = r.uniform(0, 0.25)
    walls = line((-w, 0), (-w, h), (w, h), (w, 0), (-w, 0))
    top = line((-w - over, 0), (0, -roof), (w + over, 0))
    made = [walls, top] if r.random() < 0.7 else [line((-w, 0), (0, -roof), (w, 0), (w, h), (-w, h), (-w, 0))]
    if r.random() < 0.6:
        d, at = r.uniform(0.12, 0.22), r.uniform(-0.3, 0.3)
        made.append(line((at - d, h), (at - d, h * 0.4), (at + d, h * 0.4), (at + d, h)))
    if r.random() < 0.3:
        made.append(line((0.3, 0.2), (0.6, 0.2), (0.6, 0.45), (0.3, 0.45), (0.3, 0.2)))
    return made


def star(r: np.random.Generator) -> Lines:
    """Draw a star."""
    if r.random() < 0.5:
        t = 2 * np.pi * (np.arange(6) * 2 / 5) - np.pi / 2
        return [line(*zip(np.cos(t), np.sin(t), strict=True))]
    if r.random() < 0.6:
        t = 2 * np.pi * np.arange(11) / 10 - np.pi / 2
        size = np.where(np.arange(11) % 2, r.uniform(0.35, 0.5), 1)
        return [line(*zip(size * np.cos(t), size * np.sin(t), strict=True))]
    n = int(r.integers(3, 5))
    return [line((np.cos(a), np.sin(a)), (-np.cos(a), -np.sin(a))) for a in np.pi * np.arange(n) / n]


def square(r: np.random.Generator) -> Lines:
    """Draw a square."""
    w, h = r.uniform(0.75, 1.0), r.uniform(0.75, 1.0)
    corners = [(-w, -h), (w, -h), (w, h), (-w, h)]
    first = int(r.integers(4))
    ring = [corners[(first + i) % 4] for i in range(5)]
    return [line(*ring)]


def rectangle(r: np.random.Generator) -> Lines:
    """Draw a rectangle."""
    w = r.uniform(1.0, 1.9)
    return [line((-w, -0.6), (w, -0.6), (w, 0.6), (-w, 0.6), (-w, -0.6))]


def triangle(r: np.random.Generator) -> Lines:
    """Draw a triangle."""
    top = (r.uniform(-0.4, 0.4), -r.uniform(0.8, 1.1))
    ring = [top, (1, 0.8), (-1, 0.8), top]
    if r.random() < 0.3:
        ring = [(x, -y) for x, y in ring]
    if r.random() < 0.2:
        ring = [(y, x) for x, y in ring]
    return [line(*ring)]


def tick(r: np.random.Generator) -> Lines:
    """Draw a tick."""
    return [line((-r.uniform(0.4, 0.9), r.uniform(-0.2, 0.3)), (r.uniform(-0.4, -0.1), 0.9), (1, -r.uniform(0.5, 1.1)))]


def arrow(r: np.random.Generator) -> Lines:
    """Draw a arrow."""
    tip = r.uniform(0.3, 0.6)
    made = [line((-1, 0), (1, 0)), line((1 - tip, -tip * 0.8), (1, 0), (1 - tip, tip * 0.8))]
    return turned(made, r.integers(8) / 8 + r.normal(0, 0.02))


def question_mark(r: np.random.Generator) -> Lines:
    """Draw a question mark."""
    bow = arc(0, -0.5, 0.5, 0.45, -0.55, r.uniform(0.15, 0.28))
    stem = line(tuple(bow[-1]), (0, 0.3), (0, 0.55))
    d = r.uniform(0.02, 0.1)
    return [np.concatenate([bow, stem]), arc(0, r.uniform(0.85, 1.05), d, d, 0, 1, 8)]


def cross(r: np.random.Generator) -> Lines:
    """Draw a cross."""
    turn = r.choice([0, 0.125])
    return turned([line((-1, 0), (1, 0)), line((0, -r.uniform(0.7, 1)), (0, 1))], turn)


def cloud(r: np.random.Generator) -> Lines:
    """Draw a cloud."""
    bumps = int(r.integers(4, 7))
    a = 2 * np.pi * np.arange(bumps) / bumps
    return [
        np.concatenate(
            [arc(1.2 * np.cos(t), 0.6 * np.sin(t), 0.5, 0.4, t / 2 / np.pi - 0.3, t / 2 / np.pi + 0.3, 10) for t in a]
        )
    ]


def spiral(r: np.random.Generator) -> Lines:
    """Draw a spiral."""
    t = np.linspace(0, 2 * np.pi * r.uniform(2, 4), 80)
    return [np.column_stack([t * np.cos(t), t * np.sin(t)]) * [1, r.choice([-1, 1])]]


def flower(r: np.random.Generator) -> Lines:
    """Draw a flower."""
    n = int(r.integers(4, 7))
    a = 2 * np.pi * np.arange(n) / n
    petals = [arc(np.cos(t) * 0.6, np.sin(t) * 0.6, 0.35, 0.35, 0, 1, 14) for t in a]
    return [arc(0, 0, 0.3, 0.3, 0, 1, 14), *petals, line((0, 1), (0, 2))][: n + 1 + int(r.integers(2))]


def stick_figure(r: np.random.Generator) -> Lines:
    """Draw a stick figure."""
    return [
        arc(0, -0.9, 0.3, 0.3, 0, 1, 16),
        line((0, -0.6), (0, 0.3)),
        line((-0.5, r.uniform(-0.5, 0)), (0, -0.3), (0.5, r.uniform(-0.5, 0))),
        line((-0.4, 1), (0, 0.3), (0.4, 1)),
    ]


def fish(r: np.random.Generator) -> Lines:
    """Draw a fish."""
    t = np.linspace(-0.9, 0.9, 40) * np.pi
    return [
        np.column_stack([np.cos(t) * 1.2, np.sin(t) * 0.5 * (1 + 0.2 * np.cos(t))]),
        line((-1.1, -0.2), (-1.7, -0.5), (-1.7, 0.5), (-1.1, 0.2)),
    ]


def wave(r: np.random.Generator) -> Lines:
    """Draw a wave."""
    t = np.linspace(0, 2 * np.pi * r.uniform(1.5, 4), 60)
    return [np.column_stack([t / 3, r.uniform(0.2, 0.5) * np.sin(t)])]


def hash_sign(r: np.random.Generator) -> Lines:
    """Draw a hash sign."""
    d = r.uniform(0.25, 0.4)
    return [line((-1, -d), (1, -d)), line((-1, d), (1, d)), line((-d, -1), (-d, 1)), line((d, -1), (d, 1))]


def dash(r: np.random.Generator) -> Lines:
    """Draw a dash."""
    return [line((-1, 0), (1, r.normal(0, 0.08)))]


def equals(r: np.random.Generator) -> Lines:
    """Draw a equals."""
    d = r.uniform(0.15, 0.35)
    return [line((-1, -d), (1, -d)), line((-1, d), (1, d))]


def exclamation(r: np.random.Generator) -> Lines:
    """Draw a exclamation."""
    d = r.uniform(0.03, 0.1)
    return [line((0, -1), (0, 0.4)), arc(0, 0.9, d, d, 0, 1, 8)]


def corner(r: np.random.Generator) -> Lines:
    """Draw a corner."""
    return turned([line((-1, -r.uniform(0.6, 1)), (-1, 1), (r.uniform(0.3, 1), 1))], r.integers(4) / 4)


def moon(r: np.random.Generator) -> Lines:
    """Draw a moon."""
    return [np.concatenate([arc(0, 0, 1, 1, 0.15, 0.85), arc(0.35, 0, 0.7, 0.8, 0.82, 0.18)])]


DOODLES: tuple[Callable[[np.random.Generator], Lines], ...] = (
    smiley, heart, house, star, square, rectangle, triangle, tick, arrow, question_mark, cross, cloud, spiral, flower,
    stick_figure, fish, wave, hash_sign, dash, equals, exclamation, corner, moon,
)  # fmt: skip


def one(r: np.random.Generator) -> Lines:
    """Draw a one."""
    made = line((0, -1), (r.normal(0, 0.1), 1))
    if r.random() < 0.5:
        hat = r.uniform(0.2, 0.8)
        made = np.concatenate([line((-hat, -1 + hat * r.uniform(0.4, 1.3)), (0, -1)), made])
    foot = [line((-r.uniform(0.2, 0.6), 1), (r.uniform(0.2, 0.6), 1))] if r.random() < 0.25 else []
    return [made, *foot]


def seven(r: np.random.Generator) -> Lines:
    """Draw a seven."""
    x, bend = r.uniform(0.45, 0.8), r.uniform(-0.15, 0.3)
    made = smooth(np.array([[x, -1], [x * 0.4 - bend / 2, 0], [-0.2 + bend / 2, 1]]))
    top = line((-x, -1 + r.normal(0, 0.08)), (x, -1))
    flag = [line((-x, -1 + r.uniform(0.1, 0.35)), (-x, -1))] if r.random() < 0.2 else []
    dash = r.uniform(0.2, 0.5)
    bar = [line((-dash, r.uniform(-0.1, 0.2)), (dash + 0.1, r.uniform(-0.15, 0.15)))] if r.random() < 0.7 else []
    return [*flag, np.concatenate([top, made]), *bar]


def four(r: np.random.Generator) -> Lines:
    """Draw a four."""
    x, y = r.uniform(0.4, 0.7), r.uniform(0, 0.4)
    left = line((r.uniform(-0.4, 0.1) - 0.1, -1), (-x, y), (x + r.uniform(0.1, 0.3), y + r.normal(0, 0.06)))
    stem_x = r.uniform(0.1, 0.45)
    return [left, line((stem_x + r.uniform(0, 0.2), r.uniform(-0.9, -0.1)), (stem_x, 1))]


def nine(r: np.random.Generator) -> Lines:
    """Draw a nine."""
    loop = arc(0, -0.5, r.uniform(0.38, 0.55), r.uniform(0.4, 0.5), -0.02, -1 + r.uniform(-0.06, 0.03), 30)
    x = loop[-1, 0]
    tail = np.array([[x, -0.45], [x, 0.3], [x * r.uniform(0.5, 1), 0.9]])
    if r.random() < 0.6:
        tail = np.array([[x, -0.45], [x, 0.4], [x * 0.5, 0.95], [-x * r.uniform(0.3, 0.9), r.uniform(0.8, 1)]])
    return [loop, smooth(tail)]


DIGITS: dict[int, Callable[[np.random.Generator], Lines]] = {1: one, 7: seven, 4: four, 9: nine}
