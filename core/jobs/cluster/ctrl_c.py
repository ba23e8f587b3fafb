"""Ctrl-C for a process that starts workers: it alone hears it, so that each worker leaves it to its nanny."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from multiprocessing import resource_tracker


def hear_ctrl_c_alone(pressed: Callable[[], object]) -> None:
    """Block SIGINT in all that is started from now on, and call `pressed` in the running event loop when it comes.

    A terminal sends Ctrl-C to every process of its group, and a worker that is still loading Python would end in a
    traceback. Threads and processes inherit what the main thread blocks, from their first moment on.
    """
    if not hasattr(signal, "pthread_sigmask") or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        return
    resource_tracker.ensure_running()  # it unblocks SIGINT in the thread that first needs it, before it starts a worker
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, pressed)
    threading.Thread(target=threading.Event().wait, daemon=True).start()  # the one thread that SIGINT still reaches
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
