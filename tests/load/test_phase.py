"""The arithmetic of the load's table, on figures made by hand."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.load.browser import Browser, KeptMessages, Wanted
from tests.load.phase import Phase, Sample, misses, report
from tests.load.visits import ACTIONS


def phase(name: str, seconds: float, megabytes: tuple[float, ...] = (400.0,) * 20) -> Phase:
    made = Phase(name, {action: [seconds] * 20 for action in ACTIONS}, spans=[(0, 100)], images=1000)
    made.samples = [Sample(5.0 * place, held, 2.0 * place) for place, held in enumerate(megabytes)]
    made.note_epochs([-5, 10, 30, 50, 120], 1000)
    return made


def test_epochs_count_that_lie_within_the_load_as_a_whole() -> None:
    assert phase("a", 0.1).epochs == [20, 20]


def test_cpu_of_the_server_for_each_act() -> None:
    assert phase("a", 0.1).cpu_per_act == pytest.approx(38 / 80)


def test_what_is_as_good_as_the_floor_app_reaches_every_aim() -> None:
    ours, floor = phase("Digit Lab", 0.2), phase("floor", 0.1)
    assert misses(ours, floor) == []
    assert "Every aim is reached." in report(ours, floor)


def test_what_was_measured_is_written_as_json() -> None:
    ours = phase("Digit Lab", 0.2)
    ours.seconds = defaultdict(list, ours.seconds)  # as the load has it
    document = json.loads(json.dumps(ours.document()))
    assert document["samples"][1] == {"at": 5.0, "megabytes": 400.0, "cpu_seconds": 2.0}
    assert document["seconds"]["slider"] == [0.2] * 20 and document["epochs"] == [20, 20]


def test_each_miss_is_told() -> None:
    ours = phase("Digit Lab", 0.3, tuple(range(300, 700, 20)))
    ours.errors, ours.epochs = ["Tune did not answer"], [30.0]
    told = misses(ours, phase("floor", 0.1))
    assert len(told) == len(ACTIONS) + 4
    assert "drawing at 2 times the floor app (3.00)" in told and "under 600 MB (680)" in told
    assert "Tune did not answer" in report(ours, phase("floor", 0.1))


def test_what_was_not_measured_is_missed() -> None:
    assert misses(Phase("Digit Lab"), phase("floor", 0.1))


def started(*fragments: str) -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.config.max_cached_message_age = 2
    message.metadata.run.fragment_ids.extend(fragments)
    return message


@pytest.mark.parametrize(("wanted", "first"), [("slider", started("slider")), ("", None)])
def test_a_run_whose_end_was_dropped_is_over_when_the_next_one_starts(wanted: str, first: ForwardMsg | None) -> None:
    browser = Browser("http://localhost")
    browser._wanted = Wanted(wanted, begun=first is None)
    browser._take(started("notices") if first else started())
    assert not browser._wanted.ended.is_set(), "what went on before, or the page anew"
    if first is not None:
        browser._take(first)
    assert not browser._wanted.ended.is_set()
    browser._take(started("notices"))
    assert browser._wanted.ended.is_set()


def test_messages_are_kept_for_two_runs_after_their_last_use() -> None:
    kept, message = KeptMessages(), ForwardMsg(hash="abc")
    message.metadata.cacheable = True
    message.delta.new_element.text.body = "long"
    reference = ForwardMsg(ref_hash="abc")
    kept.whole(message)
    for _ in range(2):
        kept.grow_older([])
    assert kept.whole(reference) is message
    for _ in range(2):
        kept.grow_older([])
    assert kept.hashes == ["abc"]
    kept.grow_older(["another fragment"])
    assert kept.hashes == ["abc"], "a run of another fragment drops nothing"
    kept.grow_older([])
    assert kept.hashes == []
