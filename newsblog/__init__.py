"""Wiring of the two apps, and the jobs that need both of them."""
