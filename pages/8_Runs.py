"""Every run: those in progress and how the latest ended, the best first, and those that no board shows."""

from core.ui import session
from core.ui.compare.others import show_others
from core.ui.components.job_cards import show_jobs
from core.ui.home.board import show_runs
from core.ui.page import page

with page("Runs", "Every training: in progress, finished, and ended without a model."):
    show_jobs(quiet=True)
    show_runs(session.finished())
    show_others(session.runs())
