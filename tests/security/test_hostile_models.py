"""ONNX files that read files, never end, or take all memory: each is refused in a sentence, and nothing is read."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, defs, helper, numpy_helper

from core.data.sample import load_sample
from core.errors import InputError
from core.models.serving.foreign_graph import DOMAINS, FOREIGN, check_foreign_bytes, is_refused, size_inputs
from core.models.serving.predictor import BATCH, MODEL_FILE, SPECIFICATION_FILE, Predictor
from core.models.specification import Specification
from core.preprocessing.recipe import RECIPES
from core.runs import registry
from core.runs.examination import EXAMINING, examine
from core.runs.external import import_onnx
from core.runs.external_onnx import served_graph

DATASET = load_sample()
SPECIFICATION = Specification(model=FOREIGN, parameters={}, recipe=RECIPES["raw"])
SECRET = "cookie_secret = 'do not tell'"
WEIGHTS = numpy_helper.from_array(np.zeros((784, 10), np.float32), "weights")


def external_tensor(name: str = "secret") -> TensorProto:
    """7 floats that stand in a file of the folder that the server runs in."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[7], data_location=TensorProto.EXTERNAL)
    for key, value in (("location", "secrets.toml"), ("offset", "0"), ("length", "28")):
        tensor.external_data.add(key=key, value=value)
    return tensor


def model(*nodes, initializers=(), output: str = "scores", functions=(), opsets=(("", 18),)) -> bytes:
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "weights"], ["sums"]), *nodes],
        "hostile",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 784])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", 10])],
        [WEIGHTS, *initializers],
    )
    made: ModelProto = helper.make_model(
        graph, functions=list(functions), opset_imports=[helper.make_opsetid(*entry) for entry in opsets]
    )
    made.ir_version = 10
    return made.SerializeToString()


def constant(name: str, value, dtype=np.int64) -> TensorProto:
    return numpy_helper.from_array(np.array(value, dtype), name)


def node(op: str, inputs, outputs, **attributes):
    return helper.make_node(op, inputs, outputs, **attributes)


def body(*nodes, inputs=(), outputs=(), initializers=()):
    return helper.make_graph(list(nodes), "body", list(inputs), list(outputs), list(initializers))


def info(name: str, kind: int, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def endless_loop() -> bytes:
    keep_going = body(
        node("Identity", ["go"], ["again"]),
        node("Identity", ["state"], ["next"]),
        inputs=[
            info("turn", TensorProto.INT64, []),
            info("go", TensorProto.BOOL, []),
            info("state", TensorProto.FLOAT, None),
        ],
        outputs=[info("again", TensorProto.BOOL, []), info("next", TensorProto.FLOAT, None)],
    )
    return model(
        node("Loop", ["", "true", "sums"], ["scores"], body=keep_going), initializers=[constant("true", True, np.bool_)]
    )


def branch_with_external_data() -> bytes:
    branch = body(
        node("Add", ["sums", "first"], ["chosen"]),
        outputs=[info("chosen", TensorProto.FLOAT, None)],
        initializers=[external_tensor("first")],
    )
    return model(
        node("If", ["true"], ["scores"], then_branch=branch, else_branch=branch),
        initializers=[constant("true", True, np.bool_)],
    )


def function_with_external_data() -> bytes:
    function = helper.make_function(
        "mine",
        "leak",
        ["a"],
        ["b"],
        [node("Constant", [], ["c"], value=external_tensor()), node("Identity", ["a"], ["b"])],
        [helper.make_opsetid("", 18)],
    )
    return model(
        node("leak", ["sums"], ["scores"], domain="mine"), functions=[function], opsets=(("", 18), ("mine", 1))
    )


def sparse_with_external_data() -> bytes:
    sparse = helper.make_sparse_tensor(external_tensor("values"), constant("", list(range(7))), [10])
    return model(node("Constant", [], ["s"], sparse_value=sparse), node("Add", ["sums", "s"], ["scores"]))


def sized_by_values(op: str, *before, inputs, **attributes) -> bytes:
    """A size computed from the picture, added up to one number."""
    size = [
        node("ReduceSum", ["x"], ["total"], keepdims=0),
        node("Cast", ["total"], ["count"], to=TensorProto.INT64),
        node("Reshape", ["count", "one"], ["size"]),
    ]
    tail = [
        node("Cast", ["large"], ["large_float"], to=TensorProto.FLOAT),
        node("ReduceSum", ["large_float"], ["sum"], keepdims=0),
        node("Add", ["sums", "sum"], ["scores"]),
    ]
    return model(*size, *before, node(op, inputs, ["large"], **attributes), *tail, initializers=[constant("one", [1])])


def shape_of_what_values_cut(op: str, inputs: list[str], **attributes) -> bytes:
    """The values of a picture choose a part of it, and the shape of that part becomes a size."""
    return model(
        node("ReduceSum", ["x"], ["total"], keepdims=0),
        node("Cast", ["total"], ["count"], to=TensorProto.INT64),
        node("Reshape", ["count", "one"], ["size"]),
        node(op, inputs, ["part", "rest"][: 2 if op in ("TopK", "Split") else 1], **attributes),
        node("Shape", ["part"], ["shape"]),
        node("ReduceProd", ["shape"], ["length"], keepdims=0),
        node("Mul", ["length", "million"], ["much"]),
        node("Reshape", ["much", "one"], ["large_size"]),
        node("ConstantOfShape", ["large_size"], ["large"]),
        node("ReduceSum", ["large"], ["sum"], keepdims=0),
        node("Add", ["sums", "sum"], ["scores"]),
        initializers=[constant("one", [1]), constant("zero", [0]), constant("million", 1_000_000)],
    )


STATIC: dict[str, tuple[Callable[[], bytes], str]] = {
    "external initializer": (
        lambda: model(node("Concat", ["secret", "rest"], ["all"], axis=0), node("Add", ["sums", "all"], ["scores"]),
                      initializers=[external_tensor(), constant("rest", [0, 0, 0], np.float32)]),
        "'secret' in another file",
    ),
    "external data in a Constant": (
        lambda: model(node("Constant", [], ["secret"], value=external_tensor()),
                      node("Concat", ["secret", "rest"], ["all"], axis=0), node("Add", ["sums", "all"], ["scores"]),
                      initializers=[constant("rest", [0, 0, 0], np.float32)]),
        "'secret' in another file",
    ),
    "external data in a branch": (branch_with_external_data, "'first' in another file"),
    "external data in a function": (function_with_external_data, "'secret' in another file"),
    "external data in a sparse tensor": (sparse_with_external_data, "in another file|not an ONNX model"),
    "endless loop": (endless_loop, "'Loop'. Loops and branches are not served"),
    "custom operator": (
        lambda: model(node("Trilu2", ["sums"], ["scores"], domain="com.microsoft"),
                      opsets=(("", 18), ("com.microsoft", 1))),
        "domain 'com.microsoft'|not an ONNX model",
    ),
    "random answers": (
        lambda: model(node("RandomNormalLike", ["sums"], ["scores"])), "'RandomNormalLike'.* change from run to run",
    ),
    "rows of what is not zero": (
        lambda: model(node("NonZero", ["x"], ["places"]), node("Cast", ["places"], ["f"], to=TensorProto.FLOAT),
                      node("ReduceSum", ["f"], ["s"], keepdims=0), node("Add", ["sums", "s"], ["scores"])),
        "'NonZero', whose size depends on the picture",
    ),
    "sequence": (
        lambda: model(node("SplitToSequence", ["sums"], ["parts"], axis=1),
                      node("ConcatFromSequence", ["parts"], ["scores"], axis=1)),
        "'SplitToSequence', whose size",
    ),
    "constant of a shape from values": (
        lambda: sized_by_values("ConstantOfShape", inputs=["size"]), "'ConstantOfShape' takes its size",
    ),
    "expand by values": (lambda: sized_by_values("Expand", inputs=["total", "size"]), "'Expand' takes its size"),
    "tile by values": (
        lambda: sized_by_values("Tile", node("Reshape", ["total", "one"], ["t"]), inputs=["t", "size"]),
        "'Tile' takes its size",
    ),
    "shape of a slice": (
        lambda: shape_of_what_values_cut("Slice", ["x", "zero", "size", "one"]), "'Slice' takes its size",
    ),
    "shape of the largest": (lambda: shape_of_what_values_cut("TopK", ["x", "size"]), "'TopK' takes its size"),
    "shape of a reshape": (lambda: shape_of_what_values_cut("Reshape", ["x", "size"]), "'Reshape' takes its size"),
    "shape of a sum": (lambda: shape_of_what_values_cut("ReduceSum", ["x", "size"]), "'ReduceSum' takes its size"),
    "shape without axes": (lambda: shape_of_what_values_cut("Squeeze", ["x", "size"]), "'Squeeze' takes its size"),
    "words left out": (
        lambda: model(node("Cast", ["sums"], ["words"], to=TensorProto.STRING),
                      node("StringNormalizer", ["words"], ["fewer"], stopwords=["0"]),
                      node("Cast", ["fewer"], ["scores"], to=TensorProto.FLOAT)),
        "'StringNormalizer', whose size depends",
    ),
    "no model at all": (lambda: b"\x08\x07nonsense" * 50, "not an ONNX model"),
    "a deep nest": (lambda: b"\x3a\xff\xff\xff\x7f" * 1000, "not an ONNX model"),
}  # fmt: skip


@pytest.mark.parametrize("name", STATIC)
def test_it_is_refused_in_a_sentence_before_it_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secrets.toml").write_text(SECRET)
    monkeypatch.chdir(tmp_path)
    make, says = STATIC[name]
    with pytest.raises(InputError, match=says) as refused:
        served_graph(make(), SPECIFICATION, DATASET.validation.images, DATASET.validation.labels)
    assert SECRET[:28] not in str(refused.value) and "\n" not in str(refused.value)


def eighty_gigabytes() -> bytes:
    return model(
        node("ConstantOfShape", ["shape"], ["large"]),
        node("ReduceSum", ["large"], ["sum"], keepdims=0),
        node("Add", ["sums", "sum"], ["scores"]),
        initializers=[constant("shape", [20_000, 1_000_000])],
    )


def slow() -> bytes:
    """A chain of products of one large matrix: small in the file, hours to run."""
    chain = [node("ConstantOfShape", ["shape"], ["m0"])]
    chain += [node("MatMul", [f"m{step}", f"m{step}"], [f"m{step + 1}"]) for step in range(400)]
    return model(
        *chain,
        node("ReduceMin", ["m400"], ["least"], keepdims=0),
        node("Mul", ["least", "none"], ["nothing"]),
        node("Add", ["sums", "nothing"], ["scores"]),
        initializers=[constant("shape", [4000, 4000]), constant("none", 0, np.float32)],
    )


def for_5000_rows_only() -> bytes:
    return model(
        node("Reshape", ["sums", "shape"], ["all"]),
        node("Reshape", ["all", "back"], ["scores"]),
        initializers=[constant("shape", [5000, 10]), constant("back", [-1, 10])],
    )


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (eighty_gigabytes, "more than 600 MB of memory"),
        (for_5000_rows_only, "does not run"),
        pytest.param(slow, "did not answer within 25 s", marks=pytest.mark.slow),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_only_a_run_can_tell_is_found_in_a_process_of_its_own(make: Callable[[], bytes], says: str) -> None:
    began = time.monotonic()
    with pytest.raises(InputError, match=says):
        import_onnx(make(), DATASET)
    assert time.monotonic() - began < 120  # a hang would be endless; a busy machine is not
    assert not registry.all_runs()


def test_a_model_that_was_changed_where_it_is_stored_is_checked_again(tmp_path: Path) -> None:
    (tmp_path / MODEL_FILE).write_bytes(endless_loop())
    (tmp_path / SPECIFICATION_FILE).write_text(SPECIFICATION.model_dump_json())
    with pytest.raises(InputError, match="'Loop'"):
        Predictor.load(tmp_path)


def test_sizes_that_follow_from_the_number_of_pictures_are_served() -> None:
    graph = model(
        node("Shape", ["x"], ["size"], start=0, end=1),
        node("ConstantOfShape", ["size"], ["zeros"]),
        node("Unsqueeze", ["zeros", "axis"], ["column"]),
        node("Add", ["sums", "column"], ["scores"]),
        initializers=[constant("axis", [1])],
    )
    check_foreign_bytes(graph)


HARMLESS = {
    "ArrayFeatureExtractor": {1}, "Attention": {6}, "CumProd": {1}, "CumSum": {1}, "GRU": {4}, "Gather": {1},
    "GatherElements": {1}, "GatherND": {1}, "LSTM": {4}, "MaxUnpool": {1}, "NegativeLogLikelihoodLoss": {1},
    "QLinearConv": {8}, "RNN": {4}, "ReverseSequence": {1}, "RoiAlign": {2}, "RotaryEmbedding": {3}, "Scatter": {1},
    "ScatterElements": {1}, "ScatterND": {1}, "SoftmaxCrossEntropyLoss": {1}, "TensorScatter": {2}, "Trilu": {1},
}  # fmt: skip
"""Whole numbers that choose values and set no shape."""


def test_every_input_that_can_set_a_shape_is_known() -> None:
    """Shapes are whole numbers, so an input that takes nothing else sets one, unless it is known to be harmless."""
    unknown = set()
    for schema in defs.get_all_schemas_with_history():
        types = {entry.type_param_str: set(entry.allowed_type_strs) for entry in schema.type_constraints}
        whole = {
            place for place, entry in enumerate(schema.inputs)
            if types.get(entry.type_str, {entry.type_str}) <= {"tensor(int32)", "tensor(int64)"}
        }  # fmt: skip
        if schema.domain in DOMAINS and not is_refused(schema.name):
            left = whole - set(size_inputs(schema.name)) - HARMLESS.get(schema.name, set())
            unknown |= {(schema.name, place) for place in left}
    assert unknown == set()


def watched(graph: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Predictor, list[int]]:
    """A served model, and the numbers of pictures that it is given from now on."""
    images, labels = DATASET.validation.images, DATASET.validation.labels
    predictor = Predictor(served_graph(graph, SPECIFICATION, images, labels), SPECIFICATION)
    given: list[int] = []
    run = predictor._run
    monkeypatch.setattr(predictor, "_run", lambda features: given.append(len(features)) or run(features))
    return predictor, given


def test_a_model_is_given_no_number_of_pictures_that_it_was_not_examined_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sizes may follow from that number in any way: small for one and for a full batch, 80 GB for two."""
    predictor, given = watched(model(node("Identity", ["sums"], ["scores"])), monkeypatch)
    images = DATASET.test.images
    rows = predictor.predict_proba(images[:2])
    assert (len(rows), set(given)) == (2, {1})
    given.clear()
    assert len(predictor.predict_proba(images[:300])) == 300 and set(given) == {BATCH}
    assert predictor.predict_proba(images[:300])[:2] == pytest.approx(rows, abs=1e-6)


@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        ((node("ReduceSum", ["x"], ["total"], keepdims=0), node("Cast", ["total"], ["place"], to=TensorProto.INT64),
          node("Gather", ["table", "place"], ["row"]), node("Add", ["sums", "row"], ["scores"])), "fails at this"),
        ((node("ReduceMax", ["x"], ["most"], keepdims=0), node("Sub", ["most", "limit"], ["below"]),
          node("Neg", ["below"], ["above"]), node("Sqrt", ["above"], ["root"]),
          node("Add", ["sums", "root"], ["scores"])), "no numbers"),
    ],
)  # fmt: skip
def test_a_model_that_fails_at_a_picture_of_another_kind_is_told(nodes, says: str) -> None:
    """It answered all pictures that it was examined with; whoever draws something else reads a sentence."""
    graph = model(
        *nodes, initializers=[constant("table", np.zeros((1, 10)), np.float32), constant("limit", 0.5, np.float32)]
    )
    dark, labels = np.zeros((64, 28, 28), np.uint8), np.arange(64, dtype=np.uint8) % 10
    predictor = Predictor(served_graph(graph, SPECIFICATION, dark, labels), SPECIFICATION)
    assert predictor.predict_proba(dark[:1]).shape == (1, 10)
    with pytest.raises(InputError, match=says):
        predictor.predict_proba(np.full((1, 28, 28), 255, np.uint8))


def test_models_are_examined_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each examination may take two gigabytes and ten minutes; whoever comes meanwhile is told."""
    monkeypatch.setattr(EXAMINING, "seconds", 0.01)
    with EXAMINING.place(), pytest.raises(InputError, match="Another model is being imported"):
        examine(model(), SPECIFICATION, DATASET)
