from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.jobs.cluster.turns import Ticket, queue

tickets = st.builds(
    Ticket,
    resource=st.sampled_from(["training", "trial"]),
    turn=st.integers(1, 9),
    submitted=st.integers(0, 2**62),
    job_id=st.text("abc-0123456789", min_size=1),
)


@given(tickets)
def test_a_key_can_be_read_back(ticket: Ticket) -> None:
    assert Ticket.parse(ticket.key) == ticket


def test_a_task_of_somebody_else_has_no_ticket() -> None:
    assert Ticket.parse("inc-0123456789abcdef") is None


def test_the_second_job_of_one_owner_comes_after_the_first_of_another() -> None:
    keys = [
        Ticket("training", turn, second, name).key
        for second, (turn, name) in enumerate([(1, "ann1"), (2, "ann2"), (1, "bob1")])
    ]
    assert queue(keys, started=[], resource="training") == ["ann1", "bob1", "ann2"]
    assert queue(keys, started=["ann1"], resource="training") == ["bob1", "ann2"]
    assert queue(keys, started=[], resource="trial") == []


@given(st.lists(tickets, unique_by=lambda ticket: ticket.job_id))
def test_an_earlier_turn_has_the_higher_priority(waiting: list[Ticket]) -> None:
    by_id = {ticket.job_id: ticket for ticket in waiting}
    order = queue([ticket.key for ticket in waiting], started=[], resource="trial")
    priorities = [by_id[job_id].priority for job_id in order]
    assert priorities == sorted(priorities, reverse=True)
    assert sorted(order) == sorted(ticket.job_id for ticket in waiting if ticket.resource == "trial")
