"""The shipped network, and what it finds on a picture."""

from __future__ import annotations

from functools import lru_cache

from core.models.serving.predictor import Predictor
from core.models.serving.shipped import shipped
from core.reading.picture import read_picture
from core.reading.segments import FoundDigit


@lru_cache
def network() -> Predictor:
    return Predictor.load(shipped()["cnn"].folder, threads=1)


def digits_of_photo(data: bytes) -> tuple[FoundDigit, ...]:
    return read_picture(data, network()).digits
