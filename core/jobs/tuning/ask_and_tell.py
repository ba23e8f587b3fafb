"""The trials of a search as its study has them: asked for within the budget, and told how they ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.jobs.tuning import search_actions
from core.jobs.tuning.request import Budget, Search
from core.jobs.tuning.strategy import sampler_of

if TYPE_CHECKING:
    import optuna

MOST_FAILURES = 5
RECORD = "record"
"""What became of a trial: its score, or why it failed; kept before it is told, so that no work is lost between."""

NEVER_WORKED = "The first {count} trials all failed; the last one: {reason}"


class Trials:
    """Speaks to the study for the coordinator, who alone does.

    Parameters
    ----------
    study : optuna.Study
    search : Search
    told : callable
        Called when a trial has ended, with the number of ended trials and the budget of trials (or None).

    Attributes
    ----------
    hopeless : str
        Why the search had better stop, in a sentence; empty while it goes on.
    """

    def __init__(self, study: optuna.Study, search: Search, told: Callable[[int, int | None], None]) -> None:
        self._study, self._search, self._told = study, search, told
        self.hopeless = ""

    @property
    def budget(self) -> Budget:
        """Trials and minutes that may be spent; people may add some while the search goes on."""
        return Budget.model_validate(self._study.user_attrs[search_actions.BUDGET])

    def all(self) -> list[optuna.trial.FrozenTrial]:
        """Return every trial so far, by number."""
        return self._study.get_trials(deepcopy=False)

    def affordable(self, seconds: float) -> bool:
        """Return whether one more may be asked for, `seconds` after the time spent was last counted."""
        asked, budget = len(self.all()), self.budget
        if self._search.sampler == "grid" and asked >= self._search.space.combinations:
            return False
        in_time = budget.minutes is None or self._spent() + seconds < 60 * budget.minutes
        return in_time and (budget.trials is None or asked < budget.trials)

    def count(self, seconds: float) -> None:
        """Add to the time that the search has taken."""
        search_actions.write(self._study, **{search_actions.SPENT: self._spent() + seconds})

    def _spent(self) -> float:
        return float(self._study.user_attrs.get(search_actions.SPENT, 0.0))

    def next(self) -> optuna.Trial:
        """Ask for one more."""
        return self.numbered(len(self.all()))

    def numbered(self, number: int, trial_id: int | None = None) -> optuna.Trial:
        """Return a new trial, or the one of an id again, with the sampler of its number.

        Leaves a harmless sampler behind.
        """
        import optuna

        harmless, self._study.sampler = self._study.sampler, sampler_of(self._search, number, self.budget.trials)
        try:
            trial = self._study.ask() if trial_id is None else optuna.Trial(self._study, trial_id)
            self._search.space.suggest(trial)
        finally:
            self._study.sampler = harmless
        return trial

    def twin(self, values: dict[str, Any]) -> dict[str, Any] | None:
        """Return the record of a complete trial of the same values: its score is known, at no further work."""
        for other in self.all():
            if other.state.name == "COMPLETE" and other.params == values:
                record = other.user_attrs[RECORD]
                return {**record, "job": "", "score": {**record["score"], "seconds": 0.0}, "twin": other.number}
        return None

    def end(self, trial: optuna.Trial, record: dict[str, Any]) -> None:
        """Keep what became of a trial, then tell it."""
        trial.set_user_attr(RECORD, record)
        self.tell(trial.number, record)

    def tell(self, number: int, record: dict[str, Any]) -> None:
        """Tell the study how a trial ended, by its record."""
        from optuna.trial import TrialState

        score = record.get("score")
        if score is None:
            self._study.tell(number, state=TrialState.FAIL)
            self._give_up_if_hopeless(record)
        elif score["pruned"]:
            self._study.tell(number, state=TrialState.PRUNED)
        else:
            self._study.tell(number, score["accuracy"])
        self._told(sum(trial.state.is_finished() for trial in self.all()), self.budget.trials)

    def _give_up_if_hopeless(self, record: dict[str, Any]) -> None:
        states = [trial.state.name for trial in self.all()]
        failed = states.count("FAIL")
        if failed >= MOST_FAILURES and not {"COMPLETE", "PRUNED"} & set(states):
            self.hopeless = NEVER_WORKED.format(count=failed, reason=record.get("failed", ""))
