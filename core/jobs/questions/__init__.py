"""Small questions that a worker answers once, and whose answers are kept."""
