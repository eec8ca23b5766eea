"""Everything a reader can write."""
