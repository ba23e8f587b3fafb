"""The view of one run, with a look inside its model."""
