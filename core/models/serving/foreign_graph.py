"""What an ONNX graph from elsewhere may contain to be served beside our own models.

Such a graph runs only if it reads nothing but itself (no external data anywhere), uses operators of the two standard
domains, and has sizes that follow from the number of pictures alone. Then what a trial run took in time and memory is
what every later run takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from core.errors import InputError, RegistryError

if TYPE_CHECKING:
    from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, SparseTensorProto, TensorProto

FOREIGN = "external"
"""The kind of model that such a graph is in a specification."""
DOMAINS = ("", "ai.onnx", "ai.onnx.ml")
MOST_NODES = 20_000

CONTROL_FLOW = frozenset({"If", "Loop", "Scan", "SequenceMap"})
RANDOM = frozenset(
    {"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"}
)
SIZE_FROM_VALUES = frozenset(
    {
        "Compress", "ImageDecoder", "NonMaxSuppression", "NonZero", "StringNormalizer", "StringSplit",
        "TfIdfVectorizer", "Unique",
    }
)  # fmt: skip
"""The size of their output depends on the values of the pictures."""
SEQUENCES = ("Sequence", "Optional", "SplitToSequence")
SIZE_INPUTS = {
    "AffineGrid": (1,),
    "BlackmanWindow": (0,),
    "CenterCropPad": (1,),
    "Col2Im": (1, 2),
    "ConstantOfShape": (0,),
    "DFT": (1, 2),
    "Expand": (1,),
    "HammingWindow": (0,),
    "HannWindow": (0,),
    "MaxUnpool": (2,),
    "MelWeightMatrix": (0, 1, 2, 3, 4),
    "OneHot": (1,),
    "Pad": (1, 3),
    "Range": (0, 1, 2),
    "Reshape": (1,),
    "Resize": (1, 2, 3),
    "STFT": (1, 3),
    "Slice": (1, 2, 3, 4),
    "Split": (1,),
    "Squeeze": (1,),
    "Tile": (1,),
    "TopK": (1,),
    "Unsqueeze": (1,),
    "Upsample": (1,),
}
"""Inputs that set the shape of an output, by operator; those of the `Reduce...` operators besides, their axes.

A shape that a picture's values set is as dangerous where the output is small: `Shape` makes a number of it again.
"""


def check_foreign(model: ModelProto) -> None:
    """Refuse a model that reads files, or whose run time and memory a trial run could not tell.

    Parameters
    ----------
    model : onnx.ModelProto
        Without functions of its own: `inlined` before.

    Raises
    ------
    InputError
        Names the operator, tensor or domain that is not allowed.
    """
    for tensor in _tensors(model):
        if tensor.external_data or tensor.data_location == tensor.EXTERNAL:
            raise InputError(
                f"The model keeps the tensor {tensor.name[:60]!r} in another file; save it as one file, import that."
            )
    if model.functions:
        raise InputError("This model has functions of its own that could not be inlined; export it without functions.")
    if len(model.graph.node) > MOST_NODES:
        raise InputError(f"A model may have up to {MOST_NODES:,} nodes; this one has {len(model.graph.node):,}.")
    for node in model.graph.node:
        _check_operator(node)
    _check_sizes(model.graph)


def check_foreign_bytes(graph: bytes) -> None:
    """Check a foreign model again before it is loaded; raises InputError, or RegistryError where it is damaged."""
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load_model_from_string(graph)
    except DecodeError:
        raise RegistryError("The stored model is damaged.") from None
    check_foreign(model)


def inlined(model: ModelProto) -> ModelProto:
    """Return the model with its own functions written out where they are called, as exporters of PyTorch emit them."""
    from onnx import inliner

    if not model.functions:
        return model
    try:
        return inliner.inline_local_functions(model)
    except (RuntimeError, ValueError) as error:
        raise InputError(f"The model's functions cannot be inlined: {str(error)[:120]}.") from None


def _check_operator(node: NodeProto) -> None:
    name = node.op_type[:60]
    if node.domain not in DOMAINS:
        raise InputError(
            f"The model uses the operator {name!r} of the domain {node.domain[:60]!r}; only ONNX's standard operators "
            "are served. Export it without custom operators."
        )
    if ("" if node.domain == "ai.onnx" else node.domain, node.op_type) not in _standard_operators():
        raise InputError(f"The model uses {name!r}, which is not an operator of ONNX.")
    has_subgraph = any(entry.HasField("g") or entry.graphs for entry in node.attribute)
    if node.op_type in CONTROL_FLOW or has_subgraph:
        raise InputError(
            f"The model uses {name!r}. Loops and branches are not served, since their run time has no limit; export "
            "the model without them."
        )
    if node.op_type in RANDOM:
        raise InputError(f"The model uses {name!r}, so its answers change from run to run; export it for inference.")
    if node.op_type in SIZE_FROM_VALUES or node.op_type.startswith(SEQUENCES):
        raise InputError(f"The model uses {name!r}, whose size depends on the picture; that is not served.")


@lru_cache(maxsize=1)
def _standard_operators() -> frozenset[tuple[str, str]]:
    from onnx import defs

    return frozenset((schema.domain, schema.name) for schema in defs.get_all_schemas())


def is_refused(operator: str) -> bool:
    """Return whether an operator is never served, whatever its inputs."""
    return operator in CONTROL_FLOW | RANDOM | SIZE_FROM_VALUES or operator.startswith(SEQUENCES)


def size_inputs(operator: str) -> tuple[int, ...]:
    """Return the places of the inputs that set the shape of an operator's output."""
    return (1,) if operator.startswith("Reduce") else SIZE_INPUTS.get(operator, ())


def _check_sizes(graph: GraphProto) -> None:
    """Follow which values hang on constants and shapes only; what sets a size must be one of them."""
    fixed = {"", *(tensor.name for tensor in graph.initializer)}
    fixed.update(tensor.values.name for tensor in graph.sparse_initializer)
    for node in graph.node:
        for place in size_inputs(node.op_type):
            if place < len(node.input) and node.input[place] not in fixed:
                raise InputError(
                    f"The operator {node.op_type!r} takes its size from the values of the picture; only sizes that "
                    "are constant, or follow from the number of pictures, are served."
                )
        if node.op_type in ("Shape", "Size") or fixed.issuperset(node.input):
            fixed.update(node.output)


def _tensors(model: ModelProto) -> Iterator[TensorProto]:
    """Yield every tensor of a model: of graphs, subgraphs, attributes, functions and training information."""
    yield from _tensors_of_graph(model.graph)
    for function in model.functions:
        for node in function.node:
            for attribute in node.attribute:
                yield from _tensors_of_attribute(attribute)
        for attribute in function.attribute_proto:
            yield from _tensors_of_attribute(attribute)
    for training in model.training_info:
        yield from _tensors_of_graph(training.initialization)
        yield from _tensors_of_graph(training.algorithm)


def _tensors_of_graph(graph: GraphProto) -> Iterator[TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from _tensors_of_sparse(sparse)
    for node in graph.node:
        for attribute in node.attribute:
            yield from _tensors_of_attribute(attribute)


def _tensors_of_attribute(attribute: AttributeProto) -> Iterator[TensorProto]:
    if attribute.HasField("t"):
        yield attribute.t
    yield from attribute.tensors
    for sparse in (
        *([attribute.sparse_tensor] if attribute.HasField("sparse_tensor") else []),
        *attribute.sparse_tensors,
    ):
        yield from _tensors_of_sparse(sparse)
    for graph in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
        yield from _tensors_of_graph(graph)


def _tensors_of_sparse(sparse: SparseTensorProto) -> Iterator[TensorProto]:
    yield sparse.values
    yield sparse.indices
