"""The whole life of one guest's comment by links alone: pages, mails, moderators, and at the end nothing left of her.

Everything goes through the real views and a real mail server. After each step a link scanner fetches every private
link that pages and mails have shown, ten times when it is new and again later, and may change nothing by that.
"""

from __future__ import annotations

import html
import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments import follow_mail, held_mail
from comments.models import Comment, ModeratorMail, Writer
from newsblog.jobs import JOBS
from tests.comments.test_email_privacy import ADDRESS, SENDER, traces
from tests.factories import make_article, make_moderator
from tests.mailbox import Mailbox, html_of, mail_server, text_of
from tests.working import work_off

pytestmark = pytest.mark.django_db

NAME = "Zerlina Quillfeather"
NETWORK = "203.0.113.0/24"
NOOR = "noor@answers.example"
MAX = "max@news.example"
SITE = "https://news.example"
TIMES = 10  # that a scanner fetches a link


@dataclass
class Form:
    """One form of a page as a browser would send it: what is filled in, and the words on its buttons."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class Seen(HTMLParser):
    """What a reader finds on a page: forms, links, and the names of its parts."""

    def __init__(self, page: str, at: str) -> None:
        super().__init__()
        self.at = at
        self.forms: list[Form] = []
        self.links: set[str] = set()
        self.ids: list[str] = []
        self._button: tuple[str, str] | None = None
        self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        if tag == "form":
            self.forms.append(Form(given.get("action") or self.at))
        if not self.forms:
            return
        form = self.forms[-1]
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            form.fields[name].append(value)
        elif tag == "textarea":
            self._area = name
            form.fields[name] = [""]
        elif tag == "option" and "selected" in given:
            form.fields["speed"] = [value]
        elif tag == "button":
            self._button = (name, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area][0] += data
        elif self._button is not None and self.forms and data.strip():
            self.forms[-1].buttons.setdefault(data.strip(), self._button)


class Life:
    """The readers' browsers, the moderators' mail, and the scanner that reads all of it too."""

    def __init__(self, mailbox: Mailbox, clock: Any) -> None:
        self.mailbox, self.clock = mailbox, clock
        self.guest = Client(REMOTE_ADDR=SENDER, HTTP_USER_AGENT="Browser/1.0")
        self.links: set[str] = set()
        self.known: set[str] = set()  # links that the scanner has fetched ten times
        self.pages: list[tuple[str, bytes]] = []
        self.mails: list[tuple[EmailMessage, bytes]] = []
        self.fetched = 0

    def open(self, path: str, client: Client | None = None) -> Seen:
        """Read a page, and note what is on it."""
        answer = (client or self.guest).get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return self.note(path, answer)

    def note(self, path: str, answer: HttpResponse) -> Seen:
        page = answer.content.decode()
        seen = Seen(page, path)
        assert len(seen.ids) == len(set(seen.ids)), f"{path} names two of its parts alike"
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.pages.append((path, f"{headers}\n{page}".encode()))
        self.links |= {link for link in map(path_of, seen.links) if link}
        return seen

    def press(
        self, path: str, button: str, client: Client | None = None, status: int = 303, **fields: Any
    ) -> HttpResponse:
        """Open a page, fill in what is given, press a button, and follow where it leads."""
        client = client or self.guest
        form, (name, value) = next(
            (form, pressed)
            for form in self.open(path, client).forms
            for words, pressed in form.buttons.items()
            if words == button
        )
        sent: dict[str, Any] = {key: kept for key, kept in form.fields.items() if key}
        sent |= {name: value} if name else {}
        answer = client.post(form.action, sent | fields)
        assert answer.status_code == status, (path, button, answer.status_code, answer.content.decode()[:2000])
        if status == 303:
            self.open(answer.headers["Location"].partition("#")[0], client)
        else:
            self.note(path, answer)
        return answer

    def post(self) -> list[EmailMessage]:
        """Let two minutes pass and the worker send; then the scanner has its turn."""
        for _ in range(2):
            self.clock.shift(timedelta(seconds=61))
            follow_mail.look_for_mail()
            held_mail.look_for_held()
            failed = work_off()
            assert not failed, failed[0].traceback
        arrived = self.mailbox.take()
        self.mails += list(zip(arrived, self.mailbox.raw[-len(arrived) :] if arrived else [], strict=True))
        for message in arrived:
            found = re.findall(r"https?://[^\s\"<>]+", f"{text_of(message)} {html.unescape(html_of(message))}")
            found += re.findall(r"<(https?:[^>]+)>", str(message.get("List-Unsubscribe", "")))
            self.links |= {path for path in map(path_of, found) if path}
        self.scan()
        return arrived

    def scan(self, *, again: bool = False) -> None:
        """Fetch every link as a program does that reads mail before its owner, and compare every row."""
        before = dump()
        scanner = Client(REMOTE_ADDR="198.51.100.1")
        for link in sorted(self.links if again else self.links - self.known):
            for _ in range(TIMES if link.startswith("/comments/") and not again else 1):
                assert scanner.get(link).status_code < 500, link
                self.fetched += 1
        self.known |= self.links
        assert dump() == before, "a fetched link changed something"

    def decide(self, mail: EmailMessage, act: str, button: str, **fields: str) -> None:
        """Decide as a moderator does who reads mail: by the link, and a press of the button behind it."""
        [path] = set(re.findall(rf"{act}: {SITE}(\S+)", text_of(mail)))
        self.press(path, button, Client(REMOTE_ADDR="192.0.2.1"), status=200, **fields)


def path_of(link: str) -> str:
    """The path of an address of ours; empty for others, and for what a reader cannot follow."""
    link = link.removeprefix(SITE).partition("#")[0]
    return link if link.startswith("/") and not link.startswith(("//", "/static/", "/admin/")) else ""


def dump() -> dict[str, list[str]]:
    """Every row of every table as text; what is stored as bytes or packed is unpacked."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows[table] = sorted(
                " | ".join(
                    bytes(cell).decode("latin-1") if isinstance(cell, (bytes, memoryview)) else str(cell)
                    for cell in row
                )
                for row in cursor.fetchall()
            )
    rows["sessions, read"] = sorted(str(session.get_decoded()) for session in Session.objects.all())
    return rows


def only(mails: list[EmailMessage], to: str) -> EmailMessage:
    [mail] = [each for each in mails if each["To"] == to]
    return mail


def link_in(mail: EmailMessage, kind: str) -> str:
    found = re.search(rf"{SITE}(/comments/{kind}\S*)", text_of(mail))
    assert found, text_of(mail)
    return found[1]


@pytest.fixture
def life(settings: Any) -> Iterator[Life]:
    start = timezone.now().replace(hour=9, minute=0)
    with time_machine.travel(start, tick=False) as clock, mail_server(settings) as mailbox:
        max_ = make_moderator()
        max_.email = MAX
        max_.save()
        ModeratorMail(user=max_).choose("at-once")
        clock.shift(timedelta(minutes=1))
        yield Life(mailbox, clock)


def answered(life: Life, article: Article, parent: Comment, words: str) -> list[EmailMessage]:
    """Noor answers, Max approves it by mail; what arrives then."""
    noor = Client(REMOTE_ADDR="192.0.2.200")
    life.press(
        f"/comments/on/{article.slug}/?reply={parent.pk}", "Post comment", noor, comment=words, name="Noor", email=NOOR
    )
    life.decide(only(life.post(), MAX), "Approve", "Approve: show it to readers")
    return life.post()


def test_a_guest_lives_by_links_alone_and_leaves_without_a_trace(
    life: Life, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    article = make_article("The chip maker opens a plant", slug="plant")
    place, olga = article.get_absolute_url(), make_moderator("olga")

    # Written, with both boxes for mail ticked; the receipt is the only key.
    words = "The plant stands on the ground of the old brickworks, wich my family ran."
    typed = {"comment": words, "name": NAME, "email": ADDRESS, "follow": "on", "wants_outcome": "on"}
    receipt = life.press(place, "Post comment", **typed).headers["Location"].partition("#")[0]
    comment = Comment.objects.get()
    arrived = life.post()
    question, held = only(arrived, ADDRESS), only(arrived, MAX)
    assert NAME not in text_of(question) + html_of(question), "nothing that the sender chose, before it is confirmed"
    assert Writer.objects.get(pk=comment.writer_id).confirmed_at is None

    # Confirmed by the mail's link, mended within a quarter of an hour, approved by the moderator's mail.
    life.press(link_in(question, "mail/"), "Yes, this is my address")
    life.press(f"{receipt}edit/", "Save the change", comment=words.replace("wich", "which"))
    comment.refresh_from_db()
    assert "which my family ran" in comment.text
    assert life.post() == []
    life.decide(held, "Approve", "Approve: show it to readers")
    assert "which my family ran" in life.guest.get(place).content.decode()
    outcome = only(life.post(), ADDRESS)
    assert outcome["Subject"] == "Your comment is published: The chip maker opens a plant"
    assert link_in(outcome, "receipt/") == receipt

    # Answered; the mail program's own button ends such mail, and the page of the subscriptions brings it back.
    mail = only(answered(life, article, comment, "I worked there."), ADDRESS)
    assert "I worked there." in text_of(mail)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [stop] = re.findall(rf"<{SITE}(\S+)>", mail["List-Unsubscribe"])
    one_click = Client(enforce_csrf_checks=True).post(
        stop, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert one_click.status_code == 200
    assert answered(life, article, comment, "So did my brother.") == []
    life.press(link_in(mail, "mail/"), "Take mail again")
    mail = only(answered(life, article, comment, "And my aunt."), ADDRESS)
    assert "And my aunt." in text_of(mail)
    assert "So did my brother." not in text_of(mail)

    # Reported from three networks: held until somebody reads it, who rejects it with a statement.
    for number in (1, 2, 3):
        reader = Client(REMOTE_ADDR=f"198.51.{number}.7")
        life.press(f"/comments/{comment.pk}/report/", "Send the report", reader, reason="abuse")
    comment.refresh_from_db()
    assert comment.status == "pending"
    held = only(life.post(), MAX)
    assert "Held by readers' reports: 3 abuse." in text_of(held)
    life.decide(held, "Reject", "Reject it", reason="private", note="Leave families out of it.")
    page = life.guest.get(receipt).content.decode()
    assert "Private information about someone" in page
    assert "Leave families out of it." in page
    assert only(life.post(), ADDRESS)["Subject"].startswith("Your comment is not published")

    # One appeal, which somebody else grants.
    life.press(f"{receipt}appeal/", "Send the appeal", text="It is my own family.")
    life.post()
    judge = Client()
    judge.force_login(olga)
    [path] = [link for link in life_links(judge, "/admin/comments/appeal/") if link.endswith("/change/")]
    form = Seen(judge.get(path).content.decode(), path).forms
    [seen] = {value for each in form for value in each.fields["seen"]}
    judge.post(path, {"answer": "publish", "seen": seen, "note": "You are right."})
    page = life.guest.get(receipt).content.decode()
    assert "Granted" in page
    assert "You are right." in page
    life.post()

    # Taken back: the answers stay, under a line that names nobody.
    life.press(f"{receipt}withdraw/", "Withdraw it")
    life.post()
    life.scan(again=True)
    page = life.guest.get(place).content.decode()
    assert "my family ran" not in page
    assert NAME not in page
    for answer in ("I worked there.", "So did my brother.", "And my aunt."):
        assert answer in page

    # Her data: a copy, then an end. An address gets one such mail an hour, whatever it is about.
    life.clock.shift(timedelta(hours=1, minutes=1))
    life.press("/comments/my-data/", "Send me the link", email=ADDRESS)
    key = link_in(only(life.post(), ADDRESS), "my-data/")
    copy = life.guest.post(key, {"act": "export", "private": "1"}).json()
    for held_of_her in (ADDRESS, NAME, NETWORK, "wich my family ran", "It is my own family."):
        assert held_of_her in str(copy), f"the copy lacks {held_of_her}"
    life.press(f"{key}erase/", "Erase", status=200, how="remove")
    assert life.post() == []
    assert life.guest.get(key).status_code == 404
    life.scan(again=True)
    assert "And my aunt." in life.guest.get(place).content.decode()

    # The counts against floods go by the clock, a day later.
    life.clock.shift(timedelta(days=2))
    for job, _ in JOBS:
        job.enqueue()
    assert not work_off()
    for table, rows in dump().items():
        for trace in (*(trace.decode() for trace in traces()), NAME, *NAME.split(), NETWORK, NETWORK[:-4]):
            for row in rows:
                assert trace.lower() not in row.lower(), f"{table} still holds {trace}: {row}"
    call_command("verify_log")
    assert "unbroken" in capfd.readouterr().out

    # Nothing of the address was on any page, in any log, or in a mail to somebody else.
    assert life.fetched > 500
    logged = " ".join(record.getMessage() for record in caplog.records if record.name != "mail.log").encode()
    for trace in (*traces(), NETWORK.encode()):
        for path, content in life.pages:
            if path != "/comments/my-data/":  # the form in which she typed it
                assert trace not in content, f"{path} prints {trace!r}"
        assert trace not in logged
        for message, raw in life.mails:
            whole = raw + text_of(message).encode() + html_of(message).encode()
            assert trace not in whole.replace(f"To: {message['To']}".encode(), b""), message["Subject"]
    assert {message["To"] for message, _ in life.mails} == {ADDRESS, MAX}, "Noor ticked no box"
    for message, raw in life.mails:
        others = {ADDRESS, MAX, NOOR} - {message["To"]}
        assert not any(other.encode() in raw + text_of(message).encode() for other in others)


def life_links(client: Client, path: str) -> list[str]:
    """The links of a page of the desk."""
    return sorted(Seen(client.get(path).content.decode(), path).links)
