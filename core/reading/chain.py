"""The best chain of readings along a line of writing: pieces too wide are cut, broken ones joined, by what is read.

Over-segmentation and dynamic programming over a recogniser's scores, as in LeCun, Bottou, Bengio and Haffner,
"Gradient-based learning applied to document recognition" (1998), section V.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np

from core.reading.characters import Chain, Character, Part, as_one, character_of, judged, whole_groups
from core.reading.ink import TIGHT
from core.reading.judge import Judge
from core.reading.owners import over_segment
from core.reading.pieces import EDGE_LOW, Pieces, union
from core.reading.segments import reading_order

DOUBTFUL = 0.25
"""Cost of a reading above which a group of pieces may be cut or joined."""

CUT_FROM, WIDE = 0.55, 1.3
"""Width over height from which a doubtful group may be several digits, and from which every group may."""

CUT, CUT_FREE = 1.2, 1.4
"""What each digit cut out of a group costs for every height by which the group is narrower than the second."""

MOST_PARTS = 8
"""Parts that one digit is made of, at most."""

WIDEST, JOIN_GAP = 1.6, 0.3
"""In heights of the line: the widest digit, and the widest gap inside one."""

PER_DIGIT = 0.1
"""What each digit costs: fewer explain better."""

ALONE = 2.2
"""What several digits cost beside where they are the only ink of a picture, as such ink is far oftener one digit."""

JOINED, APART, SUREST = 0.5, 0.5, 0.99
"""What it costs to join parts, or to cut between them, for each factor e by which the network holds that less likely,
and how sure that is at most."""

BARE = 0.95
"""Share of a group's ink below which its digits stand on a ruled line, so all of it is read without that line too."""

PRESENT = 0.25
"""Share of a pixel from which a part reaches there."""

LOW, HIGH = 0.4, 1.7
"""Groups lower than the first share of the typical height may be dust or a full stop, and those higher than the second
the wall of a box."""

SUSPECT, LEAVE_SUSPECT, LEAVE = 0.8, 0.4, 5.0
"""What reading such a group as a digit costs beside, and what leaving it, or any other, out of account costs."""

LEFT = 0.8
"""Ink of suspect groups that was left out counts so much as unexplained."""


Edge = tuple[int, int, Character]
"""A character made of the parts of a line from the first up to the second."""


def read_one(strength: np.ndarray, pieces: Pieces, judge: Judge) -> Chain:
    """Read all ink as one digit."""
    members = list(range(len(pieces)))
    (character,) = judged([as_one(strength, pieces, members, 0)], judge)
    return Chain(((character,),), float(np.exp(-character.cost)))


def read_chain(
    strength: np.ndarray, pieces: Pieces, judge: Judge, groups: list[Character] | None = None, *, picture: bool = False
) -> Chain:
    """Read pieces of ink, line by line.

    Parameters
    ----------
    strength : ndarray
        (h, w) uint8, 0 paper to 255 ink.
    pieces : Pieces
        At least one.
    judge : callable
    groups : list of Character, optional
        What `whole_groups` returns, where that is known.
    picture : bool
        Whether the pieces are all ink of a picture, not that of strokes which were already taken as one digit.
    """
    groups = groups or whole_groups(strength, pieces, judge)
    corner = in_corner(groups, pieces.labels.shape)
    inner = np.flatnonzero(~corner)
    order = [inner[line].tolist() for line in reading_order(np.array([groups[i].box for i in inner], float))]
    order += [[i] for i in np.flatnonzero(corner).tolist()]
    suspects = suspect(groups, pieces.height) | corner
    lines = [
        [part for number in line for part in _parts(groups[number], bool(suspects[number]), pieces)] for line in order
    ]
    heights = [_height([groups[part.group] for part in line]) for line in lines]
    options = [list(_edges(*line, strength, groups)) for line in zip(lines, heights, strict=True)]
    fresh = judged([edge[2] for edges in options for edge in edges if np.isinf(edge[2].cost)], judge)
    costed = (_cut_cost(character, groups) for character in fresh)
    options = [
        [(i, j, next(costed) if np.isinf(character.cost) else character) for i, j, character in edges]
        for edges in options
    ]
    alone = ALONE if picture and len(groups) == 1 else 0.0
    read = [_cheapest(*line, alone) for line in zip(lines, options, strict=True)]
    good = sum(character.weight * np.exp(-character.cost) for chosen, _ in read for character in chosen)
    ink = sum(sum(character.weight for character in chosen) + left for chosen, left in read)
    return Chain(tuple(tuple(chosen) for chosen, _ in read if chosen), float(good / max(ink, 1e-9)))


def _height(groups: list[Character]) -> float:
    """Return height of a line of writing in pixels: that of its groups, by ink."""
    boxes = np.array([group.box for group in groups])
    return float(np.average(boxes[:, 3] - boxes[:, 1], weights=[group.weight for group in groups]))


def suspect(groups: list[Character], typical: float) -> np.ndarray:
    """Return (n,) bool: which groups are more likely no writing: low, at the picture's edge and lowish, or too high.

    Parameters
    ----------
    typical : float
        Height in pixels of a piece, by ink.
    """
    boxes = np.array([group.box for group in groups])
    height = np.maximum(boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0])
    found = height < LOW * typical
    found |= np.array([group.cut_off for group in groups]) & (boxes[:, 3] - boxes[:, 1] < EDGE_LOW * typical)
    if len(groups) > 2:
        found |= boxes[:, 3] - boxes[:, 1] > HIGH * np.median(boxes[:, 3] - boxes[:, 1])
    return np.zeros(len(groups), bool) if found.all() else found


def in_corner(groups: list[Character], size: tuple[int, ...]) -> np.ndarray:
    """Return (n,) bool: which groups reach into a corner of a picture that is no tight crop, as shadows do."""
    left, top, right, bottom = np.array([group.box for group in groups]).T
    corner = ((left <= 0) | (right >= size[1])) & ((top <= 0) | (bottom >= size[0]))
    return np.asarray(corner & (min(size) > TIGHT) & (len(groups) > 2) & ~corner.all())


def _parts(group: Character, doubted: bool, pieces: Pieces) -> list[Part]:
    """Return a group whole, or its ink shared among parts where it may be several digits."""
    size = pieces.labels.shape
    (whole,) = group.parts
    left, top, right, bottom = whole.box
    wide = (right - left) / (bottom - top)
    if doubted or wide <= CUT_FROM or (wide <= WIDE and group.cost <= DOUBTFUL):
        return [replace(whole, suspect=doubted)]
    found = []
    shares, apart = over_segment(group.ink)
    for part, clear in zip(shares, [0.0, *apart.tolist()], strict=True):
        share = part * whole.share
        x, y, width, height = cv2.boundingRect((share > PRESENT).astype(np.uint8))
        if not width:
            continue
        box = np.array([left + x, top + y, left + x + width, top + y + height])
        own = share[y : y + height, x : x + width]
        cut_off = bool((box[:2] <= 0).any() or box[2] >= size[1] or box[3] >= size[0])
        low = cut_off and height < EDGE_LOW * pieces.height
        found.append(Part(box, own, float(own.sum()), whole.group, cut_off, suspect=low, apart=clear))
    return found or [replace(whole, suspect=doubted)]  # too thin to be cut, or a ruled line


def _edges(parts: list[Part], height: float, strength: np.ndarray, groups: list[Character]) -> Iterator[Edge]:
    """Yield every run of adjacent parts that may be one digit; a whole group is read already, ruled lines included."""
    sizes = {number: sum(part.group == number for part in parts) for number in {part.group for part in parts}}
    for i in range(len(parts)):
        for j in range(i + 1, min(i + MOST_PARTS, len(parts)) + 1):
            run = tuple(parts[i:j])
            box = union(np.array([part.box for part in run]))
            members = {part.group for part in run}
            complete = len(members) == 1 and sizes[run[0].group] == j - i
            if j - i > 1 and not complete and not _one_digit(run, box, height):
                if len(members) > 1:
                    break
                continue
            whole = groups[run[0].group]
            if complete:
                doubted = all(part.suspect for part in run)
                yield i, j, replace(whole, parts=tuple(replace(part, suspect=doubted) for part in whole.parts))
                if sum(part.weight for part in run) < BARE * whole.weight:
                    yield i, j, character_of(run, strength)
            elif len(members) == 1 or any(groups[number].cost > DOUBTFUL for number in members):
                yield i, j, character_of(run, strength)


def _one_digit(run: tuple[Part, ...], box: np.ndarray, height: float) -> bool:
    gap = run[-1].box[0] - max(part.box[2] for part in run[:-1])
    return bool(box[2] - box[0] <= WIDEST * height and gap <= JOIN_GAP * height)


def _cheapest(parts: list[Part], edges: list[Edge], alone: float) -> tuple[list[Character], float]:
    """Return the cheapest way along a line, and the ink that it leaves out; one digit is cheaper where it is alone."""
    cost = np.full(len(parts) + 1, np.inf)
    cost[0] = 0.0
    way: list[tuple[int, Character | None]] = [(0, None)] * (len(parts) + 1)
    arriving: dict[int, list[Edge]] = {}
    for edge in edges:
        arriving.setdefault(edge[1], []).append(edge)
    for j in range(1, len(parts) + 1):
        cost[j], way[j] = cost[j - 1] + _leaving(parts[j - 1]), (j - 1, None)
        for i, _, character in arriving.get(j, ()):
            new = cost[i] + _reading(character) + _between(parts, i, j) - (alone if j - i == len(parts) else 0.0)
            if new < cost[j]:
                cost[j], way[j] = new, (i, character)
    chosen, left, j = [], 0.0, len(parts)
    while j:
        i, taken = way[j]
        if taken is None:
            left += parts[i].weight * (LEFT if parts[i].suspect else 1.0)
        else:
            chosen.append(taken)
        j = i
    return chosen[::-1], left


def _between(parts: list[Part], first: int, last: int) -> float:
    """Return what it costs to take parts as one digit that the network holds apart, and to cut where it does not."""
    joined = sum(-np.log(1 - min(part.apart, SUREST)) for part in parts[first + 1 : last])
    inside = first > 0 and parts[first].group == parts[first - 1].group
    return float(JOINED * joined - (APART * np.log(max(parts[first].apart, 1 - SUREST)) if inside else 0.0))


def _cut_cost(character: Character, groups: list[Character]) -> Character:
    """Add what a cut costs: one digit is seldom wider than it is high, and two that touch seldom narrower."""
    left, top, right, bottom = groups[character.parts[0].group].box
    cost = CUT * max(0.0, CUT_FREE - (right - left) / (bottom - top))
    return replace(character, cost=character.cost + float(cost))


def _reading(character: Character) -> float:
    """Return what it costs to read a character as a digit."""
    suspects = [part.suspect for part in character.parts]
    one_group = len({part.group for part in character.parts}) == 1
    return character.cost + PER_DIGIT + (SUSPECT if all(suspects) or (any(suspects) and not one_group) else 0.0)


def _leaving(part: Part) -> float:
    """Return what it costs to leave a part out of account."""
    return LEAVE_SUSPECT if part.suspect else LEAVE
