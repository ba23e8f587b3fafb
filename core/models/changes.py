"""What of a specification is not its preset's, in the words that names, forms and boards share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.declaration import ParameterField
from core.models.catalogue import CATALOGUE, short_title
from core.models.kind import Preset
from core.models.specification import Specification
from core.preprocessing.augment import Augmentation
from core.preprocessing.experiments import Experiment


def nearest_preset(specification: Specification) -> str:
    """Return the name of the specification's preset, or of the one from which the fewest settings differ."""
    presets = specification.kind.presets
    if specification.preset in presets:
        return str(specification.preset)
    return min(presets, key=lambda name: len(changed_settings(specification, presets[name])))


def changed_settings(specification: Specification, preset: Preset) -> list[str]:
    """Return every parameter, step and variation that is not the preset's, such as "20 epochs" or "shift 2"."""
    fields = specification.kind.parameters.declared()
    changes = _changed(fields, specification.parameters, preset.parameters.model_dump())
    if specification.recipe != preset.recipe:
        changes.append("own preprocessing")
    varied, usual = specification.augmentation, preset.augmentation
    if varied.is_none and not usual.is_none:
        return [*changes, "no augmentation"]
    return [*changes, *_changed(Augmentation.declared(), varied.model_dump(), usual.model_dump())]


def data_changes(experiment: Experiment) -> list[str]:
    """Return what is other than all training images with their own labels: "5,000 images", "without 4", ..."""
    changes = [f"{experiment.limit:,} images"] if experiment.limit else []
    if experiment.left_out:
        changes.append(f"without {' and '.join(map(str, experiment.left_out))}")
    if experiment.wrong_labels:
        changes.append(f"{100 * experiment.wrong_labels:g} % wrong labels")
    if reviewed := len(experiment.corrections):
        changes.append(f"with {reviewed} reviewed label{'s' if reviewed > 1 else ''}")
    return changes


def changes(specification: Specification) -> list[str]:
    """Return in what a training is not its preset on all images: the data, then the settings, then the seed."""
    found = data_changes(specification.experiment)
    if specification.averaged:
        return [*found, f"mean of {len(specification.averaged)} networks"]
    if specification.model in CATALOGUE:
        found += changed_settings(specification, specification.kind.presets[nearest_preset(specification)])
    found += ["continued"] if specification.parent else []
    found += ["distilled"] if specification.teacher else []
    return found + ([f"seed {specification.seed}"] if specification.seed else [])


def name_of(specification: Specification) -> str:
    """Return a name that says what differs, such as "CNN fast, 5,000 images, 20 epochs"."""
    start = short_title(specification.model)
    told = specification.model in CATALOGUE and not specification.averaged
    if told and (preset := nearest_preset(specification)) != "default":
        start = f"{start} {preset}"
    return ", ".join([start, *changes(specification)])


def _changed(fields: tuple[ParameterField, ...], values: Mapping[str, Any], usual: Mapping[str, Any]) -> list[str]:
    return [
        _in_words(field, values[field.name])
        for field in fields
        if field.name in values and values[field.name] != usual[field.name]
    ]


def _in_words(field: ParameterField, value: Any) -> str:
    if field.kind == "bool":
        return field.title if value else f"no {field.title}"
    shown = f"{value:,}" if field.kind == "int" else f"{value:g}" if field.kind == "float" else str(value)
    return f"{shown} {field.title}" if field.kind == "int" and field.title.endswith("s") else f"{field.title} {shown}"
