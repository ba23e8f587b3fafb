"""The commands of a section of the README, with the addresses of this test's servers in the place of the examples."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).parents[2]
HEADING = "## More than one machine"


def commands(heading: str = HEADING) -> list[str]:
    """Every line of the section's bash blocks, without its comment, in order."""
    _, _, rest = (PROJECT / "README.md").read_text("utf-8").partition(heading + "\n")
    section = rest.partition("\n## ")[0].partition("\n### ")[0]
    blocks = [part.partition("```")[0] for part in section.split("```bash\n")[1:]]
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def with_addresses(command: str, postgres: int, mlflow: int, dask: int) -> str:
    """A command with the loopback interface and free ports, where the README has its examples."""
    for example, ours in (
        ("lab@localhost/", f"lab@127.0.0.1:{postgres}/"),
        ("lab@10.0.0.5/", f"lab@127.0.0.1:{postgres}/"),
        ("10.0.0.5", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("5000", str(mlflow)),
        ("8786", str(dask)),
    ):
        command = command.replace(example, ours)
    return command


def shell(command: str, *exports: str) -> list[str]:
    """A command for `running`, after the `export` lines that stand before it."""
    return ["bash", "-c", "; ".join([*exports, f"exec {command}"])]


def environment(home: Path, **others: str) -> Mapping[str, str]:
    """An activated virtual environment, a home folder of its own, and no job runners of MLflow, which start slowly."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    return {**os.environ, **quiet, "PATH": path, "DIGITLAB_HOME": str(home), **others}
