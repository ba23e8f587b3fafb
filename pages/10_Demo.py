"""The view to show to somebody, step by step; `/?view=demo` shows it too."""

from core.ui.demo.steps import show_demo

show_demo()
