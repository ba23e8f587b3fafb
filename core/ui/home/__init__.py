"""Parts of Home: where things stand, and a newcomer's first steps."""
