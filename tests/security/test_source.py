"""What the source may not do: load pickles, run shells, show HTML that is not its own."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SOURCES = [PROJECT / "Home.py", *sorted((PROJECT / "pages").glob("*.py")), *sorted((PROJECT / "core").rglob("*.py"))]
LOADERS_OF_CODE = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "torch"}
LOADING_CALLS = {"pd.read_pickle", "eval", "exec", "os.system", "os.popen"}
TRUSTED_TYPES = {"sklearn.tree._tree.Tree"}


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {path.relative_to(PROJECT).as_posix(): ast.parse(path.read_text("utf-8")) for path in SOURCES}


def calls(trees: dict[str, ast.Module]) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call: its file, the last part of what is called, and the call."""
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                yield file, called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", ""), node


def keyword(call: ast.Call, name: str) -> object:
    return next((ast.unparse(entry.value) for entry in call.keywords if entry.arg == name), None)


def test_nothing_that_can_hold_code_is_imported(trees: dict[str, ast.Module]) -> None:
    found = set()
    for file, tree in trees.items():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {(file, name) for name in names if name.partition(".")[0] in LOADERS_OF_CODE}
    assert not found


def test_numpy_loads_no_pickles(trees: dict[str, ast.Module]) -> None:
    loads = [
        (file, keyword(call, "allow_pickle"))
        for file, name, call in calls(trees)
        if name == "load" and ast.unparse(call.func) in ("np.load", "numpy.load")
    ]
    assert loads
    assert all(allowed == "False" for _, allowed in loads), loads


def test_skops_trusts_only_the_trees_of_forests(trees: dict[str, ast.Module]) -> None:
    loads = [call for _, _, call in calls(trees) if ast.unparse(call.func) == "skops.io.load"]
    assert loads
    for call in loads:
        trusted = next((ast.literal_eval(entry.value) for entry in call.keywords if entry.arg == "trusted"), [])
        assert set(trusted) <= TRUSTED_TYPES


def test_keras_models_are_loaded_in_safe_mode(trees: dict[str, ast.Module]) -> None:
    loads = [call for _, name, call in calls(trees) if name == "load_model"]
    assert loads
    assert all(keyword(call, "safe_mode") in (None, "True") for call in loads)


def test_no_shell_and_no_evaluated_text(trees: dict[str, ast.Module]) -> None:
    found = [
        (file, ast.unparse(call))
        for file, _, call in calls(trees)
        if ast.unparse(call.func) in LOADING_CALLS or keyword(call, "shell")
    ]
    assert not found


def test_markdown_shows_no_html_and_html_no_script(trees: dict[str, ast.Module]) -> None:
    allowed = ("unsafe_allow_html", "unsafe_allow_javascript")
    found = [(file, name) for file, name, call in calls(trees) if any(keyword(call, word) for word in allowed)]
    assert not found


def test_tables_leave_through_the_one_place_that_quotes_formulas(trees: dict[str, ast.Module]) -> None:
    ways = ("to_csv", "dataframe", "data_editor", "writer")
    own = {
        ("core/cells.py", "to_csv"),
        ("core/ui/components/table.py", "dataframe"),
        ("core/data/exports.py", "writer"),  # names of its own files, and figures
    }
    assert {(file, name) for file, name, _ in calls(trees) if name in ways} == own


def test_the_server_is_closed_unless_somebody_opens_it() -> None:
    server = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))["server"]
    assert server["address"] == "localhost"
    assert server["enableXsrfProtection"] is True
    assert server["enableCORS"] is True
    assert server["maxUploadSize"] == 10


def test_streamlit_takes_the_settings_over() -> None:
    """The names are Streamlit's own: one that is misspelt would leave its default."""
    from streamlit import config

    options = config._config_options_template
    stored = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))
    names = {f"{section}.{name}" for section in ("server", "browser", "client") for name in stored[section]}
    assert names <= options.keys()
