from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics.pairwise import polynomial_kernel, rbf_kernel
from sklearn.svm import SVC

from core.models.kind import Silent
from core.models.svm.kind import SVM, SvmParameters
from core.models.svm.machine import Kernel, KernelMachine
from core.models.svm.pairwise import PAIRS, pairwise_coupling
from core.models.svm.virtual_examples import TRANSFORMS
from tests.core.models.sample_digits import Diary, rows


def learn(data=None, monitor=None, **changes) -> KernelMachine:
    parameters = SvmParameters(**changes)
    return SVM.fit(data or rows(), parameters, seed=0, threads=2, monitor=monitor or Silent())


@pytest.mark.parametrize(("kernel", "options"), [("rbf", {}), ("poly", {"degree": 3, "coef0": 1.0})])
def test_scores_are_those_of_scikit_learns_pairs(kernel: str, options: dict) -> None:
    data = rows()
    oracle = SVC(C=3.0, kernel=kernel, gamma="scale", decision_function_shape="ovo", **options)
    oracle.gamma = 1 / data.train_features.var(axis=0).sum()
    oracle.fit(data.train_features, data.train_labels)
    expected = pairwise_coupling(oracle.decision_function(data.validation_features).astype(np.float32))
    found = SVM.scores(learn(data, kernel=kernel, degree=3), data.validation_features)
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.99
    np.testing.assert_allclose(found, expected, atol=0.15)  # half precision and libsvm's tolerance


def test_kernels_are_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.random((5, 7), np.float32), rng.random((4, 7), np.float32)
    np.testing.assert_allclose(Kernel("rbf", 0.3)(left, right), rbf_kernel(left, right, gamma=0.3), rtol=1e-5)
    np.testing.assert_allclose(
        Kernel("poly", 0.3, 5)(left, right), polynomial_kernel(left, right, gamma=0.3, degree=5), rtol=1e-4
    )


def test_every_pair_is_reported() -> None:
    diary = Diary()
    learn(monitor=diary)
    assert len(diary.fractions) == len(PAIRS)
    assert diary.fractions == sorted(diary.fractions)
    assert diary.fractions[-1] == pytest.approx(1)
    assert diary.messages[0] == "0 against 1 fitted, 1 of 45 pairs"


def test_stop_before_the_second_fit_keeps_the_first_machine() -> None:
    plain = learn()
    stopped = learn(monitor=Diary(stop_after=45), virtual="turns")
    np.testing.assert_array_equal(plain.vectors, stopped.vectors)


def test_stop_during_the_second_fit_keeps_the_first_machine() -> None:
    plain = learn()
    stopped = learn(monitor=Diary(stop_after=50), virtual="turns")
    np.testing.assert_array_equal(plain.dual_coef, stopped.dual_coef)


def test_virtual_support_vectors_come_from_the_first_ones() -> None:
    data = rows()
    plain, virtual = learn(data), learn(data, virtual="shifts_4")
    assert set(virtual.rows) <= set(plain.rows)
    assert len(plain.rows) < len(virtual.rows) <= len(plain.rows) * (1 + len(TRANSFORMS["shifts_4"]))


def test_rows_tell_where_support_vectors_come_from() -> None:
    data = rows()
    machine = learn(data)
    np.testing.assert_array_equal(machine.vectors, data.train_features[machine.rows].astype(np.float16))


def test_threads_change_nothing() -> None:
    one = SVM.fit(rows(), SvmParameters(), seed=0, threads=1, monitor=Silent())
    np.testing.assert_array_equal(one.dual_coef, learn().dual_coef)
