"""More comments than one machine can take: each is taken or politely refused, and none that was acknowledged is lost.

Half way the kernel ends every worker at once. A reader whose post got no answer sends it again, as readers do.
"""

from __future__ import annotations

import http.client
import os
import queue
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.desk import Desk
from benchmarks.load import Connection, Reply, ask, quantile
from benchmarks.posts import HEADERS, Form, is_taken
from benchmarks.servers import Gunicorn, new_place, site
from benchmarks.table import Part, Table, number

ARTICLES = 50
RATE = 200  # posts a second
SECONDS = 30
SENDERS = 96  # at once; the most that wait for an answer
NETWORKS = 1_500  # that readers write from
FLOODING = 20  # one post in so many comes from one network, which the flood rule has something to say to
PATIENCE = 30.0  # seconds that a reader waits for an answer
AGAIN = 3  # times that a reader sends what got no answer
POLITE = (429, 503)
PREFIX = "Burst remark"


@dataclass
class Sent:
    """One post: when it is due, and what became of it."""

    number: int
    due: float  # seconds from the beginning
    text: str
    statuses: list[int] = field(default_factory=list)  # 0 for no answer
    is_taken: bool = False
    receipt: str = ""  # where the answer led
    problem: str = ""


@dataclass
class Outcome:
    """What a burst came to."""

    sent: list[Sent]
    times: list[float]  # seconds that the answers took
    late: float  # seconds that the last post began after it was due
    killed: int  # workers
    counts: Counter[str]  # how often each acknowledged or refused text was found: once, missing, twice
    reads: list[float] = field(default_factory=list)  # seconds that a stored page took meanwhile
    failed_reads: int = 0

    @property
    def problems(self) -> list[str]:
        return [f"{each.text}: {each.problem}" for each in self.sent if each.problem]

    @property
    def taken(self) -> int:
        return sum(each.is_taken for each in self.sent)

    def refused(self, status: int) -> int:
        return sum(not each.is_taken and each.statuses[-1:] == [status] for each in self.sent)


def measure(work: Path, static: Path, *, quick: bool) -> Part:
    """Return the part; a minute."""
    place = new_place(work, "burst", static)
    place.extra |= {"WEB_CONCURRENCY": "", "TRUSTED_PROXIES": "127.0.0.1", "COMMENTS_FLOOD_LIMIT": "5"}
    place.seed(ARTICLES)
    with Desk(place) as desk, site(place) as server:
        outcome = burst(server, desk, place.pages["slugs"], rate=RATE, seconds=6 if quick else SECONDS)
    return _part(outcome)


def burst(server: Gunicorn, desk: Desk, slugs: list[str], *, rate: int, seconds: float) -> Outcome:
    """Send so many posts a second, end the workers half way, and count what is there afterwards."""
    random = Random(5)  # noqa: S311
    paths = [ask(server.port, f"/{slug}/").headers["location"] for slug in slugs[:30]]
    forms = [Form(ask(server.port, path).body.decode()) for path in paths]
    posts = [
        Sent(each, each / rate, f"{PREFIX} {each}, which says that the total is {random.randrange(10**9)} in all.")
        for each in range(int(rate * seconds))
    ]
    waiting: queue.SimpleQueue[Sent] = queue.SimpleQueue()
    for post in posts:
        waiting.put(post)
    outcome = Outcome(posts, [], 0.0, 0, Counter())
    begun = time.monotonic()
    ended = threading.Event()

    def sender() -> None:
        while True:
            try:
                post = waiting.get_nowait()
            except queue.Empty:
                return
            time.sleep(max(0.0, begun + post.due - time.monotonic()))
            outcome.late = max(outcome.late, time.monotonic() - begun - post.due)
            _send(server.port, forms[post.number % len(forms)], post, outcome.times)

    def reader() -> None:
        while not ended.wait(0.05):
            try:
                reply = ask(server.port, paths[0], timeout=PATIENCE)
            except (OSError, http.client.HTTPException):
                outcome.failed_reads += 1
            else:
                outcome.reads.append(reply.seconds)
                outcome.failed_reads += reply.status != 200

    threads = [threading.Thread(target=sender) for _ in range(SENDERS)]
    reading = threading.Thread(target=reader)
    for thread in (*threads, reading):
        thread.start()
    time.sleep(max(0.0, begun + seconds / 2 - time.monotonic()))
    for worker in server.children():
        os.kill(worker, signal.SIGKILL)
        outcome.killed += 1
    for thread in threads:
        thread.join()
    ended.set()
    reading.join()
    found = Counter(desk.ask(act="found", prefix=PREFIX)["texts"])
    for post in posts:
        there = found[post.text]
        if post.is_taken:
            outcome.counts["once" if there == 1 else "missing" if not there else "twice"] += 1
        elif there and 0 not in post.statuses:
            outcome.counts["refused and yet there"] += 1
        elif there > 1:
            outcome.counts["twice"] += 1
    return outcome


def _send(port: int, form: Form, post: Sent, times: list[float]) -> None:
    """Send a post until it is answered, and note whether the answer is one that a reader can live with."""
    network = divmod(post.number * 7 % NETWORKS, 250)
    address = "10.99.0.9" if post.number % FLOODING == 0 else f"10.{network[0]}.{network[1]}.9"
    headers = HEADERS | {"X-Forwarded-For": address, "X-Forwarded-Proto": "http"}
    body = form.filled(post.text, f"Reader {post.number}", f"burst{post.number}@reader.example")
    for _ in range(AGAIN):
        connection = Connection(port, timeout=PATIENCE)
        try:
            reply = connection.ask(form.action, method="POST", body=body, headers=headers)
        except (OSError, http.client.HTTPException):
            post.statuses.append(0)
            time.sleep(0.5)
            continue
        finally:
            connection.close()
        times.append(reply.seconds)
        post.statuses.append(reply.status)
        post.is_taken = is_taken(reply)
        post.receipt = reply.headers.get("location", "") if post.is_taken else ""
        post.problem = "" if post.is_taken else _problem_of(reply, post.text)
        return
    post.problem = f"no answer, {AGAIN} times"


def _problem_of(reply: Reply, text: str) -> str:
    """Return what is wrong with a refusal; nothing where it is a polite one."""
    if reply.status not in POLITE:
        return f"answered {reply.status}"
    if text not in reply.body.decode(errors="replace"):
        return f"answered {reply.status} without the text"
    if not reply.headers.get("retry-after", "").isdigit():
        return f"answered {reply.status} without a time to come back"
    return ""


def _part(outcome: Outcome) -> Part:
    whole = len(outcome.sent)
    unanswered = sum(0 in each.statuses for each in outcome.sent)

    def none(label: str, count: int) -> list[str]:
        return [label, f"{count:,}", "0", "kept" if not count else "**missed**"]

    rows = [
        ["posts", f"{whole:,}", "—", "—"],
        ["taken", f"{outcome.taken:,}", "—", "—"],
        ["refused: too many from one network (429)", f"{outcome.refused(429):,}", "—", "—"],
        ["refused: more than can be written now (503)", f"{outcome.refused(503):,}", "—", "—"],
        ["without an answer when the workers were ended, sent again", f"{unanswered:,}", "—", "—"],
        none("answered otherwise, or without the text", len(outcome.problems)),
        none("acknowledged and missing", outcome.counts["missing"]),
        none("there twice", outcome.counts["twice"]),
        none("refused and yet there", outcome.counts["refused and yet there"]),
        none("stored pages not served meanwhile, beside those of the kill", max(0, outcome.failed_reads - 2)),
        [
            "seconds to an answer, median and 99th percentile",
            f"{number(quantile(outcome.times, 0.5))}, {number(quantile(outcome.times, 0.99))}",
            "—",
            "—",
        ],
        [
            "seconds to a stored page meanwhile, median and 99th percentile",
            f"{number(quantile(outcome.reads, 0.5))}, {number(quantile(outcome.reads, 0.99))}",
            "—",
            "—",
        ],
    ]
    notes = outcome.problems[:5]
    if outcome.late > 1:
        notes.append(f"The last post began {number(outcome.late)} s after it was due: {SENDERS} waited for an answer.")
    about = (
        f"{RATE} posts a second, {whole // RATE} seconds long, on SQLite under the shipped gunicorn configuration, by "
        f"readers from {NETWORKS:,} networks, one in {FLOODING} from a single one; half way all {outcome.killed} "
        "workers are ended by the kernel (kill -9). A refusal is polite where it says when to come back and gives the "
        "text back."
    )
    return Part("burst", "A burst of comments", about, [Table(["", "found", "bound", ""], rows)], notes)
