"""Imported by a worker process as it starts: Ctrl-C is left to its nanny, instead of a traceback from each worker."""

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
