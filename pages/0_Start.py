"""Home: draw and see the answer; the best models, what is running, what to do next. `?view=demo` shows the demo."""

from core.ui import session
from core.ui.components.first_steps import show_first_steps
from core.ui.components.job_cards import show_jobs
from core.ui.home.board import show_leaderboard
from core.ui.home.disk_use import show_disk_use
from core.ui.home.drawing import show_drawing
from core.ui.navigation import demo_is_asked_for
from core.ui.page import page


def home() -> None:
    with page("Digit Lab", "Train, evaluate and compare models that recognise handwritten digits."):
        show_drawing()
        show_jobs(quiet=True)
        show_leaderboard(session.finished())
        show_first_steps(session.runs())
        show_disk_use()


if demo_is_asked_for():
    from core.ui.demo.steps import show_demo  # which loads as much as Home itself

    show_demo()
else:
    home()
