"""Support vector machine: kernels on oriented gradients, pairs of digits side by side, virtual support vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.arrays import Float32Array
from core.declaration import Parameters, parameter
from core.models.kind import ModelKind, Monitor, Preset, TrainingData
from core.models.serving.score_graph import Node, score_graph
from core.models.svm.machine import Kernel, KernelMachine, fit_machine
from core.models.svm.pairwise import LIMIT, PAIRS, class_sums, decision_exponents
from core.models.svm.virtual_examples import TRANSFORMS, transformed
from core.models.training_rows import check_rows, drawn_rows
from core.preprocessing.recipe import RECIPES, Recipe
from core.preprocessing.steps import Deskew, Hog, Normalise, Pca

if TYPE_CHECKING:
    from onnx import ModelProto


class SvmParameters(Parameters):
    """What a support vector machine can be told."""

    kernel: Literal["rbf", "poly"] = parameter("rbf", "Kernel: radial basis function (rbf) or polynomial (poly).")
    C: float = parameter(
        3.0,
        "Penalty on margin violations; larger values fit the training data more closely.",
        ge=0.01,
        le=1000,
        log=True,
        search=(0.3, 30),
    )
    gamma: float = parameter(
        1.0,
        "Kernel coefficient, relative to scikit-learn's gamma='scale'; larger values are more local.",
        ge=0.01,
        le=100,
        log=True,
        search=(0.3, 5),
    )
    degree: int = parameter(5, "Degree of the polynomial kernel.", ge=1, le=9, step=1, idle_while=("kernel", "rbf"))
    virtual: Literal["none", "shifts_4", "shifts_8", "turns", "shifts_and_turns", "all"] = parameter(
        "none",
        "Fit a second time with virtual examples: support vectors shifted by a pixel in 4 or 8 directions, rotated "
        "by 10 degrees, scaled by 10 %.",
        title="virtual examples",
    )
    rows: int = parameter(
        55_000,
        "Most training digits that it learns from, drawn evenly: fewer is faster.",
        ge=500,
        le=55_000,
        log=True,
        title="training digits",
    )
    cache_mb: int = parameter(300, "Kernel cache in MB per thread.", ge=50, le=2000, step=50, title="kernel cache")


class _StoppedError(Exception):
    """Somebody asked for the best so far."""


def fit(
    data: TrainingData, parameters: SvmParameters, *, seed: int, threads: int, monitor: Monitor, start: Any = None
) -> KernelMachine:
    """Fit every two digits; then, if asked, again on the support vectors and their moved copies.

    A stop is honoured between the two, with the first machine; `seed` draws the rows where there are too many.

    Raises
    ------
    TrainingError
        For rows that are not numbers, or fewer than two classes.
    """
    check_rows(data)
    drawn = drawn_rows(len(data.train_labels), parameters.rows, seed)
    kernel = _kernel(data.train_features[drawn], parameters)
    transforms = TRANSFORMS[parameters.virtual]
    share = 1.0 / (1 + len(transforms))

    def fit_rows(features: np.ndarray, rows: np.ndarray, told: Callable[[int, tuple[int, int]], None]) -> KernelMachine:
        labels = data.train_labels[rows]
        machine = fit_machine(
            features, labels, kernel, cost=parameters.C, cache_mb=parameters.cache_mb, threads=threads, fitted=told
        )
        return replace(machine, rows=rows[machine.rows])

    machine = fit_rows(data.train_features[drawn], drawn, _teller(monitor, 0.0, share))
    if not transforms or monitor.stop_requested():
        return machine
    monitor.report(share, f"Making virtual examples of {len(machine.rows):,} support vectors")
    features, rows = _virtual(data, machine.rows, parameters.virtual)
    try:
        return fit_rows(features, rows, _teller(monitor, share, 1 - share, may_stop=True))
    except _StoppedError:
        return machine


def _kernel(features: np.ndarray, parameters: SvmParameters) -> Kernel:
    variance = float(features.var(axis=0, dtype=np.float64).sum())
    return Kernel(parameters.kernel, parameters.gamma / (variance or 1.0), parameters.degree)


def _teller(
    monitor: Monitor, start: float, share: float, may_stop: bool = False
) -> Callable[[int, tuple[int, int]], None]:
    def told(done: int, pair: tuple[int, int]) -> None:
        monitor.report(
            start + share * done / len(PAIRS), f"{pair[0]} against {pair[1]} fitted, {done} of {len(PAIRS)} pairs"
        )
        if may_stop and monitor.stop_requested():
            raise _StoppedError

    return told


def _virtual(data: TrainingData, rows: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return features (m, d) of training rows and of their moved copies, and the row of each, (m,)."""
    images, transforms = data.train_images[rows], TRANSFORMS[name]
    copies = [data.featurise(transformed(images, transform)) for transform in transforms]
    return np.concatenate([data.train_features[rows], *copies]), np.tile(rows, len(transforms) + 1)


def scores(native: KernelMachine, features: np.ndarray) -> Float32Array:
    """Return scores (n, 10) float32 of rows (n, d) float32."""
    return native.scores(features)


def to_onnx(native: KernelMachine) -> ModelProto:
    """Write the machine as dense products: a kernel of all support vectors, 45 decisions, 10 scores."""
    vectors = native.vectors.astype(np.float32)
    constants: dict[str, np.ndarray] = {
        "vectors": native.vectors.T,
        "weights": native.dual_coef,
        "intercept": native.intercept,
        "low": np.array(-LIMIT, np.float32),
        "high": np.array(LIMIT, np.float32),
        "decision_exponents": decision_exponents(),
        "class_sums": class_sums(),
        "one": np.array(1, np.float32),
    }
    poly = native.kernel.name == "poly"
    kernel_nodes, kernel_constants = (_poly if poly else _rbf)(native.kernel, vectors)
    nodes: list[Node] = [
        ("MatMul", ["features", "vectors"], "products", {}),
        *kernel_nodes,
        ("MatMul", ["kernel", "weights"], "sums", {}),
        ("Add", ["sums", "intercept"], "decisions", {}),
        ("Clip", ["decisions", "low", "high"], "clipped", {}),
        ("MatMul", ["clipped", "decision_exponents"], "exponents", {}),
        ("Exp", ["exponents"], "terms", {}),
        ("MatMul", ["terms", "class_sums"], "lost", {}),
        ("Add", ["lost", "one"], "inverse", {}),
        ("Log", ["inverse"], "surprise", {}),
        ("Neg", ["surprise"], "scores", {}),
    ]
    return score_graph(nodes, {**constants, **kernel_constants}, vectors.shape[1])


def _poly(kernel: Kernel, vectors: np.ndarray) -> tuple[list[Node], dict[str, np.ndarray]]:
    nodes: list[Node] = [
        ("Mul", ["products", "gamma"], "scaled", {}),
        ("Add", ["scaled", "one"], "base", {}),
        ("Pow", ["base", "degree"], "kernel", {}),
    ]
    return nodes, {"gamma": np.array(kernel.gamma, np.float32), "degree": np.array(kernel.degree, np.float32)}


def _rbf(kernel: Kernel, vectors: np.ndarray) -> tuple[list[Node], dict[str, np.ndarray]]:
    nodes: list[Node] = [
        ("ReduceSumSquare", ["features", "columns"], "row_lengths", {"keepdims": 1}),
        ("Add", ["row_lengths", "vector_lengths"], "lengths", {}),
        ("Mul", ["products", "two"], "twice", {}),
        ("Sub", ["lengths", "twice"], "signed", {}),
        ("Relu", ["signed"], "distances", {}),
        ("Mul", ["distances", "minus_gamma"], "exponent", {}),
        ("Exp", ["exponent"], "kernel", {}),
    ]
    return nodes, {
        "columns": np.array([1], np.int64),
        "vector_lengths": (vectors**2).sum(axis=1),
        "two": np.array(2, np.float32),
        "minus_gamma": np.array(-kernel.gamma, np.float32),
    }


def supports(native: KernelMachine) -> tuple[np.ndarray, np.ndarray]:
    """Return the training row of each support vector, (v,) int64, and its weight over all pairs, (v,) float32."""
    return native.rows, np.abs(native.dual_coef.astype(np.float32)).sum(axis=1)


def save(native: KernelMachine, path: Path) -> None:
    """Write the machine with skops."""
    import skops.io

    arrays = {name: getattr(native, name) for name in ("vectors", "dual_coef", "intercept", "rows")}
    skops.io.dump({"kernel": asdict(native.kernel), **arrays}, path)


def load(path: Path) -> KernelMachine:
    """Read what `save` wrote."""
    import skops.io

    stored = skops.io.load(path)
    return KernelMachine(Kernel(**stored.pop("kernel")), **stored)


def _hog(n_components: int, orientations: int = 8) -> Recipe:
    return Recipe(steps=(Deskew(), Normalise(), Hog(orientations=orientations), Pca(n_components=n_components)))


SVM = ModelKind(
    name="svm",
    title="Support vector machine",
    short="SVM",
    summary="Separates each pair of digits with the largest margin, with a kernel.",
    parameters=SvmParameters,
    presets={
        "instant": Preset(
            SvmParameters(rows=20_000), RECIPES["hog_pca"], "About a second: 99 of 100 digits right, on 20,000 of them."
        ),
        "fast": Preset(
            SvmParameters(),
            RECIPES["hog_pca"],
            "Seconds: 99.4 of 100 digits right, quicker and better than the fast network.",
        ),
        "default": Preset(SvmParameters(), _hog(100, 12), "Seconds; an error rate of about 0.5 %."),
        "reference": Preset(
            SvmParameters(virtual="shifts_and_turns"),
            _hog(150, 12),
            "A minute or two: fitted a second time with virtual examples.",
        ),
    },
    fit=fit,
    scores=scores,
    to_onnx=to_onnx,
    save=save,
    load=load,
    native_file="machine.skops",
    supports=supports,
)
