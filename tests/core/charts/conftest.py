"""Hypothesis without deadlines: how fast a loaded machine is says nothing about what is tested."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unhurried", deadline=None, max_examples=40)
settings.load_profile("unhurried")
