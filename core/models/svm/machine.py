"""A kernel machine for every two digits, fitted side by side on threads, as libsvm does not hold Python's lock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from core.arrays import Float32Array, UInt8Array
from core.models.kind import CLASSES
from core.models.svm.pairwise import LIMIT, PAIRS, pairwise_coupling

BLOCK = 1000

PairFit = tuple[np.ndarray, np.ndarray, float]
"""Rows that are support vectors, their dual coefficients, and the intercept."""


@dataclass(frozen=True)
class Kernel:
    """Similarity of two rows: exp(-gamma |x - s|^2), or (gamma x.s + 1)^degree.

    Attributes
    ----------
    name : "rbf" or "poly"
    gamma : float
        Above 0, as libsvm takes it.
    degree : int
        Of the polynomial.
    """

    name: str
    gamma: float
    degree: int = 3

    def __call__(self, rows: np.ndarray, vectors: np.ndarray) -> Float32Array:
        """Return (n, m) float32 of (n, d) and (m, d) float32."""
        products = rows @ vectors.T
        if self.name == "poly":
            return np.asarray((np.float32(self.gamma) * products + 1) ** np.float32(self.degree))
        lengths = (rows**2).sum(axis=1)[:, None] + (vectors**2).sum(axis=1)
        return np.asarray(np.exp(np.float32(-self.gamma) * np.maximum(lengths - 2 * products, 0)))


@dataclass(frozen=True)
class KernelMachine:
    """45 pairwise machines over one set of support vectors.

    Attributes
    ----------
    kernel : Kernel
    vectors : (m, d) float16
        Every support vector once; half precision is kept so that the served graph is the same model.
    dual_coef : (m, 45) float16
        Zero where a vector supports another pair.
    intercept : (45,) float32
    rows : (m,) int64
        Which training row each vector is, or was made from.
    """

    kernel: Kernel
    vectors: np.ndarray
    dual_coef: np.ndarray
    intercept: np.ndarray
    rows: np.ndarray

    def scores(self, features: np.ndarray) -> Float32Array:
        """Return scores (n, 10) float32 of rows (n, d) float32."""
        vectors, weights = self.vectors.astype(np.float32), self.dual_coef.astype(np.float32)
        blocks = [features[start : start + BLOCK] for start in range(0, len(features), BLOCK)]
        scored = [pairwise_coupling(self.kernel(block, vectors) @ weights + self.intercept) for block in blocks]
        return np.concatenate(scored) if scored else np.empty((0, CLASSES), np.float32)


def fit_machine(
    features: Float32Array,
    labels: UInt8Array,
    kernel: Kernel,
    *,
    cost: float,
    cache_mb: int,
    threads: int,
    fitted: Callable[[int, tuple[int, int]], None],
) -> KernelMachine:
    """Fit all pairs of the classes there are.

    Parameters
    ----------
    features : (n, d) float32
    labels : (n,) uint8
    cost : float
        C of libsvm.
    cache_mb : int
        Memory for kernel values, for each thread.
    fitted : callable
        Told, after each pair, how many are done and which it was; what it raises ends the fit.
    """

    def fit_one(pair: tuple[int, int]) -> PairFit:
        return _fit_pair(features, labels, pair, kernel, cost, cache_mb)

    present = set(np.unique(labels).tolist())
    pairs = [pair for pair in PAIRS if present.issuperset(pair)]
    fits: dict[tuple[int, int], PairFit] = {}
    pool = ThreadPoolExecutor(threads)
    try:
        for pair, fit in zip(pairs, pool.map(fit_one, pairs), strict=True):
            fits[pair] = fit
            fitted(len(fits), pair)
    finally:
        pool.shutdown(cancel_futures=True)
    return _join(features, fits, kernel, present)


def _fit_pair(
    features: np.ndarray, labels: np.ndarray, pair: tuple[int, int], kernel: Kernel, cost: float, cache_mb: int
) -> PairFit:
    from sklearn.svm import SVC

    rows = np.flatnonzero(np.isin(labels, pair))
    machine = SVC(
        C=cost, kernel=kernel.name, gamma=kernel.gamma, degree=kernel.degree, coef0=1.0, cache_size=cache_mb
    ).fit(features[rows].astype(np.float64), labels[rows] == pair[0])
    return rows[machine.support_], machine.dual_coef_[0], float(machine.intercept_[0])


def _join(
    features: np.ndarray, fits: dict[tuple[int, int], PairFit], kernel: Kernel, present: set[int]
) -> KernelMachine:
    """Lay the pairs' machines over one set of support vectors."""
    rows = np.unique(np.concatenate([support for support, _, _ in fits.values()]))
    weights = np.zeros((len(rows), len(PAIRS)), np.float16)
    intercept = np.array([_absent_decision(pair, present) for pair in PAIRS], np.float32)
    for pair, (support, coefficients, constant) in fits.items():
        weights[np.searchsorted(rows, support), PAIRS.index(pair)] = coefficients
        intercept[PAIRS.index(pair)] = constant
    return KernelMachine(kernel, features[rows].astype(np.float16), weights, intercept, rows)


def _absent_decision(pair: tuple[int, int], present: set[int]) -> float:
    """Return what a pair says that no training row could teach: the class that there is wins."""
    return LIMIT * ((pair[0] in present) - (pair[1] in present))
