"""The run registry, kept by MLflow."""
