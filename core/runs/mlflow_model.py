"""A served model as MLflow knows it: `MLmodel` with the flavours pyfunc and onnx, signature and input example."""

from __future__ import annotations

import hashlib
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from core.arrays import UInt8Array
from core.models.serving.committee_graph import COMMITTEE_GRAPH
from core.models.serving.predictor import MODEL_FILE, read_graph
from core.models.specification import Specification
from core.preprocessing.script import picture_script
from core.runs.database import client, experiment_id
from core.temporary import temporary_folder

MLMODEL = "MLmodel"
LOADER = Path(__file__).with_name("mlflow_loader.py")
REQUIREMENTS = ("mlflow", "numpy", "onnx", "onnxruntime", "opencv-python-headless")


def describe(folder: Path, run_id: str | None = None) -> None:
    """Write beside a served model what MLflow needs to load it without Digit Lab; nothing where no model is.

    Parameters
    ----------
    folder : Path
        Holds `model.onnx` and `preprocess.py`, or a committee's `committee.onnx` and members.
    run_id : str, optional
        The run that the model is of.
    """
    graph = next((name for name in (COMMITTEE_GRAPH, MODEL_FILE) if (folder / name).exists()), None)
    if graph is None:
        return
    import mlflow
    from mlflow.models import Model

    with temporary_folder() as staging:
        target, loader = staging / "described", _loader(staging)
        model = Model(artifact_path="model", run_id=run_id, signature=_signature())
        model.add_flavor(
            "onnx", onnx_version=version("onnx"), data=graph, providers=["CPUExecutionProvider"], code=None
        )
        mlflow.pyfunc.save_model(
            str(target), loader_module=loader.stem, code_paths=[str(loader)], mlflow_model=model,
            input_example=example(), pip_requirements=_requirements(),
        )  # fmt: skip
        shutil.copytree(target, folder, dirs_exist_ok=True)


def record(folder: Path, run_id: str) -> None:
    """Tell MLflow that a run has logged the model in `folder`, so that its pages show how to load it."""
    from mlflow.models import Model

    client()._record_logged_model(run_id, Model.load(str(folder)))


def log_shipped(folder: Path, specification: Specification, name: str) -> str:
    """Log a shipped model, which has no run, as a model of MLflow's own; returns where it lies."""
    with temporary_folder() as copy:
        (copy / MODEL_FILE).write_bytes(read_graph(folder))
        (copy / "preprocess.py").write_text(picture_script(specification.recipe), "utf-8")
        describe(copy)
        logged = client().create_logged_model(experiment_id(), name=name)
        client().log_model_artifacts(logged.model_id, str(copy))
        client().finalize_logged_model(logged.model_id, "READY")
    return str(logged.artifact_location)


def example() -> UInt8Array:
    """Return a 1 as somebody might draw it, (1, 28, 28) uint8."""
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:24, 13:16] = 255
    return image


def _loader(folder: Path) -> Path:
    """Return a copy of the loader, named by its hash, as Python imports a module of a name only once."""
    content = LOADER.read_bytes()
    path = folder / f"digit_reader_{hashlib.sha256(content).hexdigest()[:8]}.py"
    path.write_bytes(content)
    return path


def _signature() -> Any:
    from mlflow.models import ModelSignature
    from mlflow.types import Schema, TensorSpec

    return ModelSignature(
        inputs=Schema([TensorSpec(np.dtype(np.uint8), (-1, 28, 28))]),
        outputs=Schema(
            [
                TensorSpec(np.dtype(np.int64), (-1,), "label"),
                TensorSpec(np.dtype(np.float32), (-1, 10), "probabilities"),
            ]
        ),
    )


def _requirements() -> list[str]:
    """Return what the loader imports, in the versions that are installed here."""
    found = []
    for name in REQUIREMENTS:
        try:
            found.append(f"{name}=={version(name)}")
        except PackageNotFoundError:  # such as another build of OpenCV
            found.append(name)
    return found
