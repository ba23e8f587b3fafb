"""Where things stand: the best models, what is at work, what to do next; with `?view=demo` the view to show around."""

from core.ui import demo, session
from core.ui.first_steps import show_first_steps
from core.ui.jobs import show_jobs
from core.ui.page import page
from core.ui.standing import show_disk_use, show_leaderboard


def home() -> None:
    with page("Digit Lab", "Handwritten digits, from the picture to a model you can trust."):
        show_leaderboard(session.finished())
        show_first_steps(session.runs())
        if session.active():
            show_jobs()
        show_disk_use()


if demo.asked_for():
    demo.show_demo()
else:
    home()
