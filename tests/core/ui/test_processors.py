from __future__ import annotations

from threadpoolctl import threadpool_info, threadpool_limits

from core.ui.processors import share_processors


def test_products_of_matrices_take_one_thread() -> None:
    with threadpool_limits(2, user_api="blas"):
        share_processors()
        assert {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"} == {1}
