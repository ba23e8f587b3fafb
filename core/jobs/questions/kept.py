"""Small questions that a worker answers once: the answer, a few arrays, is kept in the cache folder."""

from __future__ import annotations

import hashlib
import importlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from core.data.npz_cache import NpzCache
from core.errors import InputError, ReadOnlyError, ReportError
from core.jobs.cluster.claim import Outcome
from core.jobs.cluster.executor import Executor
from core.settings import settings

VERSION = 2
"""Changes when a function answers otherwise than before, so that no old answer is taken for a new one."""

ANSWERS = NpzCache("answers", most_files=500)
WORK = "core.jobs.questions.kept:work"
Answer = dict[str, np.ndarray]
Standing = Literal["unasked", "waiting", "running", "answered", "failed"]


@dataclass(frozen=True)
class Question:
    """What to compute, and with what.

    Attributes
    ----------
    function : str
        "package.module:name" of a function that returns arrays by name.
    arguments : tuple of str and numbers
        Everything the answer depends on.
    title : str
        What is computed, in a few words, for the people who wait.
    """

    function: str
    arguments: tuple[str | int | float, ...]
    title: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """24 hex digits, the same for the same question in every process."""
        document = json.dumps([VERSION, self.function, self.arguments])
        return hashlib.sha256(document.encode()).hexdigest()[:24]

    @property
    def job_id(self) -> str:
        """Under which the executor knows it."""
        return f"question-{self.key}"

    @property
    def path(self) -> Path:
        """Where the answer is kept."""
        return ANSWERS.path(self.key)


def answer(question: Question) -> Answer | None:
    """Read a kept answer; None where there is none (or it cannot be read any more)."""
    return ANSWERS.read(question.key)


def ask(executor: Executor, question: Question, owner: str) -> None:
    """Queue a question unless it is kept or at work; one that failed is asked again.

    Raises
    ------
    ReadOnlyError
        Nothing may be started here.
    ClusterError
        No worker can be started or reached.
    """
    if settings().readonly:
        raise ReadOnlyError("Digit Lab is in read-only mode; nothing can be computed.")
    if standing(executor, question)[0] in ("answered", "waiting", "running"):
        return
    executor.forget(question.job_id)
    try:
        executor.submit(
            question.job_id, WORK, question.function, *question.arguments,
            owner=owner, resource="trial", title=question.title,
        )  # fmt: skip
    except InputError:
        return  # somebody else asked the same in this moment


def work(function: str, *arguments: str | int | float) -> Answer:
    """Answer a question in a worker, and keep the answer there too: the page that asked may be closed by then."""
    question = Question(function, arguments)
    module, _, name = function.partition(":")
    arrays: Answer = getattr(importlib.import_module(module), name)(*arguments)
    _keep(question, arrays)
    return arrays


def standing(executor: Executor, question: Question) -> tuple[Standing, str]:
    """Return how far a question has come, and why where it failed; an answer that has come in is kept.

    Raises
    ------
    ReportError
        The answer cannot be written to the cache folder.
    """
    if question.path.exists():
        return "answered", ""
    state = executor.state(question.job_id)
    if state == "waiting" or state == "running":
        return state, ""
    outcome = _outcome(executor, question)
    if outcome is None or outcome.state == "cancelled":
        return ("answered" if question.path.exists() else "unasked"), ""
    if outcome.state != "done":
        return "failed", outcome.reason
    _keep(question, outcome.value)
    executor.forget(question.job_id)
    return "answered", ""


def _outcome(executor: Executor, question: Question) -> Outcome | None:
    try:
        return executor.outcome(question.job_id)
    except KeyError:  # never asked here, or another session has just kept the answer
        return None


def _keep(question: Question, arrays: Answer) -> None:
    try:
        ANSWERS.write(question.key, arrays)
    except OSError as error:
        raise ReportError(
            f"The result cannot be stored in {question.path.parent}: {error.strerror or error}."
        ) from error
