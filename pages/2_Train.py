"""Pick a model, move sliders, watch it learn."""

from core.ui import session
from core.ui.components.workers import show_workers
from core.ui.page import page
from core.ui.train.form import training_form
from core.ui.train.live import show_live
from core.ui.train.start import starting_point
from core.ui.train.submission import show_submission

with page(
    "Train",
    "Choose a model, set its parameters and watch it train. Training continues after you close the tab.",
):
    wish = training_form(session.dataset(), starting_point())
    show_live(wish)
    show_submission(wish)
    show_workers()
