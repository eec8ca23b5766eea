"""A long mixed run on one machine: reads, posts, decisions, edits, and requests that break off or make no sense."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from benchmarks.desk import Desk
from benchmarks.load import Connection, Reply, ask
from benchmarks.posts import Form, is_taken, post
from benchmarks.processes import memory_of
from benchmarks.servers import Gunicorn, new_place, site
from benchmarks.table import Part, Table, number, verdict
from benchmarks.witness import History

ARTICLES = 200
STORIES = 6  # articles that are edited, and whose conversations are decided about
READERS, WRITERS = 3, 2
BROKEN = 0.05  # of all requests
GROWTH = 1.1  # of the workers' memory from the second quarter of the run to the last
VERSION = re.compile(rb"Version (\d+) of story (\d+)")


@dataclass
class Story:
    """An article under watch: its version, and a comment that is let in and taken out."""

    number: int
    slug: str
    path: str
    comment: int
    token: bytes
    versions: History = field(default_factory=History)
    decisions: History = field(default_factory=History)


@dataclass
class Tally:
    """What happened, counted by all threads."""

    counts: Counter[str] = field(default_factory=Counter)
    worst: float = 0.0
    examples: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)  # texts that were acknowledged
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, example: str = "") -> None:
        with self.lock:
            self.counts[name] += 1
            if example and len(self.examples) < 5:
                self.examples.append(f"{name}: {example}")

    def held(self, what: str, late: float | None) -> None:
        """Count a reading that was held against the history."""
        if late is None:
            self.add("unknown", f"{what} shows what never was")
        elif late > 0:
            self.add("stale", f"{what} was {late:.3f} s late")
            self.worst = max(self.worst, late)


def measure(work: Path, static: Path, *, quick: bool, seconds: int = 600) -> Part:
    """Return the part; as many seconds as are asked for, and a few."""
    place = new_place(work, "soak", static, workers=2)
    place.seed(ARTICLES)
    tally = Tally()
    memory: list[tuple[float, int]] = []
    with Desk(place) as desk, site(place) as server:
        stories = [
            _story(desk, server.port, number_, slug) for number_, slug in enumerate(place.pages["slugs"][-STORIES:])
        ]
        stop = threading.Event()
        roles = [partial(_act, desk, stories, stop, tally)]
        roles += [partial(_read, server, stories, stop, tally, seed) for seed in range(READERS)]
        roles += [partial(_write, server, stories, stop, tally, seed) for seed in range(WRITERS)]
        threads = [threading.Thread(target=_guarded, args=(role, tally)) for role in roles]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        while time.monotonic() - begun < seconds:
            time.sleep(min(5.0, seconds / 20))
            memory.append((time.monotonic() - begun, sum(memory_of(pid) for pid in server.children())))
        stop.set()
        for thread in threads:
            thread.join()
        found = set(desk.ask(act="found", prefix="Soak remark")["texts"])
        workers = server.children()
    lost = [text for text in tally.sent if text not in found]
    tally.counts["lost"] = len(lost)
    return _part(tally, memory, seconds, len(workers))


def _story(desk: Desk, port: int, number_: int, slug: str) -> Story:
    token = f"watchword-{number_}-stands-here"
    comment = desk.ask(act="comment", slug=slug, text=f"A remark with a {token}.")["comment"]
    path = ask(port, f"/{slug}/").headers["location"]
    story = Story(number_, slug, path, comment, token.encode())
    with story.decisions.act("out"), story.versions.act("0"):
        desk.headline(slug, f"Version 0 of story {number_}")
    return story


def _guarded(role: Callable[[], None], tally: Tally) -> None:
    try:
        role()
    except Exception as error:  # a thread that ends early would make the run look better than it was
        tally.add("harness", repr(error))


def _act(desk: Desk, stories: list[Story], stop: threading.Event, tally: Tally) -> None:
    random = Random(1)  # noqa: S311
    version = 0
    while not stop.wait(0.1):
        story = random.choice(stories)
        if random.random() < 0.5:
            version += 1
            with story.versions.act(str(version)):
                desk.headline(story.slug, f"Version {version} of story {story.number}")
            tally.add("edits")
        else:
            status, value = ("rejected", "out") if story.decisions.current == "in" else ("approved", "in")
            with story.decisions.act(value):
                desk.decide(story.comment, status)
            tally.add("decisions")


def _read(server: Gunicorn, stories: list[Story], stop: threading.Event, tally: Tally, seed: int) -> None:
    random = Random(100 + seed)  # noqa: S311
    connection = Connection(server.port, timeout=30)
    paths = [
        "/",
        "/?page=2",
        "/feeds/latest/",
        "/sections/section-2/",
        "/tags/tag-5/",
        "/search/?q=story",
        "/nothing/here/",
    ]
    while not stop.wait(0.004):
        if random.random() < BROKEN:
            _break(server.port, random, tally)
            continue
        story = random.choice(stories)
        path = story.path if random.random() < 0.6 else random.choice(paths)
        headers = {"Accept-Encoding": random.choice(("identity", "identity", "gzip", "br"))}
        begun = time.monotonic()
        reply = _asked(connection, path, headers, tally)
        ended = time.monotonic()
        if reply is None or headers["Accept-Encoding"] != "identity":
            continue
        for found in VERSION.finditer(reply.body):
            watched = stories[int(found[2])]
            tally.held(path, watched.versions.lateness(found[1].decode(), begun, ended))
        if path == story.path and reply.status == 200:
            value = "in" if story.token in reply.body else "out"
            tally.held(f"the thread of {path}", story.decisions.lateness(value, begun, ended))
    connection.close()


def _asked(connection: Connection, path: str, headers: dict[str, str], tally: Tally) -> Reply | None:
    try:
        reply = connection.ask(path, headers=headers)
    except (OSError, http.client.HTTPException) as error:
        tally.add("failed", f"{path}: {error!r}")
        return None
    tally.add("reads")
    if reply.status >= 500:
        tally.add("5xx", f"{path}: {reply.status}")
    return reply


def _write(server: Gunicorn, stories: list[Story], stop: threading.Event, tally: Tally, seed: int) -> None:
    random = Random(200 + seed)  # noqa: S311
    connection = Connection(server.port, timeout=30)
    count = 0
    while not stop.wait(0.15):
        story = random.choice(stories)
        form = Form(ask(server.port, story.path).body.decode())
        count += 1
        text = f"Soak remark {seed}-{count}: the figures in the third paragraph do not add up to the total below them."
        try:
            if random.random() < BROKEN:
                form.fields = dict.fromkeys(form.fields, "")  # a post that makes no sense
                reply = connection.ask(
                    form.action, method="POST", body="%%%=&=&&=%ff", headers={"Content-Type": "text/plain"}
                )
            else:
                reply = post(connection, form, text, address=f"soak{seed}.{count}@reader.example")
        except (OSError, http.client.HTTPException) as error:
            tally.add("failed", f"a post: {error!r}")
            continue
        tally.add("posts")
        if reply.status >= 500:
            tally.add("5xx", f"a post: {reply.status}")
        if is_taken(reply):
            tally.sent.append(text)
            tally.add("acknowledged")
    connection.close()


_NONSENSE = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n",  # cut off within the head
    b"POST /comments/on/x/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\nhalf",  # and within the body
    b"GET /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"BREW / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
    b"GET /?" + b"a=b&" * 3_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",  # TLS, to a port without
    b'GET /search/?q=%00%ff%u0041 HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: ;q=x,br\r\nIf-None-Match: "\r\n\r\n',
)


def _break(port: int, random: Random, tally: Tally) -> None:
    """Send what no browser sends, and leave before or while it is answered."""
    tally.add("broken")
    sent = random.choice(_NONSENSE)
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.sendall(sent)
        if random.random() < 0.5:
            connection.settimeout(0.5)
            head = connection.recv(20)
            # 501 and 505 are gunicorn's words for a method and a version that nobody has.
            if head[9:10] == b"5" and head[9:12] not in (b"501", b"505"):
                tally.add("5xx", f"{sent[:40]!r}: {head!r}")


def _part(tally: Tally, memory: list[tuple[float, int]], seconds: int, workers: int) -> Part:
    counts = tally.counts
    quarters = [[size for at, size in memory if low <= at / seconds < low + 0.25] for low in (0.25, 0.75)]
    early, late = (sum(each) / len(each) if each else 0.0 for each in quarters)
    grown = late / early if early else 1.0
    rows = [
        ["reads", f"{counts['reads']:,}", "—", "—"],
        ["posts, and of them acknowledged", f"{counts['posts']:,}, {counts['acknowledged']:,}", "—", "—"],
        ["edits and decisions", f"{counts['edits']:,}, {counts['decisions']:,}", "—", "—"],
        ["requests broken on purpose", f"{counts['broken']:,}", "—", "—"],
    ]
    for name, label in (
        ("stale", "stale answers"),
        ("unknown", "answers that show what never was"),
        ("lost", "acknowledged comments lost"),
        ("5xx", "answers 5xx"),
        ("failed", "requests without an answer"),
        ("harness", "errors of the harness"),
    ):
        rows.append([label, f"{counts[name]:,}", "0", "kept" if not counts[name] else "**missed**"])
    rows.append(
        [
            f"memory of {workers} workers, MB: second quarter, last quarter",
            f"{early / 1e6:.0f}, {late / 1e6:.0f}",
            f"× {GROWTH}",
            verdict(grown, GROWTH),
        ]
    )
    notes = list(tally.examples)
    if tally.worst:
        notes.append(f"The stalest answer was {number(tally.worst)} s late.")
    about = (
        f"{seconds} seconds on one machine: gunicorn with two workers, SQLite, {READERS} readers, {WRITERS} writers of "
        "comments, and an editor who changes headlines and lets a comment in and out, all the time. An answer is stale "
        "when its request began after the act was acknowledged and it shows the state before."
    )
    return Part("soak", "A long mixed run", about, [Table(["", "found", "bound", ""], rows)], notes)
