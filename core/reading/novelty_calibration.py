"""Calibrates the warning "not a digit": `python -m core.reading.novelty_calibration` writes `novelty.npz`.

Digits are MNIST's 5,000 validation images. Letters and scribbles come in two sorts: those that are calibrated on, and
other fonts and other paths that only judge.
"""

from __future__ import annotations

import json
import sys

import numpy as np

from core.arrays import UInt8Array
from core.data.sample import read_sample
from core.explain.novelty import STRANGE, Features, Novelty, gradients, strangeness
from core.models.serving.predictor import Predictor
from core.models.serving.shipped import PREDICTIONS_FILE, shipped
from core.preprocessing.affine import principal_axes
from core.preprocessing.augment import Augmentation, augment
from core.reading.not_digits import (
    CALIBRATION_FONTS,
    LETTERS,
    SYMBOLS,
    TEST_FONTS,
    letters,
    splines,
    wanderings,
)

COMPONENTS, FOURIER, WIDTH, RIDGE = 48, 1024, 0.9, 1.0
"""Kept principal axes, random features, kernel width in typical distances, and the penalty on the weights."""

FALSE_ALARMS = 0.011
"""Share of validation digits that may be refused: below the 2 % that are promised, as other digits differ."""

DOUBTS = (0.0, 0.25, 0.5, 1.0, 2.0)
VARIED = Augmentation(shift=1, rotation=8, scale=0.15, shear=0.2, elastic=0.7, flags=0.4)
TIMES, SCRIBBLES, JUDGED_SCRIBBLES = 6, 2_000, 500


def calibrate(seed: int = 0) -> Novelty:
    """Compute every constant of the score from digits, letters and scribbles; the same seed, the same constants."""
    rng = np.random.default_rng(seed)
    digits, labels = read_sample()
    others = calibration_pictures(rng)
    sure = {"digits": stored_sureness(), "others": sureness(others)}
    varied = augment(digits, VARIED, rng, labels)
    rows = {"digits": gradients(digits), "varied": gradients(varied), "others": gradients(others)}
    features = fitted_features(rows, rng)
    known = {name: features.rows(part) for name, part in rows.items()}
    held_out = {"digits": np.empty(len(digits)), "others": np.empty(len(others))}
    for fold in (0, 1):
        learn = {name: np.arange(len(part)) % 2 != fold for name, part in known.items()}
        weights = least_squares(known, labels, learn)
        for name, scores in held_out.items():
            scores[~learn[name]] = strangeness(known[name][~learn[name]] @ weights)
    doubt = max(DOUBTS, key=lambda weight: caught(held_out, sure, weight))
    judged = {name: scores + doubt * (1 - sure[name]) for name, scores in held_out.items()}
    threshold = float(np.quantile(judged["digits"], 1 - FALSE_ALARMS))
    everything = {name: np.ones(len(part), bool) for name, part in known.items()}
    weights = least_squares(known, labels, everything).astype(np.float32)
    found = Novelty(features, weights, doubt, threshold, float((judged["digits"] > threshold).mean()), 0.0, 0.0)
    return with_figures(found, np.random.default_rng(seed + 1))


def calibration_pictures(rng: np.random.Generator) -> UInt8Array:
    """Return letters and symbols of the calibration fonts, and splines, shuffled; (n, 28, 28) uint8."""
    written = [letters(font, LETTERS + SYMBOLS, rng, times=TIMES) for font in CALIBRATION_FONTS]
    return rng.permutation(np.concatenate([*written, splines(SCRIBBLES, rng)]))


def judging_pictures(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return letters of other fonts and other scribbles: "letters" and "scribbles", (n, 28, 28) uint8."""
    written = [letters(font, LETTERS, rng, times=3) for font in TEST_FONTS]
    return {"letters": np.concatenate(written), "scribbles": wanderings(JUDGED_SCRIBBLES, rng)}


def with_figures(novelty: Novelty, rng: np.random.Generator) -> Novelty:
    """Add what is caught of letters and scribbles that nothing was calibrated on."""
    shares = {
        name: float(novelty.refuses(images, sureness(images)).mean()) for name, images in judging_pictures(rng).items()
    }
    return Novelty(
        novelty.features, novelty.weights, novelty.doubt, novelty.threshold, novelty.false_alarms,
        shares["letters"], shares["scribbles"],
    )  # fmt: skip


def sureness(images: UInt8Array) -> UInt8Array:
    """Return the mean probability (n,) that the shipped models give to what they read in pictures (n, 28, 28) uint8."""
    rows = [Predictor.load(card.folder).predict_proba(images) for card in shipped().values()]
    return np.asarray(np.mean(rows, axis=0).max(axis=1))


def stored_sureness() -> np.ndarray:
    """Return the same of the 5,000 validation digits, from the stored predictions of the shipped models."""
    rows = []
    for card in shipped().values():
        with np.load(card.folder / PREDICTIONS_FILE, allow_pickle=False) as stored:
            rows.append(stored["validation"].astype(np.float32))
    return np.asarray(np.mean(rows, axis=0).max(axis=1))


def fitted_features(rows: dict[str, np.ndarray], rng: np.random.Generator) -> Features:
    """Return principal axes of digits and others, and random directions as wide as typical distances between them."""
    stacked = np.concatenate([rows["digits"], rows["others"]])
    found = principal_axes(stacked)
    mean, axes = found.mean, found.axes[:, :COMPONENTS].astype(np.float32)
    places = (stacked - mean) @ axes
    pairs = rng.integers(0, len(places), (2, 2_000))
    typical = float(np.median(np.linalg.norm(places[pairs[0]] - places[pairs[1]], axis=1)))
    directions = rng.normal(0, 1 / (WIDTH * typical), (COMPONENTS, FOURIER)).astype(np.float32)
    return Features(mean, axes, directions, rng.uniform(0, 2 * np.pi, FOURIER).astype(np.float32))


def least_squares(known: dict[str, np.ndarray], labels: np.ndarray, learn: dict[str, np.ndarray]) -> np.ndarray:
    """Return weights (m, 11) of a ridge regression from rows to the ten digits and what is none."""
    strange = np.full(len(known["others"]), STRANGE)
    parts = [("digits", labels), ("varied", labels), ("others", strange)]
    rows = np.concatenate([known[name][learn[name]] for name, _ in parts]).astype(np.float64)
    classes = np.concatenate([targets[learn[name]] for name, targets in parts])
    gram = rows.T @ rows + RIDGE * np.eye(rows.shape[1])
    return np.linalg.solve(gram, rows.T @ np.eye(STRANGE + 1)[classes])


def caught(scores: dict[str, np.ndarray], sure: dict[str, np.ndarray], doubt: float) -> float:
    """Return the share of non-digits that a weight of doubt detects while `FALSE_ALARMS` of the digits are rejected."""
    judged = {name: part + doubt * (1 - sure[name]) for name, part in scores.items()}
    return float((judged["others"] > np.quantile(judged["digits"], 1 - FALSE_ALARMS)).mean())


if __name__ == "__main__":
    calibrated = calibrate()
    calibrated.save()
    figures = ("doubt", "threshold", "false_alarms", "letters_caught", "scribbles_caught")
    json.dump({name: getattr(calibrated, name) for name in figures}, sys.stdout, indent=1)
