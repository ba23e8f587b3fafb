"""Every run: those in progress, how the latest ended, those that no board shows, imports and the trash."""

from core.ui import session
from core.ui.compare.others import show_others
from core.ui.page import page
from core.ui.train.jobs import show_jobs

with page("Runs", "Every training: in progress, ended, imported and in the trash."):
    show_jobs()
    show_others(session.runs())
