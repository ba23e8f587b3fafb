"""What every preprocessing step has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import numpy as np

from core.declaration import Declared
from core.errors import RecipeError

Stage = Literal["picture", "normalise", "hog", "reshape", "learned"]


class BaseStep(Declared):
    """What every step has: a title, a sentence, a source, and its place in the order."""

    refusal = RecipeError
    help: ClassVar[str]
    source: ClassVar[str]
    stage: ClassVar[Stage] = "picture"
    function: ClassVar[Callable[..., np.ndarray] | None] = None
    """What it does to pictures or numbers (n, ...), where its own file has that; else `fixed.FUNCTIONS` does."""

    kind: str

    def settings(self) -> dict[str, Any]:
        """Return its settings by name, without its kind: the arguments of the function that does the work."""
        return self.model_dump(exclude={"kind"})
