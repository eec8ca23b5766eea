"""Several machines behind one nginx, on loopback: the promise of one second, and what happens when a service goes.

Two gunicorns with folders of their own (so nothing is shared but what machines would share) on one PostgreSQL and one
Redis, nginx in front. The newsroom's acts are made on the first machine by a process of its own. PostgreSQL is reached
through a relay of ours, which is cut; the machine's own server goes on running. Redis is a server of ours, killed.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import shutil
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from benchmarks.databases import Database, postgres
from benchmarks.desk import Desk
from benchmarks.load import Connection, ask, median
from benchmarks.posts import Form, is_taken, post
from benchmarks.processes import Program, free_port, listens
from benchmarks.servers import Gunicorn, Nginx, Place, new_place, nginx_site, site
from benchmarks.table import Part, Table, number
from benchmarks.witness import History

ACROSS = 0.25  # seconds from the acknowledgement to the last old answer at the other machine
BEHIND_NGINX = 1.0
VERSION = re.compile(rb"Version (\d+) of this story")
EDIT_EVERY = 0.3  # seconds, while Redis is killed
READERS = 3  # for each way in


class Relay:
    """A road to PostgreSQL that can be cut: connections are passed on until then, dropped and refused after."""

    def __init__(self, port: int) -> None:
        self.to = port
        self.port = free_port()
        self._pairs: list[socket.socket] = []
        self._lock = threading.Lock()
        self._listening: socket.socket | None = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def open(self) -> None:
        listening = socket.create_server(("127.0.0.1", self.port))
        self._listening = listening
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def cut(self) -> None:
        with self._lock:
            ends, self._pairs = self._pairs, []
            listening, self._listening = self._listening, None
        for end in [*ends, *([listening] if listening else [])]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                near, _ = listening.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                return
            with self._lock:
                self._pairs += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def own_redis(folder: Path, *, persistent: bool) -> Program:
    """Return a Redis of ours; one that is persistent comes back from a kill with what it knew."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    command = [shutil.which("redis-server") or "redis-server", "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--dir", str(folder), "--save", "", "--appendonly", "yes" if persistent else "no"]
    command += ["--appendfsync", "always", "--daemonize", "no"]
    program = Program(command, ready=lambda: _answers_ping(port), log=folder / "redis.log")
    program.environment = {"PATH": "/usr/bin:/bin", "REDIS_PORT": str(port)}
    return program


def _answers_ping(port: int) -> bool:
    if not listens(port):
        return False
    with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(16).startswith(b"+PONG")


def port_of(redis: Program) -> int:
    assert redis.environment is not None
    return int(redis.environment["REDIS_PORT"])


@dataclass
class Watch:
    """Readers who ask for one page by one way in, again and again, and hold each answer against the history."""

    name: str
    port: int
    path: str
    history: History
    lateness: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    pause: float = 0.005  # seconds between two readings of one reader
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._read) for _ in range(READERS)]
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for each in self._threads:
            each.join()

    def _read(self) -> None:
        connection = Connection(self.port, timeout=10)
        while not self._stop.wait(self.pause):
            begun = time.monotonic()
            try:
                reply = connection.ask(self.path, headers={"Accept-Encoding": "identity"})
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(repr(error))
                continue
            found = VERSION.search(reply.body)
            if reply.status != 200 or found is None:
                self.errors.append(f"{reply.status} {reply.body[:100]!r}")
                continue
            late = self.history.lateness(found[1].decode(), begun, time.monotonic())
            if late is None:
                self.errors.append(f"Version {found[1].decode()} was never made.")
            else:
                self.lateness.append(late)
        connection.close()

    @property
    def worst(self) -> float:
        return max(self.lateness, default=0.0)

    @property
    def stale(self) -> int:
        return sum(late > 0 for late in self.lateness)


@dataclass
class Newsroom:
    """The acts of a run: one article whose headline counts its versions."""

    desk: Desk
    slug: str
    history: History = field(default_factory=History)
    version: int = 0

    def edit(self) -> None:
        self.version += 1
        with self.history.act(str(self.version)):
            self.desk.headline(self.slug, f"Version {self.version} of this story")


@dataclass
class Machines:
    """What runs: two sites, what they share, and the ways in."""

    first: Gunicorn
    second: Gunicorn
    front: Nginx
    relay: Relay
    redis: Program
    newsroom: Newsroom
    path: str

    def watches(self) -> list[Watch]:
        ways = (
            ("the same machine", self.first.port),
            ("the other machine", self.second.port),
            ("nginx", self.front.port),
        )
        return [Watch(name, port, self.path, self.newsroom.history) for name, port in ways]


@contextlib.contextmanager
def running(work: Path, static: Path, database: Database, *, persistent: bool, name: str) -> Iterator[Machines]:
    """Start it all over a seeded database, and end it with the block."""
    with ExitStack() as stack:
        redis = stack.enter_context(own_redis(work / f"redis-{name}", persistent=persistent))
        parts = urlsplit(database.url)
        relay = stack.enter_context(Relay(parts.port or 5432))
        user = (
            f"{parts.username}:{parts.password}@" if parts.password else f"{parts.username}@" if parts.username else ""
        )
        through = urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{relay.port}"))
        redis_url = f"redis://127.0.0.1:{port_of(redis)}/0"
        places: list[Place] = []
        for which in ("first", "second"):
            place = new_place(work, f"{name}-{which}", static, database_url=through, redis_url=redis_url, workers=2)
            place.secret = places[0].secret if places else place.secret
            place.extra["TRUSTED_PROXIES"] = "127.0.0.1"
            places.append(place)
        # The newsroom's road is not cut: what it does meanwhile is what the readers must see afterwards.
        newsroom_place = Place(places[0].folder, database.url, redis_url, secret=places[0].secret)
        desk = stack.enter_context(Desk(newsroom_place))
        first, second = (stack.enter_context(site(place)) for place in places)
        front = stack.enter_context(nginx_site(work / f"nginx-{name}", [first.port, second.port], places[0].folder))
        pages = newsroom_place.pages = database_pages(database)
        newsroom = Newsroom(desk, pages["slugs"][0])
        newsroom.edit()
        path = ask(first.port, f"/{newsroom.slug}/").headers["location"]
        yield Machines(first, second, front, relay, redis, newsroom, path)


_seeded: dict[str, dict[str, list[str]]] = {}


def database_pages(database: Database) -> dict[str, list[str]]:
    """Return what the seeding of a database said of its pages."""
    return _seeded[database.url]


def measure(work: Path, static: Path, *, quick: bool) -> Part:
    """Return the part; about a minute and a half."""
    title = "Several machines"
    server = postgres()
    missing = [name for name, there in (("PostgreSQL", server), ("Redis", shutil.which("redis-server"))) if not there]
    if missing or server is None:
        return Part("machines", title, f"Not measured: no {' and no '.join(missing)} here.", [])
    trials, outage = (8, 2.0) if quick else (60, 5.0)
    with server.database() as database:
        place = new_place(work, "machines-seed", static, database_url=database.url)
        place.seed(200)
        _seeded[database.url] = place.pages
        tables, notes = [], []
        with running(work, static, database, persistent=False, name="forgetful") as machines:
            tables.append(_promise(machines, trials))
            rows = [_redis_killed(machines, outage, "comes back empty")]
            cut = _database_cut(machines, outage)
        with running(work, static, database, persistent=True, name="persistent") as machines:
            rows.append(_redis_killed(machines, outage, "comes back with what it knew"))
            rows.append(_redis_hangs(machines, outage))
        head = ["Redis, under load", "reads", "failed", "reads later than 1 s", "worst, s", "recovered after, s"]
        tables += [Table(head, rows), cut]
        notes.append(
            "An answer is late by the time from the acknowledgement of the newer state to the beginning of the request "
            "that was still answered with the older one; a request that began earlier may show either."
        )
    about = (
        "Two gunicorns of two workers with folders of their own on one PostgreSQL and one Redis, the shipped nginx in "
        f"front; {READERS} readers at each way in ask for a page all the time, while it is edited on the first machine."
    )
    return Part("machines", title, about, tables, notes)


def _promise(machines: Machines, trials: int) -> Table:
    watches = machines.watches()
    longest: dict[str, list[float]] = {watch.name: [] for watch in watches}
    with ExitStack() as stack:
        for watch in watches:
            stack.enter_context(watch)
        time.sleep(0.5)
        for trial in range(trials):
            before = {watch.name: len(watch.lateness) for watch in watches}
            machines.newsroom.edit()
            # Not in step with any clock: nginx keeps a page to the end of a second, the machines look each quarter.
            time.sleep(1.2 + trial % 7 * 0.09)
            for watch in watches:
                longest[watch.name].append(max(watch.lateness[before[watch.name] :], default=0.0))
    bounds = {"the same machine": 0.0, "the other machine": ACROSS, "nginx": BEHIND_NGINX}
    rows = []
    for watch in watches:
        bound = bounds[watch.name]
        worst = max(longest[watch.name])
        rows.append(
            [
                watch.name,
                str(trials),
                f"{len(watch.lateness):,}",
                str(len(watch.errors)),
                number(median(longest[watch.name])),
                number(worst),
                number(bound),
                "kept" if worst <= bound and not watch.errors else "**missed**",
            ]
        )
    head = ["an edit as seen at", "edits", "reads", "failed", "last old answer after, s: median", "worst", "bound", ""]
    return Table(head, rows)


def _during(machines: Machines, seconds: float, happens: Callable[[], None]) -> tuple[list[Watch], float]:
    """Edit and read for so long before, while and after something happens; return the watches and its end."""
    watches = machines.watches()
    stop = threading.Event()

    def edits() -> None:
        while not stop.wait(EDIT_EVERY):
            machines.newsroom.edit()

    with ExitStack() as stack:
        for watch in watches:
            stack.enter_context(watch)
        editor = threading.Thread(target=edits)
        editor.start()
        time.sleep(seconds / 2)
        happens()
        ended = time.monotonic()
        time.sleep(seconds)
        stop.set()
        editor.join()
    return watches, ended


def _redis_row(label: str, machines: Machines, watches: list[Watch]) -> list[str]:
    late = [each for watch in watches for each in watch.lateness]
    errors = [error for watch in watches for error in watch.errors]
    return [
        label,
        f"{len(late):,}",
        f"{len(errors)}{f' ({errors[0]})' if errors else ''}",
        str(sum(each > BEHIND_NGINX for each in late)),
        number(max(late, default=0.0)),
        _stored_again(machines),
    ]


def _stored_again(machines: Machines) -> str:
    """Return how long it took, from now, until both machines answered from the store again."""
    begun = time.monotonic()
    while time.monotonic() - begun < 10:
        fast = []
        for server in (machines.first, machines.second):
            connection = Connection(server.port)
            fast.append(min(connection.ask(machines.path).seconds for _ in range(5)) < 0.002)
            connection.close()
        if all(fast):
            return number(time.monotonic() - begun)
        time.sleep(0.05)
    return "**not within 10**"


def _redis_killed(machines: Machines, seconds: float, label: str) -> list[str]:
    def happens() -> None:
        machines.redis.stop(signal.SIGKILL)
        time.sleep(seconds)
        machines.redis.start()

    watches, _ = _during(machines, seconds, happens)
    return _redis_row(f"killed, {label}", machines, watches)


def _redis_hangs(machines: Machines, seconds: float) -> list[str]:
    def happens() -> None:
        assert machines.redis.process is not None
        machines.redis.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        machines.redis.process.send_signal(signal.SIGCONT)

    watches, _ = _during(machines, seconds, happens)
    return _redis_row("hangs, and goes on", machines, watches)


def _database_cut(machines: Machines, seconds: float) -> Table:
    """Cut both machines off from PostgreSQL: what readers and writers get meanwhile, and afterwards."""
    page = ask(machines.second.port, machines.path).body.decode()
    form = Form(page)
    text = "This text took a quarter of an hour to write, and must not be lost because a cable was."
    ways: dict[str, Gunicorn | Nginx] = {
        "the first": machines.first,
        "the second": machines.second,
        "nginx": machines.front,
    }
    time.sleep(2 * ACROSS)  # the last edit is known everywhere
    for server in ways.values():
        ask(server.port, machines.path, headers={"Accept-Encoding": "identity"})
    machines.relay.cut()
    reads: dict[str, Counter[int]] = {name: Counter() for name in ways}
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        for name, server in ways.items():
            reads[name][ask(server.port, machines.path, headers={"Accept-Encoding": "identity"}).status] += 1
    connection = Connection(machines.front.port)
    refused = post(connection, form, text, address="rita.cut@reader.example")
    kept = text in refused.body.decode(errors="replace")
    machines.relay.open()
    after = 0.0
    begun = time.monotonic()
    taken = False
    while not taken and time.monotonic() - begun < 30:
        with contextlib.suppress(OSError, http.client.HTTPException):
            taken = is_taken(post(connection, form, text, address="rita.cut@reader.example"))
        after = time.monotonic() - begun
    connection.close()
    rows = [
        [
            f"a stored page, from {name}",
            ", ".join(f"{count:,} × {status}" for status, count in sorted(found.items())),
            "200 alone",
            "kept" if set(found) == {200} else "**missed**",
        ]
        for name, found in reads.items()
    ]
    rows += [
        ["a comment sent", str(refused.status), "503", "kept" if refused.status == 503 else "**missed**"],
        ["its text in the answer", "yes" if kept else "no", "yes", "kept" if kept else "**missed**"],
        [
            "taken again after the road is open, s",
            number(after) if taken else "not within 30",
            "by itself",
            "kept" if taken else "**missed**",
        ],
    ]
    return Table(["PostgreSQL cut off", "found", "promised", ""], rows)
