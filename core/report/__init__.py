"""What people take away from runs: files, comparisons, one self-contained page."""
