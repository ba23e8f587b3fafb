"""An ONNX model trained elsewhere, fitted out so that it is served as our own are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import Float32Array, UInt8Array
from core.errors import InputError
from core.evaluation.calibration import fit_temperature, log_loss
from core.models.serving.export import OPSET, assemble
from core.models.serving.foreign_graph import check_foreign, inlined
from core.models.serving.predictor import BATCH
from core.models.specification import Specification
from core.preprocessing.pipeline import Pipeline

if TYPE_CHECKING:
    from onnx import ModelProto, TypeProto

LAYOUTS = ((784,), (28, 28), (28, 28, 1), (1, 28, 28))
SCALES = (1.0, 255.0)
"""What full ink is to the model; the one with the lower log loss on validation images is taken."""
LEAST = 1e-9


def served_graph(content: bytes, specification: Specification, images: UInt8Array, labels: UInt8Array) -> bytes:
    """Take a foreign model to "features" (n, 784) in 0..1 and calibrated "probabilities".

    Parameters
    ----------
    content : bytes
        Of the ONNX file.
    specification : Specification
        Whose recipe yields the features.
    images, labels : (n, 28, 28) uint8, (n,) uint8
        The validation images, by which scale and temperature are chosen.

    Raises
    ------
    InputError
        If it is no ONNX model of ten classes of 28 x 28 pictures.
    """
    model = _parsed(content)
    layout, output = _layout(model), _output(model)
    tried = []
    for scale in SCALES:
        scores = _scores(_adapted(model, layout, output, scale, logarithm=False), specification, images)
        logarithm = bool((scores >= 0).all() and np.abs(scores.sum(axis=1) - 1).max() < 0.01)
        values = np.log(np.maximum(scores, LEAST)) if logarithm else scores
        temperature = fit_temperature(values, labels)
        scaled = values / temperature
        probabilities = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        tried.append((log_loss(labels, probabilities), scale, logarithm, temperature))
    _, scale, logarithm, temperature = min(tried)
    adapted = _adapted(model, layout, output, scale, logarithm=logarithm)
    return bytes(_assembled(adapted, temperature).SerializeToString())


def _parsed(content: bytes) -> ModelProto:
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load_model_from_string(content)
        onnx.checker.check_model(model)
    except (DecodeError, onnx.checker.ValidationError, ValueError) as error:
        reason = (str(error).strip().splitlines() or ["it cannot be read"])[0][:160]
        raise InputError(f"This is not an ONNX model: {reason}.") from None
    model = inlined(model)
    check_foreign(model)
    return model


def _layout(model: ModelProto) -> tuple[int, ...]:
    from onnx import TensorProto

    weights = {entry.name for entry in model.graph.initializer}
    inputs = [entry for entry in model.graph.input if entry.name not in weights]
    if len(inputs) != 1 or inputs[0].type.tensor_type.elem_type != TensorProto.FLOAT:
        raise InputError(f"The model must have one input, of float32; it has {len(inputs)} inputs.")
    shape = [size.dim_value for size in inputs[0].type.tensor_type.shape.dim]
    if tuple(shape[1:]) not in LAYOUTS:
        got = " x ".join(str(size or "n") for size in shape)
        raise InputError(f"The model's input must be n images of 28 x 28 (or 784 numbers); got {got}.")
    if shape[0] > 0:
        raise InputError(f"The model takes exactly {shape[0]} images at once; export it with a dynamic batch size.")
    return tuple(shape[1:])


def _output(model: ModelProto) -> str:
    """Return the name of the first output of ten float columns; of the table behind scikit-learn's ZipMap.

    A ZipMap, which makes dictionaries of the rows, is taken out of the model.
    """
    tables = [value.name for value in model.graph.output if _may_be_table(value.type)]
    if tables:
        return str(tables[0])
    zipped = [node for node in model.graph.node if node.op_type == "ZipMap"]
    if len(zipped) == 1 and any(value.type.HasField("sequence_type") for value in model.graph.output):
        model.graph.node.remove(zipped[0])
        return str(zipped[0].input[0])
    names = ", ".join(value.name for value in model.graph.output)
    raise InputError(
        f"The model must have an output of n x 10 numbers (float32); it has {names[:100]}. Export a model of "
        "scikit-learn with `zipmap` False."
    )


def _may_be_table(kind: TypeProto) -> bool:
    """Return whether it is n x 10 numbers, as far as the model says."""
    from onnx import TensorProto

    tensor = kind.tensor_type
    if tensor.elem_type != TensorProto.FLOAT:
        return False
    sizes = [size.dim_value for size in tensor.shape.dim]
    return not tensor.HasField("shape") or (len(sizes) == 2 and sizes[1] in (0, 10))


def _adapted(model: ModelProto, layout: tuple[int, ...], output: str, scale: float, *, logarithm: bool) -> ModelProto:
    """Return the model between a head that scales and lays out, and a tail that makes scores of its output."""
    from onnx import TensorProto, compose, helper, numpy_helper

    inner = compose.add_prefix(model, "foreign_").graph
    weights = {entry.name for entry in inner.initializer}
    entry = next(value.name for value in inner.input if value.name not in weights)
    constants: dict[str, np.ndarray] = {
        "scale": np.array(scale, np.float32),
        "layout": np.array((-1, *layout), np.int64),
    }
    tail: list[Any] = [helper.make_node("Identity", [f"foreign_{output}"], ["scores"])]
    if logarithm:
        constants["least"] = np.array(LEAST, np.float32)
        tail = [
            helper.make_node("Max", [f"foreign_{output}", "least"], ["positive"]),
            helper.make_node("Log", ["positive"], ["scores"]),
        ]
    head = [
        helper.make_node("Mul", ["features", "scale"], ["scaled"]),
        helper.make_node("Reshape", ["scaled", "layout"], [entry]),
    ]
    graph = helper.make_graph(
        [*head, *inner.node, *tail],
        "external",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 784])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", 10])],
        [*inner.initializer, *(numpy_helper.from_array(value, name) for name, value in constants.items())],
    )
    opsets = {item.domain: item.version for item in model.opset_import}
    opsets.setdefault("", OPSET)
    adapted = helper.make_model(
        graph, opset_imports=[helper.make_opsetid(domain, version) for domain, version in opsets.items()]
    )
    adapted.ir_version = model.ir_version
    return adapted


def _assembled(adapted: ModelProto, temperature: float) -> ModelProto:
    import onnx

    try:
        return assemble(adapted, (), temperature)
    except onnx.checker.ValidationError:
        raise InputError(f"The model is of an old ONNX operator set; export it with opset {OPSET} or newer.") from None


def _scores(model: ModelProto, specification: Specification, images: np.ndarray) -> Float32Array:
    """Return what the model says of the images, (n, 10) float32, as it says it."""
    import onnxruntime

    features = Pipeline(specification.recipe).transform_fixed(images)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        starts = range(0, len(features), BATCH)
        scores = np.concatenate([session.run(["scores"], {"features": features[at : at + BATCH]})[0] for at in starts])
    except Exception as error:
        if type(error).__module__.startswith("onnxruntime") and not lacks_memory(error):
            raise InputError(f"The model does not run: {str(error).splitlines()[0][:160]}.") from error
        raise
    if np.shape(scores) != (len(images), 10) or not np.isfinite(scores).all():
        raise InputError(f"The model's output must be n x 10 finite numbers; it is of shape {np.shape(scores)}.")
    return np.asarray(scores, np.float32)


def lacks_memory(error: Exception) -> bool:
    """Tell whether an error of Python or ONNX Runtime says that memory could not be allocated."""
    return isinstance(error, MemoryError) or "alloc" in str(error)
