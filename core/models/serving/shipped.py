"""The models that ship with the program, each a folder below `core/pretrained`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.models.specification import Specification

FOLDER = Path(__file__).parents[2] / "pretrained"
CARD_FILE = "card.json"
PREDICTIONS_FILE = "predictions.npz"


@dataclass(frozen=True)
class Card:
    """What a shipped model says of itself.

    Attributes
    ----------
    name : str
        Its name on the command line: the kind of model.
    content : dict
        The card file: "created", "fingerprint", "metrics", "seeds", "seconds", "environment", "run_name";
        "averaged" where it is the mean of others.
    """

    name: str
    folder: Path
    specification: Specification
    content: dict[str, Any]


def shipped(folder: Path = FOLDER) -> dict[str, Card]:
    """Return every shipped model by name, the best of validation first."""
    cards = [_read(path.parent, path.stat().st_mtime_ns) for path in folder.glob(f"*/{CARD_FILE}")]
    cards.sort(key=lambda card: -card.content["metrics"]["validation_accuracy"])
    return {card.name: card for card in cards}


@lru_cache(maxsize=16)
def _read(folder: Path, written: int) -> Card:
    """Return the card of a folder, kept until its file is written again."""
    specification = Specification.from_json((folder / "specification.json").read_text("utf-8"))
    content = json.loads((folder / CARD_FILE).read_text("utf-8"))
    return Card(folder.name, folder, specification, content)
