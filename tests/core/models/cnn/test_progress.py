from __future__ import annotations

import numpy as np

from core.models.cnn.progress import Best


def test_best_is_the_most_accurate_and_among_equals_the_one_of_least_loss() -> None:
    best = Best()
    for epoch, (accuracy, loss) in enumerate([(0.90, 0.3), (0.95, 0.4), (0.95, 0.2), (0.95, 0.3), (0.94, 0.1)], 1):
        best.offer(epoch, accuracy, loss, [np.array(epoch)])
    assert best.epoch == 3
    assert best.weights == [np.array(3)]


def test_the_last_epoch_is_kept_where_that_is_asked_for() -> None:
    best = Best(last=True)
    for epoch, accuracy in enumerate([0.90, 0.95, 0.94], 1):
        best.offer(epoch, accuracy, 0.1, [np.array(epoch)])
    assert best.epoch == 3
    assert best.weights == [np.array(3)]
