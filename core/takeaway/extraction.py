"""Definitions of the project with all that they use, as text that runs without the project."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

Place = tuple[str, str]
"""A module and a name at its top."""


@dataclass
class Extraction:
    """Definitions taken from the project's modules together with all that they use, in an order that runs.

    Annotations are not followed, as the script never evaluates them. Names in `reserved` are not given out.
    """

    reserved: tuple[str, ...] = ()
    imports: set[str] = field(default_factory=set)
    final: dict[Place, str] = field(default_factory=dict)
    _bodies: list[tuple[str, dict[str, Place]]] = field(default_factory=list)
    _modules: dict[str, Module] = field(default_factory=dict)

    def add(self, module: str, name: str) -> Place:
        """Take a definition and what it uses; returns where it stands, which an import may lead to."""
        if module not in self._modules:
            self._modules[module] = Module.read(module)
        source = self._modules[module]
        if name in source.imported:
            return self.add(*source.imported[name])
        place = (module, name)
        if place in self.final:
            return place
        self.final[place] = self._free_name(module, name)
        node = source.defined[name]
        used: dict[str, Place] = {name: place}
        for other in _names(node):
            if other in source.outside:
                self.imports.add(source.outside[other])
            elif other in source.defined or other in source.imported:
                used[other] = self.add(module, other)
        for imported, where in _inner_imports(node).items():
            used[imported] = self.add(*where)
        self._bodies.append((source.text(node), used))
        return place

    def _free_name(self, module: str, name: str) -> str:
        taken = {*self.final.values(), *self.reserved}
        return name if name not in taken else f"{name}_{module.rpartition('.')[2]}"

    def code(self) -> str:
        """Return everything taken, below each other."""
        return "\n\n\n".join(self._renamed(text, used) for text, used in self._bodies)

    def _renamed(self, text: str, used: dict[str, Place]) -> str:
        for name, place in used.items():
            if self.final[place] != name:
                text = re.sub(rf"(?<![\w.]){name}(?!\w)", self.final[place], text)
        return text


@dataclass(frozen=True)
class Module:
    """A module's source, and what the names at its top are: its own, the project's, or others'."""

    lines: list[str]
    defined: dict[str, ast.stmt]
    imported: dict[str, Place]
    outside: dict[str, str]

    @classmethod
    def read(cls, name: str) -> Module:
        """Read a module's source without importing it."""
        spec = find_spec(name)
        assert spec is not None and spec.origin is not None
        source = Path(spec.origin).read_text("utf-8")
        found = cls(source.splitlines(), {}, {}, {})
        for node in ast.parse(source).body:
            found._sort(node)
        return found

    def _sort(self, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self.defined[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            self.defined.update({target.id: node for target in targets if isinstance(target, ast.Name)})
        elif isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", "") != "__future__":
            self._sort_import(node)

    def _sort_import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.imported.update(_project_imports(node))
        for alias in node.names:
            name = alias.asname or alias.name
            if name not in self.imported:
                line = ast.unparse(node).partition("import ")[0] + f"import {ast.unparse(alias)}"
                self.outside[name.partition(".")[0]] = line

    def text(self, node: ast.stmt) -> str:
        """Return a definition as it is written, without its imports of the project."""
        start = min([node.lineno, *(entry.lineno for entry in getattr(node, "decorator_list", []))])
        dropped = {
            line
            for inner in ast.walk(node)
            if isinstance(inner, ast.ImportFrom) and _project_imports(inner)
            for line in range(inner.lineno, (inner.end_lineno or inner.lineno) + 1)
        }
        kept = [line for line in range(start, (node.end_lineno or start) + 1) if line not in dropped]
        return "\n".join(self.lines[line - 1] for line in kept)


def _project_imports(node: ast.AST) -> dict[str, Place]:
    if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("core"):
        return {}
    return {alias.asname or alias.name: (node.module or "", alias.name) for alias in node.names}


def _inner_imports(node: ast.stmt) -> dict[str, Place]:
    return {name: place for inner in ast.walk(node) for name, place in _project_imports(inner).items()}


def _names(node: ast.AST) -> Iterator[str]:
    """Yield every name that is read when the definition runs; annotations never do."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.Name):
                yield child.id
            elif isinstance(child, ast.AST):
                yield from _names(child)
