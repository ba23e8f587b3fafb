"""How the not-a-digit score is trained: `python -m core.reading.novelty_training`."""
