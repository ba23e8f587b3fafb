"""Every number that Digit Lab claims, measured against its peer in the same run."""
