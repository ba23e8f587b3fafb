"""Parts of the Draw page: what is drawn or uploaded, what is read in it, why, and learning from it."""
