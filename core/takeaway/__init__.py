"""Files that people take away: the model with its scripts, predictions, a script that reproduces a run or a search."""
