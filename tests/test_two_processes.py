"""Two real servers on one folder: what a third process decides is in the very next answer of both."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from articles import pagecache

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 20

# The third process: it obeys a line at a time, and answers when the act is committed.
WRITER = """
import json, sys
import django
django.setup()
from django.core.management import call_command
from django.utils import timezone
from articles.models import Article, Section
from comments.models import Comment

def story(number):
    article = Article(headline=f"Story {number}", slug=f"story-{number}", body="<p>A first paragraph.</p>",
                      section=Section.objects.first())
    article.save()
    return article

call_command("migrate", verbosity=0)
Section.objects.create(name="Security", slug="security")
story(0).publish(by=None)
for line in sys.stdin:
    word, number = json.loads(line)
    article = Article.objects.get(slug="story-0")
    said = article.get_absolute_url()
    if word == "comment":
        remark = Comment(article=article, name="Rita Moreau", text=f"Remark {number}.")
        remark.enter()
        remark.approve(by=None)
    elif word == "reject":
        Comment.objects.latest("pk").reject(by=None, reason="off-topic")
    elif word == "edit":
        article.headline = f"Headline {number}"
        article.save()
    elif word == "publish":
        story(number).publish(by=None)
        if number > 1:
            Article.objects.get(slug=f"story-{number - 1}").withdraw(by=None, reason="It was a duplicate.")
    print(json.dumps(said), flush=True)
"""


# A process that the kernel ends between the commit and the expiry: its own end is the first thing to happen then.
CRASHING = """
import os, signal, sys
import django
django.setup()
from django.db import transaction
from articles.models import Article

with transaction.atomic():
    article = Article.objects.get(slug="story-0")
    article.headline = "The headline of a crash"
    print("ready", flush=True)
    sys.stdin.readline()
    transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
    article.save()
"""

# The site with pages that live for seconds instead of a minute, so that the test does.
BRIEF = """
from articles import pagecache
pagecache.LIFE, pagecache.KEPT_FOR = {life}, {life} / 2
from newsblog.wsgi import application
"""
LIFE = 5.0  # seconds


def environment(var: Path) -> dict[str, str]:
    ours = ("NEWSBLOG_", "COMMENTS_", "PAGECACHE_", "DATABASE_URL", "REDIS_URL")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return bare | {
        "DJANGO_SETTINGS_MODULE": "newsblog.settings",
        "NEWSBLOG_DEBUG": "1",
        "NEWSBLOG_VAR": str(var),
        "NEWSBLOG_LOG_LEVEL": "WARNING",
        "WEB_CONCURRENCY": "1",
        "PAGECACHE_SHOW": "1",
    }


class Writer:
    """The process that acts."""

    def __init__(self, var: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER],
            cwd=ROOT,
            env=environment(var),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def act(self, word: str, number: int = 0) -> str:
        """Have it act; return the article's path once the act is committed."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([word, number]) + "\n")
        self.process.stdin.flush()
        answer: str = json.loads(self.process.stdout.readline())
        return answer

    def end(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class Server:
    """A gunicorn of its own, master and worker."""

    def __init__(self, var: Path, log: Path, application: str = "newsblog.wsgi") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", f"{application}:application"],
                cwd=ROOT,
                env=environment(var) | {"NEWSBLOG_BIND": f"127.0.0.1:{self.port}"},
                stdout=out,
                stderr=out,
                start_new_session=True,  # so that the kill below reaches master and worker, and nobody else
            )

    def ask(self, path: str) -> tuple[str, str]:
        """Return how the store answered, hit or miss, and the page."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.headers["X-Cache"], answer.read().decode()

    def wait(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            try:
                self.ask("/-/live")
            except HTTPError:
                return
            except (URLError, OSError):
                time.sleep(0.05)
            else:
                return
        pytest.fail(f"The server did not start:\n{self.log.read_text('utf-8')}")

    def kill(self) -> None:
        """End it as a machine out of memory would: no handler runs."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(15)


@contextmanager
def closing(thing: Any, end: str) -> Iterator[Any]:
    try:
        yield thing
    finally:
        getattr(thing, end)()


def test_two_servers_on_one_folder_never_serve_what_was_before(tmp_path: Path) -> None:
    var = tmp_path / "var with a space"
    with ExitStack() as stack:
        writer = stack.enter_context(closing(Writer(var), "end"))
        page = writer.act("nothing")
        one, two = (stack.enter_context(closing(Server(var, tmp_path / f"log-{n}"), "stop")) for n in (1, 2))
        for server in (one, two):
            server.wait()
        stale, kept = [], 0

        def look(number: int, path: str, words: str, *, there: bool = True) -> None:
            for name, server in (("one", one), ("two", two)):
                if server.process.poll() is None:
                    _, text = server.ask(path)
                    if (words in text) != there:
                        stale.append(f"round {number}: {name} {path}: {words}")

        for number in range(1, ROUNDS + 1):
            for server in (one, two):
                if server.process.poll() is None:
                    for path in ("/", page):
                        server.ask(path)
                        kept += server.ask(path)[0] == "hit"
            writer.act("comment", number)
            look(number, page, f"Remark {number}.")
            writer.act("reject")
            look(number, page, f"Remark {number}.", there=False)
            writer.act("edit", number)
            look(number, page, f"<title>Headline {number}")
            look(number, "/", f"Headline {number}<")
            writer.act("publish", number)
            look(number, "/", f"Story {number}<")
            look(number, "/", f"Story {number - 1}<", there=False)
            if number == ROUNDS // 2:
                two.kill()
        assert stale == []
        assert kept > ROUNDS  # or else nothing was stored, and nothing proved
        log = one.log.read_text("utf-8")
        assert "Traceback" not in log, log


def test_a_crash_between_commit_and_expiry_costs_no_more_than_a_pages_life(tmp_path: Path) -> None:
    assert pagecache.LIFE <= 60, "what operators are promised"
    var = tmp_path / "var"
    (tmp_path / "brief_site.py").write_text(BRIEF.format(life=LIFE))
    with ExitStack() as stack:
        writer = stack.enter_context(closing(Writer(var), "end"))
        page = writer.act("nothing")
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{tmp_path}")
        server = stack.enter_context(closing(Server(var, tmp_path / "log", "brief_site"), "stop"))
        server.wait()
        crashing = subprocess.Popen(
            [sys.executable, "-c", CRASHING],
            cwd=ROOT,
            env=environment(var),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert crashing.stdout
        assert crashing.stdout.readline() == "ready\n"
        # Fresh, so that a good part of its life is left when the crash comes.
        for _ in range(100):
            rendered = time.monotonic()
            if server.ask(page)[0] == "miss":
                break
            time.sleep(LIFE / 50)
        assert server.ask(page)[0] == "hit"
        crashing.communicate("now\n", timeout=30)
        assert crashing.returncode == -signal.SIGKILL
        seen = server.ask(page)[1]
        if time.monotonic() - rendered < LIFE:  # or else the machine was too slow for this half of the proof
            assert "The headline of a crash" not in seen, "the expiry was told: the process died too late"
        while "The headline of a crash" not in seen and time.monotonic() - rendered < LIFE + 30:
            asked = time.monotonic()
            seen = server.ask(page)[1]
            assert "The headline of a crash" in seen or asked - rendered < LIFE + 1, "older than a page may be"
            time.sleep(0.1)
        assert "The headline of a crash" in seen
