"""Parts of the Compare page: the board, the verdicts, what accuracy costs, what is kept."""
