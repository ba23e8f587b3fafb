from __future__ import annotations

import numpy as np
import pytest

from core.data.sample import load_sample
from core.jobs.questions.kept import keep
from core.jobs.questions.wrong_labels import question
from core.runs import registry
from tests.core.cli.conftest import Command, Document

SAMPLE = load_sample()
FOUND = (40, 7, 300)


@pytest.fixture(autouse=True)
def _searched(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("core.cli.labels", "core.cli.train", "core.data.sources"):
        monkeypatch.setattr(f"{place}.load_dataset", load_sample)
    rows = np.full((len(FOUND), 10), 0.01, np.float32)
    rows[range(len(FOUND)), (SAMPLE.train.labels[list(FOUND)] + 1) % 10] = 0.91
    keep(question(SAMPLE.fingerprint), {
        "position": np.array(FOUND), "wrong": np.array(3), "probabilities": rows,
    })  # fmt: skip


def test_labels_are_listed_decided_about_and_trained_with(document: Document, command: Command) -> None:
    given = int(SAMPLE.train.labels[40])
    found = document("data", "labels")
    assert (found["candidates"], found["images"]) == (3, 4_000)
    shown = {"position": 40, "label": given, "suggested": (given + 1) % 10, "decision": "", "looks_wrong": True}
    assert found["labels"][0] == shown | {"probability": pytest.approx(0.91)}
    decided = ("--relabel", f"40={(given + 1) % 10}", "--leave-out", "300", "--keep", "7", "--leave-out", "9")
    assert document("data", "labels", *decided)["reviewed"] == {"keep": 1, "relabel": 1, "leave out": 2}
    assert document("data", "labels", "--undo", "--limit", "0")["reviewed"]["keep"] == 0
    shown = command("data", "labels")
    assert "3 of 4,000 training labels look wrong" in " ".join(shown.stdout.split()) and "left out" in shown.stdout
    trained = document("train", "logistic", "--preset", "fast", "--limit", "300", "--labels", "reviewed")
    specification = registry.get(trained["run_id"]).specification
    assert specification is not None and [position for position, _, _ in specification.experiment.corrections] == [
        9, 40, 300,
    ]  # fmt: skip
    assert "with 3 reviewed labels" in trained["name"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--relabel", "40"), "must be a position and a digit, such as 1234=9; got 40"),
        (("--relabel", "40=11"), "`label` must be between 0 and 9; got 11"),
        (("--keep", "4000"), "`position` must be between 0 and 3,999; got 4,000"),
        (("--undo",), "to undo"),
    ],
)
def test_what_cannot_be_decided_is_said(command: Command, arguments: tuple[str, ...], sentence: str) -> None:
    refused = command("data", "labels", *arguments)
    assert refused.returncode == 2 and sentence in " ".join(refused.stderr.split())
