"""How often the warning "not a digit" is wrong, on writers it never saw, and how often it is right, kind by kind."""

from __future__ import annotations

import numpy as np

from core.benchmarks.drawing import FILE
from core.benchmarks.rates import rate
from core.benchmarks.row import Row
from core.benchmarks.shared_data import data_file
from core.data.sample import read_sample
from core.explain.novelty import load_novelty
from core.reading.novelty_training.lettering import JUDGING_FONTS, JUDGING_HERSHEY, faces
from core.reading.novelty_training.samples import Samples
from core.reading.pen_strokes import load_pen_strokes, rendered

KINDS = {
    "printed letters": ("letter", JUDGING_FONTS, ()), "letters in strokes": ("letter", (), JUDGING_HERSHEY),
    "small drawings": ("doodle", (), JUDGING_HERSHEY), "scribbles": ("scribble", (), JUDGING_HERSHEY),
    "noise": ("noise", (), JUDGING_HERSHEY), "inverted digits": ("inverted", (), JUDGING_HERSHEY),
    "several digits as one": ("joined", (), JUDGING_HERSHEY),
}  # fmt: skip
EACH, QUICK = 1_000, 5
CAUGHT, PASSED, PASSED_CLASS = 0.9, 0.98, 0.96
UNIT = "share judged rightly"


def run(quick: bool, final: bool) -> list[Row]:
    """Judge the drawings of the 10 reported writers, MNIST's validation digits, and samples of what is no digit.

    Raises
    ------
    InputError
        The pen strokes are not in the data folder.
    """
    strokes = load_pen_strokes(data_file(FILE))
    samples = np.flatnonzero(strokes.reported)[:: QUICK if quick else 1]
    drawn = np.stack([rendered(strokes.document(sample)) for sample in samples])
    novelty = load_novelty()
    passed, labels = ~novelty.refuses(drawn), strokes.labels[samples]
    images, digits = read_sample()
    rows = [rate("drawings by the 10 reported writers pass", passed, reach=PASSED, unit=UNIT)]
    rows += [
        rate(f"drawings of a {digit} pass", passed[labels == digit], reach=PASSED_CLASS, unit=UNIT)
        for digit in range(10)
    ]
    rows.append(rate("MNIST's validation digits pass", ~novelty.refuses(images), reach=PASSED, unit=UNIT))
    for name, (kind, fonts, hershey) in KINDS.items():
        made = Samples(images, digits, faces(fonts, hershey), seed=3).of(kind, EACH // (QUICK if quick else 1))
        rows.append(rate(f"{name} are refused", novelty.refuses(made), reach=CAUGHT, unit=UNIT))
    return rows
