"""The real site under gunicorn, as `make run` starts it, and a real browser in front of it.

A page of these tests answers three questions by itself when it closes: did the policy stop anything, was another
host asked for, did the script fail? Database and pictures belong to the run; the tests reach them through the
site alone, since the browser's driver keeps an event loop running in which Django's models refuse to work.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from deploy import browser as chromium

ROOT = Path(__file__).resolve().parents[2]
# Root may not use Chromium's sandbox; the rest keeps it from asking its maker for anything.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
PATIENCE = 30_000  # milliseconds that a page may take: several browsers share few cores
expect.set_options(timeout=PATIENCE)


@dataclass
class Site:
    """A running site: where it is, and the passwords of its staff."""

    url: str
    process: subprocess.Popen[str]
    environment: dict[str, str]
    passwords: dict[str, str] = field(default_factory=dict)

    def manage(self, *words: str) -> str:
        """Run one of Django's commands on the site's database; return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def play(site: Site) -> dict[str, dict[str, str]]:
    """Let everything happen on the site that can (``scenes.py``); return the addresses, by who meets them and name."""
    secret = (Path(site.environment["NEWSBLOG_VAR"]) / "secret-key").read_text("ascii")  # or no private link is good
    ours = replace(site, environment=site.environment | {"NEWSBLOG_SECRET_KEY": secret})
    said = ours.manage("shell", "-c", "from tests.browser.scenes import play; play()")
    found: dict[str, dict[str, str]] = json.loads(said.strip().splitlines()[-1])
    return found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def executable() -> str:
    """The browser; where there is none the tests are skipped, but never in CI."""
    path = chromium.find()
    if path is None:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail("CI needs a browser, and none is here.")
        pytest.skip("no Chromium here; `make test` says how to get one")
    return path


@pytest.fixture(scope="session")
def site(executable: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample site, started as `make run` starts it, in a folder of its own."""
    var = tmp_path_factory.mktemp("site") / "var with a space"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ours = ("NEWSBLOG_", "COMMENTS_", "PAGECACHE_", "DATABASE_URL", "REDIS_URL")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment = bare | {
        "NEWSBLOG_VAR": str(var),
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
        "PYTHONUNBUFFERED": "1",
        "COMMENTS_FLOOD_LIMIT": "100",  # all readers of these tests share one address
        "PAGECACHE_SHOW": "1",
    }
    log = var.parent / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "deploy/laptop.py"], cwd=ROOT, env=environment, stdout=out, stderr=out, text=True
        )
    try:
        running = Site(f"http://127.0.0.1:{port}", process, environment)
        wait_until_ready(running, log)
        password = re.search(r"password +(\S+)", log.read_text("utf-8"))
        assert password, log.read_text("utf-8")
        running.passwords["admin"] = password[1]
        said = running.manage("load_sample_site", "--staff-passwords")
        running.passwords |= dict(re.findall(r"^ {2}(\w+) {2}(\S+)$", said, re.MULTILINE))
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
    text = log.read_text("utf-8")
    assert " ERROR " not in text, text


def wait_until_ready(site: Site, log: Path) -> None:
    """Return once the site answers; fail with its log where it ended or took three minutes: machines may be busy."""
    until = time.monotonic() + 180
    while time.monotonic() < until and site.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{site.url}/-/ready", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"The site did not start:\n{log.read_text('utf-8')}")


@pytest.fixture(scope="package")
def browser(executable: str) -> Iterator[Browser]:
    """One browser for the package: after it the event loop is gone, and other tests may use the database."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield running
        running.close()


@dataclass
class Person:
    """Somebody at a browser of their own."""

    context: BrowserContext
    page: Page
    site: Site
    complaints: list[str]

    def open(self, address: str) -> Page:
        self.page.goto(self.site.url + address if address.startswith("/") else address)
        return self.page

    def sign_in(self, username: str) -> Page:
        self.open("/admin/login/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", self.site.passwords[username])
        self.page.click("[type=submit]")
        self.page.wait_for_url(re.compile(r"/admin/$"))
        return self.page


Arrive = Callable[..., Person]


@pytest.fixture
def arrive(browser: Browser, site: Site) -> Iterator[Arrive]:
    """Bring somebody to the site; at the end of the test everybody's browser must have nothing to complain of."""
    people: list[Person] = []

    def come(*, scripts: bool = True, width: int = 1280, height: int = 900, dark: bool = False) -> Person:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            timezone_id="UTC",
        )
        context.set_default_timeout(PATIENCE)
        complaints: list[str] = []
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                complaints.append(f"another host: {asked.url}")
                if urlsplit(asked.url).netloc not in (urlsplit(site.url).netloc, "")
                else None
            ),
        )
        people.append(Person(context, page, site, complaints))
        return people[-1]

    yield come
    # A page that is 4xx on purpose makes the browser note it; that is no fault of the page.
    noted = re.compile(r"the server responded with a status of 4\d\d")
    found = [said for person in people for said in person.complaints if not noted.search(said)]
    for person in people:
        person.context.close()
    assert found == []
