from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from core.errors import RegistryError
from core.models.serving.predictor import PredictorCache


def model(nbytes: int) -> SimpleNamespace:
    return SimpleNamespace(nbytes=nbytes)


def test_a_model_that_many_ask_for_at_once_is_loaded_once() -> None:
    cache, loads, met = PredictorCache(), [], threading.Barrier(8)

    def load() -> SimpleNamespace:
        loads.append(1)
        return model(1)

    found: list[object] = []

    def ask() -> None:
        met.wait(30)
        found.append(cache.get("forest", load))

    people = [threading.Thread(target=ask) for _ in range(8)]
    for person in people:
        person.start()
    for person in people:
        person.join(30)
    assert len(loads) == 1
    assert len(found) == 8 and len(set(map(id, found))) == 1


def test_the_least_recently_used_goes_first() -> None:
    cache = PredictorCache(limit_bytes=100)
    first, second = model(60), model(30)
    assert cache.get("first", lambda: first) is first
    assert cache.get("second", lambda: second) is second
    assert cache.get("first", lambda: pytest.fail("it is there")) is first
    cache.get("third", lambda: model(30))
    assert cache.get("first", lambda: pytest.fail("it was used last")) is first
    assert cache.get("second", lambda: model(31)).nbytes == 31


def test_one_that_cannot_be_loaded_can_be_tried_again() -> None:
    cache = PredictorCache()

    def fail() -> SimpleNamespace:
        raise RegistryError("It is damaged.")

    with pytest.raises(RegistryError, match="damaged"):
        cache.get("lost", fail)
    assert cache.get("lost", lambda: model(1)).nbytes == 1
