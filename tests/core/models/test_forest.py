from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import ExtraTreesClassifier

from core.data.sample import load_sample
from core.models.forest import FAINT, FOREST, ForestParameters
from core.models.kind import Silent, TrainingData
from core.preprocessing.pipeline import Pipeline
from tests.core.models.sample_digits import Diary, rows


def learn(monitor=None, seed: int = 0, threads: int = 2, **changes):
    parameters = ForestParameters(**changes)
    return FOREST.fit(rows(), parameters, seed=seed, threads=threads, monitor=monitor or Silent())


def test_trees_in_batches_are_the_trees_at_once() -> None:
    data = rows()
    oracle = ExtraTreesClassifier(25, max_features=0.1, max_leaf_nodes=5_000, max_depth=40, random_state=4)
    oracle.fit(data.train_features, data.train_labels)
    found = FOREST.scores(learn(seed=4, n_estimators=25, max_features=0.1), data.validation_features)
    np.testing.assert_allclose(np.exp(found) - FAINT, oracle.predict_proba(data.validation_features), atol=2e-4)


def test_reports_count_trees() -> None:
    diary = Diary()
    learn(diary, n_estimators=25)
    assert diary.messages == ["10 of 25 trees grown", "20 of 25 trees grown", "25 of 25 trees grown"]
    assert diary.fractions == pytest.approx([0.4, 0.8, 1])


def test_the_scores_after_each_batch_of_trees_are_those_of_the_forest_so_far() -> None:
    found: dict[int, np.ndarray] = {}

    class Keeper(Silent):
        def validated(self, step: int, last: int, scores) -> None:
            if step != 20:  # who leaves a step out misses no tree at the next
                found[step] = scores()

    forest = learn(Keeper(), n_estimators=25)
    assert list(found) == [10, 25]
    np.testing.assert_allclose(found[25], FOREST.scores(forest, rows().validation_features), atol=1e-5)
    forest.trees.estimators_ = forest.trees.estimators_[:10]
    np.testing.assert_allclose(found[10], FOREST.scores(forest, rows().validation_features), atol=1e-5)


def test_stop_keeps_the_trees_so_far() -> None:
    assert len(learn(Diary(stop_after=2), n_estimators=50).trees.estimators_) == 20


@pytest.mark.parametrize("kind", ["extra_trees", "random_forest"])
def test_nodes_stay_within_the_limit(kind: str) -> None:
    forest = learn(kind=kind, n_estimators=10, max_nodes=1_000)
    assert 500 < sum(tree.tree_.node_count for tree in forest.trees.estimators_) <= 1_000


def test_discriminants_make_the_trees_better() -> None:
    """On gradients of 1,500 digits, judged by the sample's others."""
    sample, pipeline = load_sample().train, Pipeline(FOREST.presets["default"].recipe)
    features = pipeline.transform(sample.images)
    learnt, judging = slice(1_500), slice(1_500, None)
    rows = features[learnt], sample.labels[learnt], features[judging], sample.labels[judging]
    data = TrainingData(*rows, sample.images[learnt], pipeline.transform)

    def errors(asked: bool) -> int:
        parameters = ForestParameters(n_estimators=30, discriminants=asked)
        forest = FOREST.fit(data, parameters, seed=0, threads=2, monitor=Silent())
        return int((FOREST.scores(forest, rows[2]).argmax(axis=1) != rows[3]).sum())

    assert errors(True) < 0.85 * errors(False)


def test_trees_that_an_earlier_version_wrote_are_read(tmp_path: Path) -> None:
    forest = learn(n_estimators=5)
    skops.io.dump(forest.trees, tmp_path / "forest.skops")
    features = rows().validation_features
    read = FOREST.load(tmp_path / "forest.skops")
    np.testing.assert_array_equal(FOREST.scores(read, features), FOREST.scores(forest, features))


def test_another_seed_grows_other_trees() -> None:
    features = rows().validation_features
    one, other = learn(seed=1, n_estimators=10), learn(seed=2, n_estimators=10)
    assert not np.array_equal(FOREST.scores(one, features), FOREST.scores(other, features))


def test_threads_change_nothing() -> None:
    features = rows().validation_features
    one, two = learn(threads=1, n_estimators=10), learn(threads=2, n_estimators=10)
    np.testing.assert_array_equal(FOREST.scores(one, features), FOREST.scores(two, features))


def test_the_compact_graph_answers_as_the_converters_own_and_takes_less_memory() -> None:
    """The converter's graph is the oracle, for ten classes and for as few as it may have."""
    import onnxruntime
    from onnx import helper
    from skl2onnx import to_onnx as convert
    from skl2onnx.common.data_types import FloatTensorType
    from sklearn.ensemble import RandomForestClassifier

    from core.models.forest_graph import compact

    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 12)).astype(np.float32)
    for classes in (2, 3, 10):
        labels = (features[:, :3].sum(axis=1) * 7).astype(int) % classes
        fitted = RandomForestClassifier(7, random_state=0).fit(features, labels)
        model = convert(fitted, initial_types=[("x", FloatTensorType([None, 12]))], options={"zipmap": False})
        expected = onnxruntime.InferenceSession(model.SerializeToString()).run(
            [model.graph.output[1].name], {"x": features}
        )
        assert compact(model.graph) == (classes > 2)
        del model.graph.output[0]
        model = helper.make_model(model.graph, opset_imports=model.opset_import)
        found = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": features})[-1]
        np.testing.assert_allclose(found, expected[0], atol=1e-6)
        assert found.argmax(axis=1).tolist() == expected[0].argmax(axis=1).tolist()
