"""How long a start takes, and how much memory a worker holds."""

from __future__ import annotations

from pathlib import Path

from benchmarks.load import ask, median
from benchmarks.pages import ARTICLES, kinds
from benchmarks.processes import memory_of, resident
from benchmarks.servers import new_place, site
from benchmarks.table import Part, Table, number, verdict

READY = 1.5  # seconds
LARGEST = 120  # MB


def measure(work: Path, static: Path, *, quick: bool) -> Part:
    """Return the part; a quarter of a minute."""
    place = new_place(work, "start", static)
    place.seed(ARTICLES)
    ready: list[float] = []
    whole: list[float] = []
    own: list[float] = []
    for _ in range(2 if quick else 5):
        with site(place) as server:
            ready.append(server.ready_after)
            for kind in kinds(place.pages):
                for _ in range(5):
                    ask(server.port, kind.path)
            (worker,) = server.children()
            whole.append(resident(worker) / 1e6)
            own.append(memory_of(worker) / 1e6)
    rows = [
        ["ready to answer, s", number(median(ready)), number(READY), verdict(median(ready), READY)],
        ["resident memory, MB", number(median(whole)), number(LARGEST), verdict(median(whole), LARGEST)],
        ["of it the worker's own share, MB", number(median(own)), "—", "—"],
    ]
    about = (
        "From the start of gunicorn with one worker to the first answer, with a database that is up to date; memory "
        "after every kind of page was rendered and served."
    )
    return Part("start", "Starting", about, [Table(["", "found", "bound", ""], rows)])
