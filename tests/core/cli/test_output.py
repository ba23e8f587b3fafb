from __future__ import annotations

import json

import numpy as np
import pytest

from core.benchmarks.row import Row
from core.cli.output import print_json


def test_numbers_of_numpy_are_printed_as_any_and_infinite_ones_as_null(capsys: pytest.CaptureFixture[str]) -> None:
    row = Row("error", "share", [np.float64(0.2)], "peer", [np.float64(0.4)], reach=1.0)
    print_json({"rows": [row.as_dict()], "count": np.int64(3), "lost": np.float32("inf"), "nothing": (float("nan"),)})
    printed = json.loads(capsys.readouterr().out)
    assert (printed["count"], printed["lost"], printed["nothing"]) == (3, None, [None])
    assert (printed["rows"][0]["figure"], printed["rows"][0]["reached"]) == (0.5, True)
