"""The view to show to somebody, step by step."""
