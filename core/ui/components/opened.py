"""Models opened up to look inside: loaded once a server, beside the sessions that predict."""

from __future__ import annotations

import streamlit as st

from core.explain.inside_forest import Trees, trees_of
from core.explain.inside_network import NetworkInside
from core.explain.pulls import MachineInside
from core.models.serving.predictor import read_graph
from core.runs.model_cache import model_folder
from core.runs.run import Run


def opened_network(run: Run) -> NetworkInside:
    """Return a run's network, opened up."""
    return _network(run, run.run_id, run.created.isoformat())


def opened_machine(run: Run) -> MachineInside:
    """Return a run's support vector machine, opened up."""
    return _machine(run, run.run_id, run.created.isoformat())


def opened_trees(run: Run) -> Trees:
    """Return a run's trees."""
    return _trees(run, run.run_id, run.created.isoformat())


@st.cache_resource(show_spinner="Loading the network ...", max_entries=4)
def _network(_run: Run, run_id: str, created: str) -> NetworkInside:
    return NetworkInside(read_graph(model_folder(_run)))


@st.cache_resource(show_spinner="Loading the support vectors ...", max_entries=2)
def _machine(_run: Run, run_id: str, created: str) -> MachineInside:
    return MachineInside(read_graph(model_folder(_run)))


@st.cache_resource(show_spinner="Loading the trees ...", max_entries=2)
def _trees(_run: Run, run_id: str, created: str) -> Trees:
    return trees_of(read_graph(model_folder(_run)))
