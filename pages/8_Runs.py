"""Every run: those in progress, how the latest ended, those that no board shows, imports and the trash."""

from core.ui import session
from core.ui.compare.others import show_others
from core.ui.components.job_cards import show_jobs
from core.ui.page import page

with page("Runs", "Every training: in progress, ended, imported and in the trash."):
    show_jobs()
    show_others(session.runs())
