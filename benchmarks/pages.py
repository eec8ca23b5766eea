"""Every kind of page: from the store against a bare application and nginx, and rendered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.load import Connection, Outcome, Reply, ask, median, quantile, run
from benchmarks.processes import Program, cpu_seconds
from benchmarks.servers import Gunicorn, Nginx, bare, changed, new_place, nginx_files, nginx_site, site, uncached
from benchmarks.table import Part, Table, number, verdict

ARTICLES = 200
OF_BARE = 0.9  # of the bare application's requests a second
OF_NGINX = 0.8  # of those of nginx serving a file
# CPU milliseconds of a bare request under gunicorn on the machine on which the bounds of rendering were set: they bind
# as ratios, so that a slower or busier machine makes none of them harder or easier to keep.
REFERENCE = 0.12


@dataclass(frozen=True)
class Kind:
    """A kind of page: an address that stands for it, and the CPU milliseconds that rendering it may take."""

    name: str
    path: str
    status: int = 200
    bound: float | None = None


@dataclass
class Figures:
    """What the rounds found for one kind."""

    bare: list[Outcome] = field(default_factory=list)
    bare_cpu: list[float] = field(default_factory=list)
    stored: list[Outcome] = field(default_factory=list)
    stored_cpu: list[float] = field(default_factory=list)
    files: list[Outcome] = field(default_factory=list)
    files_cpu: list[float] = field(default_factory=list)
    nginx: list[Outcome] = field(default_factory=list)
    nginx_cpu: list[float] = field(default_factory=list)
    changed_cpu: list[float] = field(default_factory=list)
    changed_times: list[float] = field(default_factory=list)
    rendered_cpu: list[float] = field(default_factory=list)
    rendered_times: list[float] = field(default_factory=list)


def kinds(pages: dict[str, Any]) -> list[Kind]:
    """Return every kind of page of a seeded site."""
    threads = pages["threads"]
    slug = pages["article"].rstrip("/").rpartition("/")[2]
    return [
        Kind("front", "/", bound=5),
        Kind("article, 10 comments", pages["article"], bound=4),
        Kind("article, 100 comments", threads["100"], bound=6),
        Kind("article, 2,000 comments", threads["2000"], bound=7),
        Kind("section", pages["section"], bound=5),
        Kind("tag", pages["tag"], bound=5),
        Kind("page 2 of the front", "/?page=2", bound=5),
        Kind("search", f"/search/?q={pages['word']}", bound=5),
        Kind("feed", "/feeds/latest/", bound=8),
        Kind("sitemap", "/sitemap.xml"),
        Kind("not found", "/2026/01/there-is-no-such-story/", 404),
        Kind("redirect", f"/{slug}/", 301),
    ]


def measure(work: Path, static: Path, *, quick: bool) -> Part:
    """Return the part; about seven minutes, or one where it is quick."""
    rounds, seconds, asked = (1, 1.0, 30) if quick else (3, 2.0, 100)
    place = new_place(work, "pages", static)
    place.seed(ARTICLES)
    every = kinds(place.pages)
    figures = {kind.name: Figures() for kind in every}
    with uncached(place) as server:
        for _ in range(rounds):
            for kind in every:
                cpu, times = rendered(server, kind, asked)
                figures[kind.name].rendered_cpu.append(cpu)
                figures[kind.name].rendered_times += times
    with changed(place) as server:
        for _ in range(rounds):
            for kind in every:
                cpu, times = rendered(server, kind, asked)
                figures[kind.name].changed_cpu.append(cpu)
                figures[kind.name].changed_times += times
    with site(place) as server:
        answers = {kind.path: stored(server.port, kind, "br") for kind in every}
        with bare(new_place(work, "bare", static), answers) as floor:
            _take_turns(every, figures, floor, server, rounds, seconds)
    place.extra["TRUSTED_PROXIES"] = "127.0.0.1"
    with site(place) as server:
        answers = {kind.path: stored(server.port, kind, "gzip") for kind in every}
        with (
            nginx_files(work / "nginx-files", answers) as files,
            nginx_site(work / "nginx-site", [server.port], place.folder) as front,
        ):
            _take_turns_behind_nginx(every, figures, files, front, rounds, seconds)
    return _part(every, figures)


def stored(port: int, kind: Kind, encoding: str) -> Reply:
    """Return an answer from the store; a kind that does not answer as it should stops the run."""
    for _ in range(2):
        reply = ask(port, kind.path, headers={"Accept-Encoding": encoding})
    if reply.status != kind.status:
        raise RuntimeError(f"{kind.path} answers {reply.status} instead of {kind.status}.")
    return reply


def rendered(
    server: Program, kind: Kind, requests: int, headers: dict[str, str] | None = None
) -> tuple[float, list[float]]:
    """Return CPU and the times of so many renderings one after the other, in milliseconds each."""
    assert isinstance(server, Gunicorn)
    connection = Connection(server.port)
    for _ in range(5):  # templates, connections and statements are made once
        reply = connection.ask(kind.path, headers=headers)
    if reply.status != kind.status:
        raise RuntimeError(f"{kind.path} answers {reply.status} instead of {kind.status}.")
    before = cpu_seconds(server.pid)
    times = [connection.ask(kind.path, headers=headers).seconds * 1000 for _ in range(requests)]
    spent = cpu_seconds(server.pid) - before
    connection.close()
    return spent / requests * 1000, times


def _take_turns(
    every: list[Kind], figures: dict[str, Figures], floor: Gunicorn, server: Gunicorn, rounds: int, seconds: float
) -> None:
    headers = {"Accept-Encoding": "br"}
    for turn in range(rounds):
        for kind in every:
            found = figures[kind.name]
            for which in (floor, server) if turn % 2 == 0 else (server, floor):
                into, cpu = (found.bare, found.bare_cpu) if which is floor else (found.stored, found.stored_cpu)
                _load(which, kind, seconds, 4, headers, into, cpu)


def _take_turns_behind_nginx(
    every: list[Kind], figures: dict[str, Figures], files: Nginx, front: Nginx, rounds: int, seconds: float
) -> None:
    headers = {"Accept-Encoding": "gzip"}
    for turn in range(rounds):
        for kind in every:
            found = figures[kind.name]
            if kind.status == 200 and "?" not in kind.path:
                order = ((files, found.files, found.files_cpu), (front, found.nginx, found.nginx_cpu))
                for which, into, cpu in order if turn % 2 == 0 else reversed(order):
                    _load(which, kind, seconds, 16, headers, into, cpu)


def _load(
    server: Gunicorn | Nginx,
    kind: Kind,
    seconds: float,
    connections: int,
    headers: dict[str, str],
    into: list[Outcome],
    cpu: list[float],
) -> None:
    before = server.cpu()
    outcome = _sound(run(server.url + kind.path, seconds=seconds, connections=connections, headers=headers), kind)
    into.append(outcome)
    cpu.append((server.cpu() - before) / outcome.requests * 1000)


def _sound(outcome: Outcome, kind: Kind) -> Outcome:
    if outcome.failed or (outcome.refused and kind.status < 400) or not outcome.requests:
        raise RuntimeError(f"{kind.path}: {outcome.failed} requests failed, {outcome.refused} were refused.")
    return outcome


def ratios(ours: list[Outcome], theirs: list[Outcome]) -> Iterator[float]:
    """Yield our rate by theirs, round by round."""
    for one, other in zip(ours, theirs, strict=True):
        yield one.rate / other.rate


def _compared(
    ours: list[Outcome], theirs: list[Outcome], cpu: list[float], floor: list[float], bound: float
) -> list[str]:
    """Return the cells that compare by rate, which binds, and by CPU, which a busy machine disturbs less."""
    by_rate = median(ratios(ours, theirs))
    by_cpu = median(other / one for one, other in zip(cpu, floor, strict=True) if one)
    return [f"{by_rate:.2f}", f"{by_cpu:.2f}", verdict(by_rate, bound, at_least=True)]


def _part(every: list[Kind], figures: dict[str, Figures]) -> Part:
    speed = REFERENCE / median(cpu for found in figures.values() for cpu in found.bare_cpu)
    kept, made = [], []
    for kind in every:
        found = figures[kind.name]
        row = [
            kind.name,
            number(median(outcome.rate for outcome in found.stored)),
            number(median(found.stored_cpu)),
            number(median(outcome.p50 for outcome in found.stored)),
            number(median(outcome.p99 for outcome in found.stored)),
            *_compared(found.stored, found.bare, found.stored_cpu, found.bare_cpu, OF_BARE),
        ]
        if found.files:
            row.append(number(median(outcome.rate for outcome in found.nginx)))
            row += _compared(found.nginx, found.files, found.nginx_cpu, found.files_cpu, OF_NGINX)
        else:
            row += ["—"] * 4
        kept.append(row)
        cpu = median(found.changed_cpu)
        cold = median(found.rendered_cpu)
        made.append(
            [
                kind.name,
                number(cpu),
                number(cpu * speed),
                number(kind.bound) if kind.bound else "—",
                verdict(cpu * speed, kind.bound) if kind.bound else "—",
                number(quantile(found.changed_times, 0.5)),
                number(quantile(found.changed_times, 0.99)),
                number(cold),
                number(cold * speed),
            ]
        )
    head = ["page", "requests/s", "CPU ms", "p50 ms", "p99 ms", "of bare, by rate", "by CPU", f"bound ≥ {OF_BARE}"]
    head += ["behind nginx: requests/s", "of a file, by rate", "by CPU", f"bound ≥ {OF_NGINX}"]
    return Part(
        "pages",
        "Pages",
        f"{ARTICLES} articles, SQLite, one worker. First as stored: against an application that does nothing but send "
        "the same bytes, on the same gunicorn (Brotli, 4 connections), and behind the shipped nginx against nginx "
        "sending the same bytes from a file (gzip, 16 connections). Then rendered anew for each request: after a "
        "change, with the parts of the page that the change left alone, which is what binds; and cold, with nothing "
        "kept, which is what the first request after a start or a change of the layout costs.",
        [
            Table(head, kept),
            Table(
                [
                    "page, rendered after a change",
                    "CPU ms",
                    "at the reference's speed",
                    "bound",
                    "",
                    "p50 ms",
                    "p99 ms",
                    "cold, CPU ms",
                    "at the reference's speed",
                ],
                made,
            ),
        ],
        [
            f"A bare request under gunicorn took {number(REFERENCE / speed)} ms of CPU in this run, and {REFERENCE} ms "
            "where the bounds of rendering were set; the second column is the first by that ratio."
        ],
    )
