from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.models import code_hash as module
from core.models.catalogue import CATALOGUE
from core.models.code_hash import code_hash
from core.models.specification import Specification


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the source that may be changed."""
    shutil.copytree(module.PROJECT / "core", tmp_path / "core", ignore=shutil.ignore_patterns("pretrained", "*.npz"))
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    for cached in (module.code_hash, module._imported):
        cached.cache_clear()


def keys() -> dict[str, str]:
    forget()
    return {
        name: Specification.from_preset(name, next(iter(kind.presets))).key("f") for name, kind in CATALOGUE.items()
    }


def change(path: Path) -> None:
    path.write_text(path.read_text("utf-8") + "\nCHANGED = True\n", "utf-8")


def test_a_model_that_is_computed_otherwise_has_another_key_and_the_others_keep_theirs(project: Path) -> None:
    before = keys()
    assert keys() == before
    change(project / (CATALOGUE["svm"].fit.__module__.replace(".", "/") + ".py"))
    after = keys()
    assert {name for name in before if after[name] != before[name]} == {"svm"}


def test_a_recipes_step_that_is_computed_otherwise_changes_every_key(project: Path) -> None:
    before = keys()
    change(project / "core/preprocessing/steps.py")
    after = keys()
    assert not [name for name in before if after[name] == before[name]]


def test_a_page_changes_no_key(project: Path) -> None:
    before = keys()
    change(project / "core/ui/page.py")
    assert keys() == before


def test_code_that_is_imported_inside_a_function_counts(project: Path) -> None:
    """The network's training is imported when it is needed, as it loads TensorFlow."""
    names = module._closure({CATALOGUE["cnn"].fit.__module__})
    assert any("cnn" in name and name.endswith("training") for name in names)
    assert code_hash("core.models.kind") != code_hash("core.models.catalogue")
