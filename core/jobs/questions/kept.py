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
from core.errors import InputError, ReportError
from core.jobs.cluster.executor import Executor
from core.ledger.current import ledger
from core.ledger.limits import require_room
from core.ledger.states import State
from core.models.code_hash import code_hash
from core.permissions import Actor, require

ANSWERS = NpzCache("answers", most_files=500)
COLLECT_SECONDS = 1.0
"""How long an answer may need from the worker that has just given it."""

WORK = "core.jobs.questions.kept:work"
Answer = dict[str, np.ndarray]
QuestionState = Literal["unasked", "queued", "running", "answered", "failed"]


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
        """24 hex digits, the same for the same question in every process that computes it by the same code."""
        document = json.dumps([code_hash(self.function.partition(":")[0]), self.function, self.arguments])
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


def ask(executor: Executor, question: Question, actor: Actor) -> None:
    """Queue a question unless it is kept, queued or running; one that failed is asked again. Returns at once.

    Raises
    ------
    ReadOnlyError
        Nothing may be started here.
    """
    require(actor, "ask")
    if question_state(executor, question)[0] in ("answered", "queued", "running"):
        return
    require_room("question", actor.name)
    executor.forget(question.job_id)
    try:
        executor.submit_later(
            question.job_id, WORK, question.function, *question.arguments,
            owner=actor.name, resource="trial", title=question.title, kind="question",
        )  # fmt: skip
    except InputError:
        return  # somebody else asked the same in this moment


def cancel(executor: Executor, question: Question, actor: Actor) -> None:
    """End a question that is queued or running; only who asked it, or an administrator, may."""
    cancel_job(executor, question.job_id, actor)


def cancel_job(executor: Executor, job_id: str, actor: Actor) -> None:
    """End a job that is queued or running; only who asked for it, or an administrator, may."""
    job = ledger().record(job_id)
    if job is None or not job.state.active:
        return
    require(actor, "cancel", job.owner, what=job.title or "this job")
    executor.cancel(job_id)


def work(function: str, *arguments: str | int | float) -> Answer:
    """Answer a question in a worker, and keep the answer there too: the page that asked may be closed by then."""
    question = Question(function, arguments)
    module, _, name = function.partition(":")
    arrays: Answer = getattr(importlib.import_module(module), name)(*arguments)
    keep(question, arrays)
    return arrays


def question_state(executor: Executor, question: Question) -> tuple[QuestionState, str]:
    """Return how far a question is, and why where it failed; an answer that has come in is kept.

    Raises
    ------
    ReportError
        The answer cannot be written to the cache folder.
    """
    if question.path.exists():
        return "answered", ""
    job = ledger().record(question.job_id)
    if job is None or job.state is State.CANCELLED:
        return "unasked", ""
    if job.state is State.QUEUED:
        return "queued", ""
    if job.state is State.RUNNING:
        return "running", ""
    if job.state is State.FINISHED:
        return _collect(executor, question), ""
    return "failed", job.reason


def _collect(executor: Executor, question: Question) -> QuestionState:
    """Keep the answer that a worker on another machine has given; it kept its own there."""
    try:
        outcome = executor.outcome(question.job_id, timeout=COLLECT_SECONDS)
    except KeyError:  # asked by another server, or another session has just kept the answer
        return "answered" if question.path.exists() else "unasked"
    if outcome is None or outcome.state is not State.FINISHED:
        return "running" if outcome is None else "unasked"
    keep(question, outcome.value)
    executor.forget(question.job_id)
    return "answered"


def keep(question: Question, arrays: Answer) -> None:
    """Keep an answer; raises ReportError where it cannot be written."""
    try:
        ANSWERS.write(question.key, arrays)
    except OSError as error:
        raise ReportError(
            f"The result cannot be stored in {question.path.parent}: {error.strerror or error}."
        ) from error
