"""A search as Optuna's own dashboard shows it."""

from __future__ import annotations

import sys
from pathlib import Path

import optuna
import requests

from core.jobs.tuning import search_actions
from core.settings import settings
from tests.cluster.servers import free_port, running
from tests.core.jobs.searching import small_search

PROGRAM = Path(sys.executable).with_name("optuna-dashboard")


def test_optuna_dashboard_opens_a_search(tmp_path: Path) -> None:
    search = small_search("C=0.1:10")
    study = search_actions.load(search_actions.create(search, "which C"))
    for cost, accuracy in ((0.5, 0.8), (5.0, 0.9)):
        study.add_trial(
            optuna.trial.create_trial(
                params={"C": cost}, distributions={"C": optuna.distributions.FloatDistribution(0.1, 10)}, value=accuracy
            )
        )
    port = free_port()
    command = [str(PROGRAM), settings().studies_url, "--host", "127.0.0.1", "--port", str(port)]
    with running(command, tmp_path / "dashboard.log", port, cwd=tmp_path):
        served = f"http://127.0.0.1:{port}"
        (listed,) = requests.get(f"{served}/api/studies", timeout=30).json()["study_summaries"]
        assert listed["study_name"] == "which C"
        page = requests.get(f"{served}/dashboard/studies/{listed['study_id']}", timeout=30)
        assert page.status_code == 200 and "Optuna Dashboard" in page.text
        found = requests.get(f"{served}/api/studies/{listed['study_id']}", timeout=30).json()
    assert [trial["values"] for trial in found["trials"]] == [[0.8], [0.9]]
    assert [entry["key"] for entry in found["user_attrs"] if entry["key"] == search_actions.SEARCH]
