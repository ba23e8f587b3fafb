"""import-linter finds a wrong import wherever it is planted, so that no package is left out of a contract."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
WITHOUT_PAGES = {"__init__", "navigation"}
"""Of core/ui: the navigation lists the pages, and may import what it wants of them."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code in a folder of its own, where imports can be planted."""
    ignored = shutil.ignore_patterns("__pycache__", "pretrained")
    shutil.copytree(PROJECT / "core", tmp_path / "core", ignore=ignored)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def rooms(folder: Path) -> dict[str, Path]:
    """Every package and module of a folder by its name, with a file of it that can be written to."""
    found = {path.parent.name: path.parent / "planted.py" for path in folder.glob("*/__init__.py")}
    return found | {path.stem: path for path in folder.glob("*.py") if path.stem not in ("__init__", "__main__")}


def plant(places: Iterable[Path], line: str) -> None:
    for path in places:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")


def lint(folder: Path) -> str:
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert program
    done = subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=200)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def planted_in(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts)


def test_streamlit_is_found_in_every_room_but_the_one_for_it(copy: Path) -> None:
    places = [path for name, path in rooms(copy / "core").items() if name != "ui"]
    plant(places, "import streamlit")
    told = lint(copy)
    assert not [path for path in places if f"{planted_in(path, copy)} -> streamlit" not in told]


def test_an_import_of_the_top_is_found_in_every_room_below(copy: Path) -> None:
    places = [path for name, path in rooms(copy / "core").items() if name not in ("ui", "cli")]
    plant(places, "import core.cli.planted_top")
    (copy / "core/cli/planted_top.py").write_text("")
    told = lint(copy)
    assert not [path for path in places if f"{planted_in(path, copy)} -> core.cli.planted_top" not in told]


def test_a_room_that_no_contract_knows_is_found(copy: Path) -> None:
    (copy / "core/planted").mkdir()
    (copy / "core/planted/__init__.py").write_text("")
    assert "planted" in lint(copy)


def test_an_import_of_a_page_s_folder_is_found_in_every_other_part_of_the_pages(copy: Path) -> None:
    (copy / "core/ui/compare/planted_part.py").write_text("")
    places = [path for name, path in rooms(copy / "core/ui").items() if name not in {*WITHOUT_PAGES, "compare"}]
    plant(places, "import core.ui.compare.planted_part")
    told = lint(copy)
    assert not [path for path in places if f"{planted_in(path, copy)} -> core.ui.compare.planted_part" not in told]
