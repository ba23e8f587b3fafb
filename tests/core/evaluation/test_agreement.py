from __future__ import annotations

import numpy as np

from core.evaluation.agreement import agreement, disagreements

LABELS = np.array([4, 9, 7, 1], dtype=np.uint8)
READ = {"cnn": np.array([4, 9, 7, 7]), "svm": np.array([4, 4, 7, 7]), "forest": np.array([9, 4, 7, 7])}


def test_disagreements_show_the_hardest_first() -> None:
    table = disagreements(LABELS, READ)

    assert table["position"].tolist() == [1, 0]
    assert table["right"].tolist() == [1, 2]
    assert table.loc[0, ["true", "cnn", "svm", "forest"]].tolist() == [9, 9, 4, 4]


def test_agreement_is_the_share_of_the_most_frequent_answer() -> None:
    np.testing.assert_allclose(agreement(READ), [2 / 3, 2 / 3, 1, 1])
