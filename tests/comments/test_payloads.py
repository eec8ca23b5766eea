"""What a hostile reader types, in every field, on every surface: pages, feeds, the desk, mails, exports, headers."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from comments import follow_mail, held_mail
from comments.forms import form_token
from comments.models import Appeal, Comment, Follow, ModeratorMail, Notice, Policy, Writer
from comments.receipts import receipt_url
from comments.report_form import report_token
from tests.comments.posting import RITA
from tests.comments.test_email_privacy import public_routes
from tests.comments.test_every_address import desk_routes, filled
from tests.factories import make_administrator, make_article, make_comment, make_moderator
from tests.mailbox import html_of, mail_server, text_of
from tests.working import work_off

pytestmark = pytest.mark.django_db

# Each tries to make something that is called zz: a tag, an attribute, an address, a header, a cell of a table.
PAYLOADS = {
    "a script": "\"'><script>zz(1)</script><img src=zz onerror=zz(2)>",
    "an attribute": "\" onmouseover=\"zz(3)\" style=\"zz:expression(4)\" x='",
    "an address": "[zz](javascript:zz(5)) <javascript:zz(6)> ![zz](data:text/html,zz) [x]: vbscript:zz",
    "a drawing": "<svg/onload=zz(7)><zz xlink:href='javascript:zz(8)'></zz>",
    "a template": "{{ zz }}{% load zz %}{% csrf_token %}",
    "a document": "]]></description><zz/>&zz;<!-- zz --><?zz?></title></textarea></style></script>",
    "a header": "Rita\r\nBcc: zz@evil.example\r\n\r\nX-Zz: 1",
    "a formula": "=HYPERLINK(\"https://evil.example/zz\")\n+zz\n-zz\n@zz\n\tzz",
    "a change of direction": "\u202egpj.zz\u2066\u2069\u200f\u061c",
    "no letters": "\x00\x08\x0b\x1b[2J\ufffe zz \u200b\u200d",
}  # fmt: skip
LETTING_IN = re.compile(r"^[\x00-\x20]*(?:javascript|data|vbscript)[\x00-\x20]*:", re.I)
RAISED = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f]")


class Finder(HTMLParser):
    """Notes what a browser would act on that no page of ours has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = tag
        if tag.startswith("zz") or tag in ("iframe", "object", "embed", "base"):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or (name == "style" and "zz" in (value or "")):
                self.found.append(f"<{tag} {name}>")
            if name in ("href", "src", "action", "formaction", "xlink:href") and LETTING_IN.match(value or ""):
                self.found.append(f"<{tag} {name}={value}>")
            if name in ("src", "srcset", "data") and "zz" in (value or ""):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within in ("script", "style") and "zz" in data:
            try:
                json.loads(data)  # what is said of the article: quoted, and no program
            except ValueError:
                self.found.append(f"<{self.within}>{data[:60]}")

    def handle_comment(self, data: str) -> None:
        if "zz" in data:
            self.found.append("<!-- -->")


def acted_on(html: str) -> list[str]:
    finder = Finder()
    finder.feed(html)
    finder.close()
    return finder.found


def test_the_finder_finds() -> None:
    for name in ("a script", "a drawing", "a document"):
        assert acted_on(f"<p>{PAYLOADS[name]}</p>"), name
    assert acted_on(f'<p title="" {PAYLOADS["an attribute"][1:-3]}></p>')
    assert acted_on('<a href="\x01javascript:zz(1)">')
    assert acted_on('<script type="application/ld+json">{"zz": </script>')
    assert acted_on('<a href="/zz/" title="zz">zz</a> <script type="application/ld+json">{"zz": 1}</script>') == []


class Surfaces:
    """The site with one payload in every field that a reader fills in, and everything that it sends out."""

    def __init__(self, words: str) -> None:
        self.words = words
        Policy(public_log=True, avatars=True).save()
        self.article = make_article("A story", slug="story", tags=("Linux",))
        self.moderator, self.grace = make_moderator(), make_administrator()
        User.objects.filter(pk=self.moderator.pk).update(email="max@news.example")
        ModeratorMail(user=self.moderator).choose("at-once")
        guest = Client(REMOTE_ADDR="203.0.113.9")
        sent = {**RITA, "name": words[:60], "comment": f"zz {words}", "token": form_token(self.article)}
        guest.post(f"/comments/on/{self.article.slug}/", sent)
        # What the form lets in; where it lets nothing in, the words as they are, as though it had.
        taken = Comment.objects.first()
        name, text = (taken.name, taken.text) if taken else (words[:60], words)
        self.first = make_comment(self.article, text, name=name, website="https://evil.example/?zz='\"><script>zz(9)")
        Writer.objects.update(confirmed_at=timezone.now() - timedelta(days=1))
        Follow.ask(Comment.objects.get(pk=self.first.pk))
        self.made = [self.first]
        for status in Comment.Status.values:
            parent = self.first if status in ("approved", "pending") else None
            fields = {"name": name, "email": f"{status}@reader.example", "reason": "other", "note": text}
            self.made.append(make_comment(self.article, f"{text}\n\n> {text}", status=status, parent=parent, **fields))
        self.made[1].amend(by=self.moderator, text=f"{text} mended", reason=text[:100])
        Appeal.lodge(next(each for each in self.made if each.status == "rejected"), text)
        self.answers = [
            guest.post(
                f"/comments/{self.first.pk}/report/",
                {"reason": reason, "statement": words, "good_faith": "on", "name": words[:60], "law": words[:80],
                 "email": "zed@reader.example", "token": report_token(self.first)},
            )
            for reason in ("abuse", "illegal")
        ]  # fmt: skip
        for field in ("name", "comment", "website", "email", "token", "reply"):
            sent = {**RITA, "comment": "A remark.", "token": form_token(self.article), field: words}
            for press in ({}, {"preview": "1"}):
                self.answers.append(guest.post(f"/comments/on/{self.article.slug}/", sent | press))
        for page in ("edit/", "appeal/", "data/", "follow/", "withdraw/"):
            sent = {"comment": words, "name": words, "text": words, "act": words, "how": words, "seen": words}
            self.answers.append(guest.post(f"{receipt_url(self.made[1])}{page}", sent))
        self.answers.append(guest.post("/comments/my-data/", {"email": words}))
        self.receipts = [receipt_url(each) for each in self.made]

    def public(self) -> Iterator[tuple[str, Client]]:
        client = Client(REMOTE_ADDR="203.0.113.10", raise_request_exception=False)
        for route in sorted(set(public_routes(get_resolver()))):
            if "receipt/<str:token>/" in route:
                tail = route.partition("<str:token>/")[2]
                yield from ((f"{receipt}{tail}", client) for receipt in self.receipts)
            elif "<str:token>" not in route and "<str:key>" not in route:
                values = [str(each.pk) for each in self.made[:2]] if "<int:pk>" in route else [self.article.slug]
                yield from ((filled(route, value), client) for value in values)
        yield self.article.get_absolute_url(), client
        for notice in Notice.objects.all():
            yield notice.get_absolute_url(), client
        yield f"/search/?{urlencode({'q': self.words[:40]})}", client
        yield f"/comments/transparency/{timezone.localtime():%Y}.csv", client

    def desk(self) -> Iterator[tuple[str, Client]]:
        client = Client(raise_request_exception=False)
        client.force_login(self.grace)
        keys = {"1", str(self.made[1].pk), str(self.made[-1].pk)}
        for route in sorted(set(desk_routes())):
            if "logout" not in route:
                yield from ((filled(route, key), client) for key in (sorted(keys) if "<" in route else ["1"]))
        for folder in ("pending", "reported", "spam", "rejected", "approved", "withdrawn"):
            yield f"/admin/comments/comment/?folder={folder}", client


@pytest.mark.parametrize("kind", PAYLOADS)
def test_nothing_that_a_reader_types_is_acted_on_anywhere(kind: str) -> None:
    site = Surfaces(PAYLOADS[kind])
    found, printed = [], 0
    pages = [(address, client.get(address)) for address, client in [*site.public(), *site.desk()]]
    pages += [(f"post {number}", answer) for number, answer in enumerate(site.answers)]
    for address, answer in pages:
        assert answer.status_code < 500, address
        headers = {name.lower() for name in answer.headers}
        assert not headers & {"bcc", "x-zz"}, address
        assert not any("\n" in value or "\r" in value for value in answer.headers.values()), address
        content = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        sort = answer.headers.get("Content-Type", "").partition(";")[0]
        printed += "zz" in content
        if sort == "text/html":
            found += [(address, what) for what in acted_on(content)]
        elif sort.endswith("xml"):
            root = ElementTree.fromstring(content)  # raises where it is no longer one document
            found += [(address, each.tag) for each in root.iter() if "zz" in str(each.tag)]
            for each in root.iter():
                if str(each.tag).endswith(("description", "encoded", "summary", "content")):
                    found += [(address, what) for what in acted_on(each.text or "")]
        elif sort == "text/csv":
            cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
            found += [(address, cell) for cell in cells if cell.startswith(tuple("=+-@\t\r"))]
        if kind in ("a change of direction", "no letters"):
            found += [(address, repr(char)) for char in set(RAISED.findall(content))]
    assert found == []
    assert printed > 20, "it was to be seen, as text"


@pytest.mark.parametrize("kind", PAYLOADS)
def test_nor_in_any_mail(kind: str, settings, monkeypatch) -> None:
    monkeypatch.setattr(follow_mail, "UNDO_TIME", timedelta(0))
    with mail_server(settings) as mailbox:
        site = Surfaces(PAYLOADS[kind])
        Writer.objects.update(confirmed_at=timezone.now() - timedelta(days=1))
        for step in ("as it waits", "as it is decided"):
            if step == "as it is decided":
                for comment in Comment.objects.pending():
                    comment.approve(by=site.moderator)
            held_mail.look_for_held()
            follow_mail.look_for_mail()
            assert not work_off()
    assert len(mailbox.messages) >= 2  # to a moderator and to a follower
    told = ""
    for message in mailbox.messages:
        assert not {name.lower() for name in message} & {"bcc", "cc", "x-zz"}
        assert "zz" not in f"{message['From']} {message['Reply-To']}"
        assert acted_on(html_of(message)) == []
        told += text_of(message)
        assert not RAISED.search(html_of(message) + text_of(message) + str(message["Subject"]))
    assert "zz" in told
    assert not any(address.endswith("evil.example") for address in mailbox.recipients)
