"""The README's section on more than one machine, word by word, with PostgreSQL and on the loopback interface."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from sqlalchemy.engine import make_url

from tests.cluster.readme import PROJECT, commands, environment, shell, with_addresses
from tests.cluster.servers import end_tree, free_port, postgres, postgres_program, running
from tests.core.jobs.polling import until

missing = [name for name in ("initdb", "postgres") if not postgres_program(name)]
missing += [] if importlib.util.find_spec("psycopg") else ["psycopg"]

pytestmark = [
    pytest.mark.processes,
    pytest.mark.cluster,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        bool(missing),
        reason=f"Needs {', '.join(missing)}: apt-get install postgresql, and pip install 'psycopg[binary]'.",
    ),
]


class Lab:
    """The section's commands on this machine, each in a process of its own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        databases = stack.enter_context(postgres(folder / "postgres", ("runs", "studies")))
        self.database = make_url(databases["studies"])
        self.mlflow, self.dask = free_port(), free_port()
        assert self.database.port
        told = [with_addresses(line, self.database.port, self.mlflow, self.dask) for line in commands()]
        self.exports = [line for line in told if line.startswith("export ")]
        self.commands = [line for line in told if line not in self.exports]

    def find(self, beginning: str) -> str:
        """The one command of the section that begins so."""
        (found,) = [line for line in self.commands if line.startswith(beginning)]
        return found

    def serve(self, beginning: str, name: str, port: int | None = None, **others: str) -> subprocess.Popen[bytes]:
        """Start a command that runs until the end of the test."""
        home = self.folder / name
        home.mkdir()
        command = shell(self.find(beginning), *([] if beginning.startswith("mlflow") else self.exports))
        folder = home if beginning.startswith("mlflow") else PROJECT  # which keeps its ./artifacts
        process = running(command, home / "log", port, env=environment(home, **others), cwd=folder)
        return self.stack.enter_context(process)

    def start(self, beginning: str, *more: str) -> subprocess.Popen[str]:
        """Start a command that ends, with more options."""
        command = shell(" ".join((self.find(beginning), *more)), *self.exports)
        own = {"env": environment(self.folder / "desk"), "cwd": PROJECT, "text": True}
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **own)  # type: ignore[call-overload,no-any-return]

    def document(self, beginning: str, process: subprocess.Popen[str] | None = None) -> Any:
        """What a command prints as JSON, having done its work."""
        out, error = (process or self.start(beginning, "--json")).communicate(timeout=240)
        logs = "\n".join(f"{log.parent.name}: {log.read_text()[-1500:]}" for log in self.folder.glob("*/log"))
        assert out, f"{error}\n{logs}"
        return json.loads(out)


def test_the_readmes_commands_search_and_train_and_survive_a_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.jobs.cluster.executor import Executor
    from core.jobs.tuning import search_actions
    from core.jobs.tuning.view import view

    with ExitStack() as stack:
        lab = Lab(tmp_path, stack)
        lab.serve("mlflow server", "server", lab.mlflow)
        lab.serve("python -m core scheduler", "scheduler", lab.dask)
        first = lab.serve("python -m core worker", "machine1")
        lab.serve("python -m core worker", "machine2")
        page = free_port()
        lab.serve("streamlit run", "pages", page, STREAMLIT_SERVER_PORT=str(page), STREAMLIT_SERVER_HEADLESS="true")
        assert requests.get(f"http://127.0.0.1:{page}/_stcore/health", timeout=30).text == "ok"

        monkeypatch.setenv("DIGITLAB_STUDIES", lab.database.render_as_string(hide_password=False))
        monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", f"tcp://127.0.0.1:{lab.dask}")
        with Executor() as executor:
            until(lambda: sum(row.resource == "training" for row in executor.cluster_table()) == 2, 180)
        told = lab.document("python -m core doctor")
        assert told["ok"], told
        findings = {entry["what"]: entry for entry in told["findings"]}
        assert "a job went to " in findings["workers"]["seen"]
        assert findings["access to workers"]["warning"], "this scheduler takes anybody"

        search = lab.start("python -m core tune", "--json")
        (name,) = until(search_actions.names, 120)
        until(lambda: view(name).ended >= 2, 120)
        assert psutil.Process(first.pid).is_running()
        end_tree(first.pid)
        found = lab.document("python -m core tune", search)
        assert [trial["state"] for trial in found["trials"]] == ["complete"] * 8, found

        run = lab.document("python -m core train")
        assert run["status"] == "finished"
        assert run["metrics"]["test_accuracy"] > 0.7

    kept = {path.relative_to(tmp_path / "desk").parts[0] for path in (tmp_path / "desk").rglob("*") if path.is_file()}
    assert kept <= {"cache", "registry.lock", "studies.lock"}, "who only asks keeps nothing but caches"
