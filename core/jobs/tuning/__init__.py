"""Searches: what is asked for, how trials are chosen, evaluated and stored, and how one goes on after a kill."""
