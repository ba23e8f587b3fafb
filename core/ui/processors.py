"""Leaves the processors to those who wait for them: every product of matrices takes one thread.

BLAS starts a thread a core for each product, and they wait for each other by spinning. A server has a thread for every
session already, and often a training beside it: what a move of a slider learns took up to ten times as long so.
"""

from __future__ import annotations

from threadpoolctl import threadpool_limits


def share_processors() -> None:
    """Let the BLAS libraries of this process take one thread each; workers are processes of their own."""
    threadpool_limits(1, user_api="blas")
