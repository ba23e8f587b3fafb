"""What somebody asked to be searched, as one document that a study keeps, so that a search can go on anywhere."""

from __future__ import annotations

from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from core.arrays import UInt8Array
from core.errors import InputError, ParameterError, StudyError
from core.jobs.tuning.search_space import SearchSpace
from core.models.catalogue import kind_named, preset_named
from core.models.kind import ModelKind
from core.models.specification import MAX_SEED, Specification
from core.models.training_set import check_training_set
from core.preprocessing.augment import Augmentation
from core.preprocessing.experiments import Experiment
from core.preprocessing.recipe import Recipe
from core.text import number

SamplerName = Literal["grid", "random", "tpe"]
PrunerName = Literal["hyperband", "median", "none"]
SAMPLERS: tuple[str, ...] = get_args(SamplerName)
PRUNERS: tuple[str, ...] = get_args(PrunerName)

TRIALS = 20
"""The budget of a search that was given none."""
MOST_TRIALS = 10_000
MOST_MINUTES = 7 * 24 * 60
MOST_FOLDS = 10


class Budget(BaseModel):
    """When a search ends: after `trials` trials, after `minutes` of work, whichever comes first; one may be None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trials: int | None = None
    minutes: float | None = None

    @classmethod
    def checked(cls, trials: int | None, minutes: float | None) -> Self:
        """Build a budget; raises StudyError for one that is zero or endless."""
        if trials is not None and not 1 <= trials <= MOST_TRIALS:
            raise StudyError(f"`trials` must be between 1 and {MOST_TRIALS:,}; got {trials:,}.")
        if minutes is not None and not 0 < minutes <= MOST_MINUTES:
            raise StudyError(f"`minutes` must be more than 0 and at most {MOST_MINUTES:,}; got {number(minutes)}.")
        return cls(trials=TRIALS if trials is None and minutes is None else trials, minutes=minutes)

    @property
    def in_words(self) -> str:
        """Such as "20 trials or 5 minutes"."""
        parts = [f"{self.trials:,} trials" if self.trials else "", f"{self.minutes:g} minutes" if self.minutes else ""]
        return " or ".join(part for part in parts if part)


class Search(BaseModel):
    """One search, whole: what is varied and how, on what, judged how.

    Attributes
    ----------
    parameters : dict
        The model's parameters that are not searched, and where the searched ones start.
    limit : int, optional
        Train on this many images, stratified; all if None.
    folds : int
        0 judges each trial on the validation images; 2 to 10 by stratified folds inside the training images.
    fingerprint : str
        Of the data that it was asked on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    model: str
    parameters: dict[str, Any]
    recipe: Recipe
    augmentation: Augmentation = Augmentation()
    space: SearchSpace
    sampler: SamplerName = "random"
    pruner: PrunerName = "none"
    budget: Budget = Budget(trials=TRIALS)
    limit: int | None = None
    folds: int = 0
    seed: int = 0
    fingerprint: str
    owner: str = ""

    @classmethod
    def ask(
        cls,
        model: str,
        space: SearchSpace,
        *,
        fingerprint: str,
        preset: str = "default",
        settings: tuple[str, ...] = (),
        sampler: str = "random",
        pruner: str = "none",
        trials: int | None = None,
        minutes: float | None = None,
        **others: Any,
    ) -> Self:
        """Check everything that somebody asked for and build the search; a grid's budget is its size.

        Raises
        ------
        ParameterError, RecipeError, StudyError
            One sentence for what cannot be searched so.
        """
        kind = kind_named(model)
        chosen = preset_named(kind, preset)
        _check(sampler, pruner, others)
        if sampler == "grid":
            space.check_grid()
            trials = space.combinations if trials is None else trials
        values: dict[str, Any] = {
            "parameters": chosen.parameters.changed(settings).model_dump(),
            "recipe": chosen.recipe,
            "augmentation": chosen.augmentation,
            **others,
        }
        kind.check_recipe(values["recipe"])
        budget = Budget.checked(trials, minutes)
        return cls(
            model=model, space=space, sampler=sampler, pruner=pruner, budget=budget, fingerprint=fingerprint, **values
        )

    def check_training_set(self, labels: UInt8Array) -> None:
        """Raise InputError where its trials cannot begin on the training images of these labels (n,) uint8."""
        experiment = Experiment(limit=self.limit)
        check_training_set(self.recipe, experiment, labels, share=1 - 1 / self.folds if self.folds else 1.0)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a stored search; raises StudyError for one that this version cannot read."""
        try:
            return cls.model_validate_json(text)
        except (ValidationError, InputError):
            raise StudyError("Another version of Digit Lab wrote this search; start it again.") from None

    @property
    def kind(self) -> ModelKind:
        """The kind of model that is searched."""
        return kind_named(self.model)

    @property
    def by_epochs(self) -> bool:
        """Whether the model tells its score after each epoch."""
        return "epochs" in self.kind.parameters.model_fields

    @property
    def resource(self) -> int:
        """The step of a trial's last intermediate score: its folds, its epochs, or ninths of its training images."""
        if self.folds:
            return self.folds
        if self.by_epochs:
            most = next((entry for entry in self.space.dimensions if entry.name == "epochs"), None)
            return int(max(most.values)) if most else int(self.parameters["epochs"])
        return 9

    def specification(self, values: dict[str, Any]) -> Specification:
        """Return the training of a trial's parameters on all training images."""
        return Specification(
            model=self.model,
            parameters=self.kind.parameters.model_validate({**self.parameters, **values}).model_dump(),
            recipe=self.recipe,
            augmentation=self.augmentation,
            experiment=Experiment(),
            seed=self.seed,
        )


def _check(sampler: str, pruner: str, others: dict[str, Any]) -> None:
    if sampler not in SAMPLERS:
        raise StudyError(f"`sampler` must be one of {', '.join(SAMPLERS)}; got {sampler[:60]}.")
    if pruner not in PRUNERS:
        raise StudyError(f"`pruner` must be one of {', '.join(PRUNERS)}; got {pruner[:60]}.")
    folds, seed, limit = others.get("folds", 0), others.get("seed", 0), others.get("limit")
    if folds and not 2 <= folds <= MOST_FOLDS:
        raise StudyError(f"`folds` must be 0 (the validation images) or between 2 and {MOST_FOLDS}; got {folds}.")
    if not 0 <= seed <= MAX_SEED:
        raise ParameterError(f"`seed` must be between 0 and {MAX_SEED}; got {seed}.")
    if limit is not None:
        Experiment.limited(limit)
