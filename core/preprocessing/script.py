"""The fixed steps of a recipe as one Python script, which ships beside `model.onnx` and needs numpy and OpenCV only."""

from __future__ import annotations

import ast
import inspect
import re
import sys

from core.preprocessing.fixed import BLOCK, FUNCTIONS
from core.preprocessing.recipe import Recipe

HEAD = '''"""From pictures to what model.onnx takes as "features". Written by Digit Lab; needs numpy and OpenCV.

    import numpy, onnxruntime, preprocess
    images = numpy.zeros((1, 28, 28), numpy.uint8)  # 0 black to 255 ink
    session = onnxruntime.InferenceSession("model.onnx")
    label, probabilities = session.run(None, {"features": preprocess.features(images)})
"""

from __future__ import annotations

'''

TAIL = '''

def features(images: np.ndarray) -> np.ndarray:
    """Take pictures (n, 28, 28) uint8 through all steps; (n, ...) float32."""
    if images.dtype != np.uint8 or images.shape[1:] != (28, 28) or not len(images):
        raise ValueError(f"Pictures must be an array (n, 28, 28) of uint8; got {images.dtype} of shape {images.shape}.")
    return np.concatenate([_features(images[start : start + BLOCK]) for start in range(0, len(images), BLOCK)])


def _features(values: np.ndarray) -> np.ndarray:
    for function, settings in STEPS:
        values = function(values, **settings)
    return np.ascontiguousarray(values)
'''

IMPORT = re.compile(r"^(?:import|from) .+\n", re.MULTILINE)
OURS = re.compile(r"from (__future__|core|typing)\b")
"""Imports that only the declaration of a step needs."""


def picture_script(recipe: Recipe) -> str:
    """Write the script, made of the source that this program runs itself; its `features` gives the same bytes."""
    modules = dict.fromkeys(FUNCTIONS[step.kind].__module__ for step in recipe.fixed)
    sources = [_without_declaration(inspect.getsource(sys.modules[name])) for name in modules]
    imports = sorted({line for source in sources for line in IMPORT.findall(source) if not OURS.match(line)})
    bodies = [IMPORT.sub("", _without_docstring(source)).strip() for source in sources]
    return HEAD + "".join(imports) + "\n\n" + "\n\n\n".join(bodies) + "\n\n\n" + _steps(recipe) + TAIL


def _without_declaration(source: str) -> str:
    """Drop the class that declares a step from the file that also holds its function."""
    declared = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and _is_step(node)]
    lines = source.splitlines(keepends=True)
    for node in reversed(declared):
        del lines[node.lineno - 1 : node.end_lineno]
    return "".join(lines)


def _is_step(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "BaseStep" for base in node.bases)


def _without_docstring(source: str) -> str:
    """Drop a module's own docstring, as it speaks of this program."""
    return source.split('"""', 2)[2]


def _steps(recipe: Recipe) -> str:
    """Return the recipe as data of the script."""
    lines = [f"    ({step.kind}, {step.settings()!r}),\n" for step in recipe.fixed]
    return f"STEPS = [\n{''.join(lines)}]\n\nBLOCK = {BLOCK}\n"
