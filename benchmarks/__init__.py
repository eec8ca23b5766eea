"""The figures of the project, measured: pages, comment posts, page weight, start, growth, several machines, endurance.

``python -m benchmarks`` runs them and writes docs/performance.md. Every program that a run needs is started by it,
on loopback, in a folder of its own, and ended by it; only the machine's PostgreSQL and Redis are used as they are,
in databases and under keys of the run's own. Nothing here is imported by the site.
"""
