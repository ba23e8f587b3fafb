from __future__ import annotations

from dataclasses import replace

import pytest

from core.data.sample import load_sample
from core.errors import InputError, UnknownRunError
from core.models.catalogue import kind_named
from core.runs import teaching
from core.runs.run import Run
from core.runs.shipped import shipped_runs
from core.runs.teaching import teacher

CNN = kind_named("cnn")


def test_a_finished_run_of_any_kind_teaches_a_network() -> None:
    assert teacher("svm", CNN, load_sample()).run_id == "svm"


@pytest.mark.parametrize("change", [{"external": True}, {"trained_on_evaluation_data": True}])
def test_who_may_have_seen_the_judging_images_does_not_teach(
    change: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    leaky: Run = replace(shipped_runs(load_sample())[0], name="leaky", **change)
    monkeypatch.setattr(teaching, "find", lambda name, dataset: leaky)
    with pytest.raises(InputError, match=r"leaky .* cannot teach, as it may have learned from the images that judge"):
        teacher("leaky", CNN, load_sample())


def test_only_a_network_learns_from_a_teacher_that_there_is() -> None:
    with pytest.raises(InputError, match="`--teacher` needs a model that trains in epochs; forest does not"):
        teacher("cnn", kind_named("forest"), load_sample())
    with pytest.raises(UnknownRunError, match="There is no run 'nobody'"):
        teacher("nobody", CNN, load_sample())
