"""Where things stand: the best models, what is at work, what to do next; with `?view=demo` the view to show around."""

from core.ui import session
from core.ui.components.first_steps import show_first_steps
from core.ui.demo.steps import asked_for, show_demo
from core.ui.home.standing import show_disk_use, show_leaderboard
from core.ui.page import page
from core.ui.train.jobs import show_jobs


def home() -> None:
    with page("Digit Lab", "Handwritten digits, from the picture to a model you can trust."):
        show_leaderboard(session.finished())
        show_first_steps(session.runs())
        if session.active():
            show_jobs()
        show_disk_use()


if asked_for():
    show_demo()
else:
    home()
