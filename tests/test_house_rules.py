"""The checks of the house: lint, format, types, import directions, and a README that names what there is."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
SCRIPTS = Path(sys.executable).parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which(command[0], path=str(SCRIPTS))
    assert program, f"{command[0]} is not installed beside Python; install tests/requirements.txt"
    return subprocess.run([program, *command[1:]], cwd=PROJECT, capture_output=True, text=True, timeout=235)


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("lint-imports",)],
    ids=lambda command: " ".join(command),
)
def test_the_tools_are_content(command: tuple[str, ...]) -> None:
    finished = run(*command)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_every_page_and_command_is_in_the_readme() -> None:
    from typer.main import get_command

    from core.cli.app import app

    readme = (PROJECT / "README.md").read_text("utf-8")
    pages = ["Home.py", "?view=demo", *(page.name for page in (PROJECT / "pages").glob("*.py"))]
    groups = get_command(app).commands
    commands = [f"python -m core {name}" for name, command in groups.items() if not command.hidden]
    missing = [name for name in [*pages, *commands] if name not in readme]
    of_runs = "\n".join(line for line in readme.splitlines() if line.startswith("python -m core runs"))
    missing += [f"runs {name}" for name in groups["runs"].commands if name not in of_runs]
    assert not missing


STARTS = re.compile(r"\bExecutor\(|\bPopen\(|\.kill\(|\.killpg\(|\.send_signal\(|\.terminate\(")
POSIX_ONLY = re.compile(r"signal\.SIG(KILL|STOP|CONT|USR\d|HUP|ALRM)|os\.(killpg|fork|setsid|statvfs)\b")


def modules_of_tests() -> dict[str, str]:
    folder = PROJECT / "tests"
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("test_*.py")}


def markers(text: str) -> set[str]:
    """The names after a dot in a module's code, among them its markers; what stands in a text marks nothing."""
    return {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}


def test_what_starts_or_kills_processes_says_so_itself_and_not_by_its_folder() -> None:
    marks = {"processes", "browser", "cluster"}
    own = {name for name, text in modules_of_tests().items() if STARTS.search(text) and not name.startswith("browser/")}
    said = {name for name, text in modules_of_tests().items() if marks & markers(text)}
    assert not own - said - {"test_house_rules.py"}


def test_what_is_skipped_without_the_full_data_is_run_both_ways() -> None:
    asking = re.compile(r"\bFULL_MNIST\b|\bfull_arrays\b|environ.*DIGITLAB_DATA_DIR")
    asked = {name for name, text in modules_of_tests().items() if asking.search(text) and "mark.slow" not in text}
    said = {name for name, text in modules_of_tests().items() if "data" in markers(text)}
    assert not asked - said - {"test_house_rules.py"}


def test_signals_that_windows_lacks_are_skipped_there() -> None:
    used = {name for name, text in modules_of_tests().items() if POSIX_ONLY.search(text)}
    ways = ("win32", 'os.name == "posix"', "hasattr(signal")
    skipped = {name for name, text in modules_of_tests().items() if any(way in text for way in ways)}
    assert not used - skipped - {"test_house_rules.py"}


def test_every_part_that_runs_again_alone_shows_errors_as_sentences() -> None:
    code = [path for folder in ("core/ui", "pages") for path in (PROJECT / folder).rglob("*.py")]
    bare = {path.name for path in code if "st.fragment" in path.read_text("utf-8")}
    assert bare == {"shown_errors.py"}, "use `fragment` of core.ui.page"


def test_no_page_grows_into_a_program() -> None:
    long = {path.name: len(path.read_text("utf-8").splitlines()) for path in (PROJECT / "pages").glob("*.py")}
    assert all(lines <= 120 for lines in long.values()), long


def test_the_web_process_loads_no_training_library() -> None:
    """Every page's imports and the shipped models' predictions go without TensorFlow and scikit-learn."""
    program = (
        "import importlib, pkgutil, sys; sys.path.insert(0, '.'); import core.models.catalogue, core.ui\n"
        "for module in pkgutil.walk_packages(core.ui.__path__, 'core.ui.'): importlib.import_module(module.name)\n"
        "loaded = [name for name in ('tensorflow', 'keras', 'sklearn', 'torch') if name in sys.modules]\n"
        "sys.exit(', '.join(loaded) or 0)"
    )
    finished = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert finished.returncode == 0, finished.stderr
