"""Everything a reader can read, comments aside."""
