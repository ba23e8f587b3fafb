"""The one way a picture is predicted: fixed picture steps, then ONNX Runtime; for every kind of model."""

from __future__ import annotations

import gzip
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from functools import cached_property
from pathlib import Path

import numpy as np
from cachetools import LRUCache, cached

from core.arrays import Float32Array, UInt8Array
from core.damage import DAMAGE, reason
from core.errors import InputError, RegistryError
from core.heap import give_back
from core.models.serving.foreign_graph import FOREIGN, check_foreign_bytes
from core.models.specification import Specification
from core.preprocessing.pipeline import Pipeline
from core.preprocessing.recipe import Recipe

MODEL_FILE = "model.onnx"
PACKED_MODEL_FILE = "model.onnx.gz"
SPECIFICATION_FILE = "specification.json"
BATCH = 1024
ONE_BY_ONE = 32
"""Up to so many pictures a model from elsewhere is given one by one, else a full batch.

Its sizes may follow from the number of pictures in any way, so it gets no other numbers than it was examined with.
"""
TREE_OVERHEAD = 5
"""ONNX Runtime holds a forest in about five times its graph's size (13 MB of the shipped one take 59 MB)."""


class Reader(ABC):
    """What reads pictures: a served model, or several that answer together. Safe to share between threads.

    Attributes
    ----------
    nbytes : int
        What it takes in memory, estimated.
    """

    nbytes: int

    @property
    @abstractmethod
    def recipes(self) -> tuple[Recipe, ...]:
        """How pictures are prepared for it; several where several models answer."""

    @abstractmethod
    def predict_proba(self, images: np.ndarray) -> np.ndarray:
        """Return calibrated probabilities (n, 10) float32 of pictures (n, 28, 28) uint8; rows sum to 1."""

    def predict(self, images: UInt8Array) -> UInt8Array:
        """Return labels of pictures (n, 28, 28) uint8: the argmax of their probabilities, (n,) uint8."""
        return np.asarray(self.predict_proba(images).argmax(axis=1).astype(np.uint8))


class Predictor(Reader):
    """A served model of one kind.

    Parameters
    ----------
    graph : bytes
        The ONNX model, from "features" to "label" and "probabilities".
    specification : Specification
        What it was trained as; its recipe says how a picture becomes features.
    """

    def __init__(self, graph: bytes, specification: Specification, *, threads: int = 2) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_cpu_mem_arena = False  # it never gives back: 740 MB after a batch of 5,000, for no speed
        options.log_severity_level = 3
        self.specification = specification
        self.nbytes = len(graph) * (TREE_OVERHEAD if b"TreeEnsemble" in graph else 1)
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._session._model_bytes = None  # kept for as long as the session otherwise: 20 MB for the shipped models
        self._features = self._session.get_inputs()[0].name

    @classmethod
    def load(cls, folder: Path, *, threads: int = 2) -> Predictor:
        """Load a served model's folder; raises RegistryError where something is missing or damaged."""
        try:
            specification = Specification.from_json((folder / SPECIFICATION_FILE).read_text("utf-8"))
            graph = read_graph(folder)
        except OSError as error:
            raise RegistryError(f"The stored model is incomplete: {reason(error)}.") from error
        except DAMAGE as error:
            raise RegistryError("The stored model is damaged.") from error
        if specification.model == FOREIGN:
            check_foreign_bytes(graph)
        try:
            return cls(graph, specification, threads=threads)
        except Exception as error:
            if type(error).__module__.startswith("onnxruntime"):
                raise RegistryError("The stored model is damaged.") from error
            raise

    @cached_property
    def pipeline(self) -> Pipeline:
        """The recipe's fixed steps; the learned ones are part of the graph."""
        return Pipeline(self.specification.recipe)

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """Its one recipe."""
        return (self.specification.recipe,)

    def predict_proba(self, images: UInt8Array) -> Float32Array:
        """Return calibrated probabilities of pictures.

        Parameters
        ----------
        images : (n, 28, 28) uint8
            0 black to 255 ink.

        Returns
        -------
        (n, 10) float32
            Rows sum to 1.
        """
        batches = [
            self.from_features(self.pipeline.transform_fixed(images[start : start + BATCH]))
            for start in range(0, len(images), BATCH)
        ]
        return np.concatenate(batches) if batches else np.empty((0, 10), np.float32)

    def from_features(self, features: np.ndarray) -> Float32Array:
        """Return probabilities (n, 10) float32 of what the fixed steps yield, float32."""
        if self.specification.model != FOREIGN:
            return self._run(features)
        if len(features) <= ONE_BY_ONE:
            return np.concatenate([self._run_foreign(row[None]) for row in features])
        missing = np.repeat(features[-1:], BATCH - len(features), axis=0)
        return self._run_foreign(np.concatenate([features, missing]))[: len(features)]

    def _run_foreign(self, features: np.ndarray) -> Float32Array:
        """Run a model from elsewhere, which may fail at pictures unlike those it was examined with."""
        try:
            probabilities = self._run(features)
        except Exception as error:  # ONNX Runtime's own classes share no base
            if not type(error).__module__.startswith("onnxruntime"):
                raise
            words = f"The imported model fails at this picture ({reason(error)}); choose another one."
            raise InputError(words) from error
        if not np.isfinite(probabilities).all():
            raise InputError("The imported model answers this picture with no numbers (NaN); choose another one.")
        return probabilities

    def _run(self, features: np.ndarray) -> Float32Array:
        (probabilities,) = self._session.run(["probabilities"], {self._features: features})
        return np.asarray(probabilities, np.float32)


def read_graph(folder: Path) -> bytes:
    """Return the bytes of a served model's ONNX graph, unpacked where it is stored gzipped."""
    packed = folder / PACKED_MODEL_FILE
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / MODEL_FILE).read_bytes()


class PredictorCache:
    """Loaded models, the least recently used dropped first, bounded in bytes.

    Parameters
    ----------
    limit_bytes : int
        What the models may take together, estimated; a larger one is kept alone.
    """

    def __init__(self, limit_bytes: int = 200_000_000) -> None:
        self._models: LRUCache[Hashable, Reader] = LRUCache(limit_bytes, lambda model: min(model.nbytes, limit_bytes))
        self._get = cached(self._models, key=lambda key, load: key, condition=threading.Condition())(self._load)

    def get(self, key: Hashable, load: Callable[[], Reader]) -> Reader:
        """Return the model of `key`, loaded at most once while it stays: who asks meanwhile waits for that one."""
        return self._get(key, load)

    @staticmethod
    def _load(key: Hashable, load: Callable[[], Reader]) -> Reader:
        model = load()
        give_back()
        return model

    @property
    def nbytes(self) -> int:
        """What the loaded models take, estimated in bytes."""
        return int(self._models.currsize)


def latency(reader: Reader, image: UInt8Array, repeats: int = 20) -> float:
    """Return median seconds of one picture (1, 28, 28) uint8 through a model, preprocessing included."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        reader.predict_proba(image)
        times.append(time.perf_counter() - started)
    return float(np.median(times))
