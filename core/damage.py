"""What the readers of Python's library, NumPy, Pillow and Arrow raise on files that are damaged, or made to look so."""

from __future__ import annotations

import csv
import struct
import zlib
from tokenize import TokenError
from zipfile import BadZipFile

try:
    from lzma import LZMAError
except ImportError:  # a Python that was built without it cannot unpack such files either

    class LZMAError(Exception):  # type: ignore[no-redef]  # noqa: D101
        pass


DAMAGE = (
    OSError, EOFError, ValueError, TypeError, LookupError, AttributeError, AssertionError, SyntaxError,
    ArithmeticError, RuntimeError, MemoryError, csv.Error, struct.error, TokenError, zlib.error, LZMAError, BadZipFile,
)  # fmt: skip
"""To be caught around a reader of somebody's bytes, and nothing else: a header of 9,000 minus signs is a RecursionError
of NumPy's, a size of thirty digits an OverflowError, and a flipped bit may be any of them."""


def reason(error: BaseException) -> str:
    """Return the first line of what an exception says, in at most 120 characters; its name where it says nothing."""
    words = getattr(error, "strerror", None) or str(error)
    return (words.strip("'\". \n").splitlines() or [""])[0][:120] or type(error).__name__
