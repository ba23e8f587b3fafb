"""Damage digits the way the world does, at five severities, to see how models hold."""
