"""How the network that parts touching digits is trained: `python -m core.reading.owners_training`."""
