"""The entry: the pages, with their groups and icons, and the one that is asked for."""

from core.ui.navigation import run_page

run_page()
