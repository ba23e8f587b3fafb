"""What the documents name exists, and the workflow runs the README's command."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

PROJECT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/decisions/README.md")
WORKFLOW = PROJECT / ".github" / "workflows" / "tests.yml"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_paths_lead_somewhere(document: str) -> None:
    path = PROJECT / document
    text = path.read_text("utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\((?!https?:)([^)#][^)]*)\)", text)]
    named = re.findall(r"`((?:core|pages|tests|docs)/[\w./]+)`", text)
    missing = [link for link in links if not (path.parent / link).exists()]
    missing += [name for name in named if not (PROJECT / name).exists()]
    assert not missing


def test_options_in_the_readme_exist() -> None:
    """Each line `python -m core COMMAND ... # ...` names only options that the command has."""
    from core.cli.app import app

    known = get_command(app).commands
    wrong = []
    for line in (PROJECT / "README.md").read_text("utf-8").splitlines():
        if not (found := re.match(r"python -m core (\w+)(.*)", line)):
            continue
        command = known[found[1]]
        sub = re.match(r" (\w+)", found[2])
        if sub and sub[1] in getattr(command, "commands", {}):
            command = command.commands[sub[1]]
        options = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
        wrong += [f"{found[1]} {name}" for name in re.findall(r"--[\w-]+", found[2]) if name not in options]
    assert not wrong


def test_every_decision_is_listed() -> None:
    folder = PROJECT / "docs" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")
    numbers = [path.name[:4] for path in folder.glob("0*.md")]
    assert len(numbers) == len(set(numbers)), "two decisions have one number"
    for path in folder.glob("0*.md"):
        assert f"[{path.read_text('utf-8').splitlines()[0][2:]}]({path.name})" in listed
        assert re.search(r"## Evidence\n\n(?s:.*)\d", path.read_text("utf-8")), f"{path.name} gives no measurement"


def test_the_workflow_is_valid_and_runs_the_command_of_the_readme() -> None:
    checker = shutil.which("check-jsonschema", path=str(Path(sys.executable).parent))
    assert checker, "check-jsonschema is not installed beside Python; install tests/requirements.txt"
    valid = subprocess.run(
        [checker, "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)], capture_output=True, text=True
    )
    assert valid.returncode == 0, valid.stdout
    readme, workflow = (PROJECT / "README.md").read_text("utf-8"), WORKFLOW.read_text("utf-8")
    unix = next(line for line in readme.splitlines() if line.startswith("python3") and "pytest" in line)
    windows = next(line for line in readme.splitlines() if line.startswith("py -m") and "pytest" in line)
    assert f"run: {unix}" in workflow
    assert windows.removeprefix("py ") in workflow, "on Windows `python`, since `py` takes the newest that is installed"


def test_the_pins_cover_what_is_required() -> None:
    names = r"(?m)^([A-Za-z][\w.-]*)"
    for requirements, constraints in (
        ("requirements.txt", ["constraints.txt"]),
        ("tests/requirements.txt", ["constraints.txt", "tests/constraints.txt"]),
    ):
        pinned = {
            re.sub(r"[-_.]+", "-", name).lower()
            for file in constraints
            for name in re.findall(names + "==", (PROJECT / file).read_text("utf-8"))
        }
        required = re.findall(names, (PROJECT / requirements).read_text("utf-8"))
        assert {re.sub(r"[-_.]+", "-", name).lower() for name in required} <= pinned
