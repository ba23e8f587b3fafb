"""Whatever the web process keeps has a bound."""

from __future__ import annotations

import ast
from pathlib import Path

PROJECT = Path(__file__).parents[3]
SOURCES = [PROJECT / "Home.py", *(PROJECT / "pages").glob("*.py"), *(PROJECT / "core").rglob("*.py")]
STREAMLIT_CACHES = ("st.cache_data", "st.cache_resource")


def decorators() -> list[tuple[str, ast.expr]]:
    """Every decorator, with where it is."""
    return [
        (f"{path.relative_to(PROJECT)}:{node.lineno}", decorator)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    ]


def name_of(decorator: ast.expr) -> str:
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)


def test_every_cache_of_a_page_has_a_largest_number_of_entries() -> None:
    caches = [(place, entry) for place, entry in decorators() if name_of(entry) in STREAMLIT_CACHES]
    assert len(caches) > 20
    unbounded = [
        place
        for place, entry in caches
        if not isinstance(entry, ast.Call) or not any(word.arg == "max_entries" for word in entry.keywords)
    ]
    assert not unbounded


def test_every_remembered_function_has_a_largest_number_of_answers() -> None:
    caches = [
        (place, entry) for place, entry in decorators() if name_of(entry).split(".")[-1] in ("cache", "lru_cache")
    ]
    assert caches
    unbounded = [
        place
        for place, entry in caches
        if not isinstance(entry, ast.Call) or "maxsize=None" in ast.unparse(entry) or not entry.keywords
    ]
    assert not unbounded
