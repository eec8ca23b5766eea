"""What size costs: the same pages at 200, 20,000 and 1,000,000 articles with ten comments each, on PostgreSQL."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.databases import Database, postgres
from benchmarks.load import Connection, median, quantile
from benchmarks.processes import cpu_seconds
from benchmarks.servers import Gunicorn, Place, new_place, uncached
from benchmarks.table import Part, Table, number, verdict

SIZES = (200, 20_000, 1_000_000)
QUICK_SIZES = (200, 2_000)
GROWTH = 1.3  # times the smallest
SEARCH = 100.0  # milliseconds at the 95th percentile
DEEP = 1_000  # the page that must cost what page 2 costs
LONGEST = 20.0  # seconds for one kind at one size in one round


@dataclass
class Site:
    """One size, served."""

    articles: int
    place: Place
    database: Database
    server: Gunicorn
    cpu: dict[str, list[float]] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)


def paths(pages: dict[str, Any], articles: int, per_page: int = 18) -> dict[str, tuple[str, bool]]:
    """Return the path of each kind, and whether its growth is bounded by promise."""
    last = max(2, min(DEEP, (articles - 1) // per_page))
    return {
        "front": ("/", True),
        "section": (pages["section"], True),
        "tag": (pages["tag"], False),
        "page 1,000 of the front": (f"/?page={last}", True),
        "article, 10 comments": (pages["article"], False),
        "thread of 100 comments": (pages["threads"]["100"], True),
        "thread of 2,000 comments": (pages["threads"]["2000"], False),
        "moderation queue": ("/admin/comments/comment/", True),
        "feed": ("/feeds/latest/", True),
        "search": (f"/search/?q={pages['word']}", False),
        "archive": ("/archive/", False),
        "sitemap": ("/sitemap.xml", False),
    }


def measure(work: Path, static: Path, *, quick: bool) -> Part:
    """Return the part; a quarter of an hour with the million, of which generating takes most."""
    server = postgres()
    title = "Growth"
    if server is None:
        return Part("growth", title, "Not measured: no PostgreSQL here lets us make databases.", [])
    sizes, rounds, asked = (QUICK_SIZES, 1, 20) if quick else (SIZES, 3, 40)
    notes = []
    with ExitStack() as stack:
        sites = []
        for size in sizes:
            database = stack.enter_context(server.database())
            place = new_place(work, f"growth-{size}", static, database_url=database.url)
            place.seed(size)
            notes.append(
                f"{size:,} articles with {place.pages['comments']:,} comments were generated in "
                f"{place.pages['seconds']:,.0f} s."
            )
            sites.append(Site(size, place, database, stack.enter_context(uncached(place))))
        for _ in range(rounds):
            for name in paths(sites[0].place.pages, sizes[0]):
                for each in sites:
                    _round(each, name, asked)
        return _part(sites, title, notes)


def _round(each: Site, name: str, asked: int) -> None:
    path, _ = paths(each.place.pages, each.articles)[name]
    headers = {"Cookie": each.place.pages["cookie"]}
    connection = Connection(each.server.port, timeout=120)
    stop = time.monotonic() + LONGEST
    for _ in range(3):
        reply = connection.ask(path, headers=headers)
        if reply.status != 200:
            raise RuntimeError(f"{path} answers {reply.status} at {each.articles:,} articles.")
        if time.monotonic() > stop:
            break
    before = cpu_seconds(each.server.pid) + each.database.cpu()
    times: list[float] = []
    while len(times) < asked and (not times or time.monotonic() < stop):
        times.append(connection.ask(path, headers=headers).seconds * 1000)
    spent = cpu_seconds(each.server.pid) + each.database.cpu() - before
    connection.close()
    each.cpu.setdefault(name, []).append(spent / len(times) * 1000)
    each.times.setdefault(name, []).extend(times)


def _part(sites: list[Site], title: str, notes: list[str]) -> Part:
    rows = []
    smallest, largest = sites[0], sites[-1]
    for name, (_, bounded) in paths(smallest.place.pages, smallest.articles).items():
        most = median(largest.cpu[name])
        grown = most / max(median(smallest.cpu[name]), 0.001)
        row = [name]
        for each in sites:
            cpu = median(each.cpu[name])
            # Where parallel workers came and went, the sum over the processes that are there goes down.
            row.append(f"{number(cpu) if cpu > 0 else '—'} / {number(quantile(each.times[name], 0.95))}")
        row += [f"{grown:.2f}" if most > 0 else "—", verdict(grown, GROWTH) if bounded else "—"]
        if name == "search":
            row[-1] = f"p95 ≤ {SEARCH:.0f} ms: {verdict(quantile(largest.times[name], 0.95), SEARCH)}"
        rows.append(row)
    head = ["page, rendered", *(f"{each.articles:,}" for each in sites), "growth", f"bound ≤ {GROWTH}"]
    about = (
        "CPU milliseconds of worker and database a request, and behind the stroke the 95th percentile of the answer's "
        "time, by number of articles; growth is the CPU of the largest by that of the smallest. Ten comments an "
        "article, rendered anew for each request, one worker. “Page 1,000” is the last page where there are fewer. "
        "The CPU of PostgreSQL's parallel workers is not in the figure, their time is."
    )
    return Part("growth", title, about, [Table(head, rows)], notes)
