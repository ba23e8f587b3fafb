"""A fitted model on the images that judge it, whose test part is opened here once."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from core.data.dataset import Dataset, Split
from core.evaluation.metrics import evaluate
from core.models.serving.predictor import Predictor, latency
from core.runs import artifacts, registry


def judge(predictor: Predictor, dataset: Dataset, run_id: str, folder: Path) -> dict[str, float]:
    """Open the validation and the test images, once, and store predictions and metrics; returns seconds."""
    validation, _ = _predict(predictor, dataset.validation)
    test, seconds = _predict(predictor, dataset.test)
    artifacts.Predictions(validation, test).save(folder / artifacts.PREDICTIONS)
    for split, probabilities in (("validation", validation), ("test", test)):
        figures = evaluate(dataset.evaluation_split(split).labels, probabilities).metrics()
        registry.log_metrics(run_id, figures, prefix=f"{split}_")
    return {"predict": seconds, "latency": latency(predictor, dataset.validation.images[:1])}


def _predict(predictor: Predictor, split: Split) -> tuple[np.ndarray, float]:
    started = time.perf_counter()
    probabilities = predictor.predict_proba(split.images)
    return probabilities, time.perf_counter() - started
