"""Comments as readers send them: CPU, rate, and each on the disk before its answer."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.databases import Database, postgres
from benchmarks.load import Connection, Reply, ask, median, quantile, run
from benchmarks.pages import REFERENCE
from benchmarks.servers import Gunicorn, bare, new_place, site
from benchmarks.table import Part, Table, number, verdict

ARTICLES = 200
BOUND = 3.0  # CPU milliseconds a post, at the reference's speed
CLIENTS = 2
BARE = b"x" * 8_000  # about what a page weighs, packed
TEXT = "the second paragraph leaves out what the first one promises, and a link to the figures would help."
# As a browser sends them with a form of the same site.
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


class Form(HTMLParser):
    """The form that posts to a conversation, as it stands in an article's page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self._inside = False
        self.feed(page)
        if not self.action:
            raise ValueError("The page holds no form for a comment.")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("action", "").startswith("/comments/on/") and not self.action
            if self._inside:
                self.action = given["action"].partition("#")[0]
        elif self._inside and tag in ("input", "textarea") and "name" in given:
            kind = given.get("type", tag)
            if kind not in ("checkbox", "radio", "submit"):
                self.fields[given["name"]] = given.get("value", "")
                self.kinds[given["name"]] = "textarea" if tag == "textarea" else kind

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def filled(self, text: str, name: str, address: str) -> str:
        """Return the body of a post with this text; what a person does not see stays as it is."""
        fields = dict(self.fields)
        # The first of each kind is the one that people see; a trap for programs comes later, if there is one.
        for kind, value in (("textarea", text), ("email", address)):
            fields[next(each for each in fields if self.kinds[each] == kind)] = value
        fields["name"] = name
        return urlencode(fields)


def post(connection: Connection, form: Form, text: str, *, name: str = "Rita Moreau", address: str) -> Reply:
    """Send a comment."""
    return connection.ask(form.action, method="POST", body=form.filled(text, name, address), headers=HEADERS)


def is_taken(reply: Reply) -> bool:
    """Whether the answer acknowledges the comment."""
    return reply.status == 303 and "/comments/receipt/" in reply.headers.get("location", "")


def measure(work: Path, static: Path, *, quick: bool) -> Part:
    """Return the part; about two minutes."""
    rounds, posts, seconds = (1, 40, 0.5) if quick else (3, 200, 2.0)
    answer = Reply(200, {"content-type": "text/plain", "content-length": str(len(BARE))}, BARE, 0.0)
    rows, notes = [], []
    with bare(new_place(work, "posts-bare", static), {"/": answer}) as floor:

        def floor_cpu() -> float:
            before = floor.cpu()
            sent = run(f"{floor.url}/", seconds=seconds, connections=4).requests
            return (floor.cpu() - before) / sent * 1000

        rows.append(_row("SQLite, synchronous=FULL", work, static, None, rounds, posts, floor_cpu))
        server = postgres()
        if server is None:
            notes.append("PostgreSQL: not measured, as none answers here.")
        else:
            with server.database() as database:
                rows.append(_row("PostgreSQL", work, static, database, rounds, posts, floor_cpu))
    head = ["database", "CPU ms", "of a bare request, ms", "at the reference's speed", "bound", ""]
    about = (
        f"Comments of readers, {CLIENTS} clients, one worker, each post triaged, counted and on the disk before it is "
        "answered; the database's CPU is in the figure. The bound binds as a ratio to a bare request under the same "
        f"gunicorn in the same minute, which took {REFERENCE} ms where it was set."
    )
    return Part("posts", "Posting a comment", about, [Table([*head, "posts/s", "p50 ms", "p99 ms"], rows)], notes)


def _row(
    label: str,
    work: Path,
    static: Path,
    database: Database | None,
    rounds: int,
    posts: int,
    floor_cpu: Callable[[], float],
) -> list[str]:
    place = new_place(work, f"posts-{'postgres' if database else 'sqlite'}", static)
    if database:
        place.database_url = database.url
    place.seed(ARTICLES)
    cpu: list[float] = []
    floor: list[float] = []
    rate: list[float] = []
    times: list[float] = []
    with site(place) as server:
        _send(server, place.pages["slugs"], 20, -1)  # templates, connections and statements are made once
        for turn in range(rounds):
            floor.append(floor_cpu())
            before = server.cpu() + (database.cpu() if database else 0)
            begun = time.monotonic()
            taken = _send(server, place.pages["slugs"], posts, turn)
            rate.append(posts / (time.monotonic() - begun))
            cpu.append((server.cpu() + (database.cpu() if database else 0) - before) / posts * 1000)
            times += taken
    figure = median(REFERENCE * one / least for one, least in zip(cpu, floor, strict=True))
    return [
        label,
        number(median(cpu)),
        number(median(floor)),
        number(figure),
        number(BOUND),
        verdict(figure, BOUND),
        number(median(rate)),
        number(quantile(times, 0.5)),
        number(quantile(times, 0.99)),
    ]


def _send(server: Gunicorn, slugs: list[str], posts: int, turn: int) -> list[float]:
    """Send comments to the articles in turn and return the milliseconds each took; one that is not taken raises."""
    forms = [Form(_page_of(server.port, slug)) for slug in slugs[:40]]
    times: list[float] = []
    refused: list[str] = []

    def client(which: int) -> None:
        connection = Connection(server.port)
        for number_ in range(which, posts, CLIENTS):
            text = f"Remark {turn}-{number_}: {TEXT}"
            try:
                reply = post(connection, forms[number_ % len(forms)], text, address=f"r{turn}.{number_}@reader.example")
            except (OSError, http.client.HTTPException) as error:
                refused.append(repr(error))
                continue
            if is_taken(reply):
                times.append(reply.seconds * 1000)
            else:
                refused.append(f"{reply.status} {reply.body[:300]!r}")
        connection.close()

    clients = [threading.Thread(target=client, args=(which,)) for which in range(CLIENTS)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    if refused:
        raise RuntimeError(f"{len(refused)} of {posts} comments were not taken; the first: {refused[0]}")
    return times


def _page_of(port: int, slug: str) -> str:
    """Return an article's page by its slug alone, which redirects."""
    reply = ask(port, f"/{slug}/")
    return ask(port, reply.headers["location"]).body.decode()
