from __future__ import annotations

import threading

import pytest

from core.at_once import AtOnce
from core.errors import InputError


def test_who_finds_no_place_is_told_and_a_place_comes_back() -> None:
    work = AtOnce(2, "Others are at work.", seconds=0.05)
    with work.place(), work.place(), pytest.raises(InputError, match="Others are at work"), work.place():
        pass
    with pytest.raises(KeyError), work.place():
        raise KeyError
    with work.place(), work.place():
        pass


def test_each_is_told_by_an_error_of_their_own() -> None:
    """One for all would hold what the last of them was at work with."""
    work, told = AtOnce(1, "Others are at work.", seconds=0.01), []
    with work.place():
        for _ in range(2):
            with pytest.raises(InputError) as refused, work.place():
                pass
            told.append(refused.value)
    assert told[0] is not told[1]


def test_who_waits_gets_the_next_place() -> None:
    work, got = AtOnce(1, "Others are at work."), threading.Event()

    def wait() -> None:
        with work.place():
            got.set()

    waiting = threading.Thread(target=wait)
    with work.place():
        waiting.start()
        assert not got.is_set()
    waiting.join(30)
    assert got.is_set()
