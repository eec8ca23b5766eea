"""Every address of the site under careless and hostile requests: a GET changes nothing, and nothing is a 500."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from django.urls import URLPattern, URLResolver, get_resolver

from articles.models import Article
from comments.forms import form_token
from comments.models import Comment
from comments.report_form import report_token
from tests.comments.posting import RITA
from tests.comments.test_email_privacy import addresses, public_routes
from tests.factories import make_administrator

__all__ = ["addresses"]  # the fixture: an address for each public route

pytestmark = pytest.mark.django_db

HUGE = "9" * 31
SCANNED = 3  # times that a mail scanner, a preview and a browser fetch one link
# What a session keeps of a moderator's last press is no act.
NO_ACT = {Session}


def rows() -> dict[str, list[Any]]:
    """Every row of every table."""
    models = [model for model in apps.get_models() if model._meta.managed and model not in NO_ACT]
    tables = set(connection.introspection.table_names())
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in models
        if model._meta.db_table in tables
    }


def changes(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    """The tables whose rows are others now."""
    return [table for table in after if after[table] != before[table]]


def desk_routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """The pattern of every address of the desk."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from desk_routes(entry, route)
        elif isinstance(entry, URLPattern) and route.startswith("admin/"):
            yield route


def filled(route: str, value: str) -> str:
    """An address of a route with one value in all its places."""
    words = route.replace("\\Z", "").replace("^", "").replace("$", "")
    out, depth = "", 0
    place = ""
    for char in words:
        if char in "<(":
            depth += 1
        if depth:
            place += char
        else:
            out += char
        if char in ">)":
            depth -= 1
            if not depth:
                if place.startswith(("<", "(?P")):
                    out += value
                place = ""
    return "/" + out


@pytest.fixture
def desk() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_administrator())
    return client


def test_fetching_any_address_again_and_again_changes_nothing(addresses: dict[str, list[str]]) -> None:
    client = Client()
    before = rows()
    for reached in addresses.values():
        for address in reached:
            for _ in range(SCANNED):
                answer = client.get(address)
                if answer.streaming:
                    list(answer.streaming_content)
            client.head(address)
            client.options(address)
    after = rows()
    assert {table: after[table] for table in after if after[table] != before[table]} == {}


def test_fetching_any_page_of_the_desk_changes_nothing(addresses: dict[str, list[str]], desk: Client) -> None:
    before, failed = rows(), set()
    values = [str(Comment.objects.order_by("pk").values_list("pk", flat=True)[0]), str(Article.objects.get().pk), "1"]
    for route in sorted(set(desk_routes())):
        if "logout" in route:
            continue
        for value in dict.fromkeys(values):
            for _ in range(2):
                if desk.get(filled(route, value)).status_code >= 500:
                    failed.add(route)
    after = rows()
    assert {table: after[table] for table in after if after[table] != before[table]} == {}
    assert failed == set()


# What other sites' pages may make a browser send, in a hidden form or a link that is pressed unseen.
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://testserver.evil.example"},
]
# A mail program in a browser posts to these from its own site (RFC 8058): the address is the key to this one thing.
ONE_CLICK = ("comments/follow/<str:token>/", "comments/mail/<str:token>/stop/")
WISHES = ["withdraw", "export", "erase", "mute", "unmute", "stop", "renew", "void", "yes", "no", "confirm", "resume"]


def press(client: Client, address: str, **headers: Any) -> list[int]:
    """Press every button that a reader's page has, and send every form of one; return the statuses."""
    article, shown = Article.objects.get(), Comment.objects.filter(status="approved").order_by("pk").first()
    whole = {
        **RITA,
        "comment": f"A remark that nobody made {len(address)}.",
        "token": report_token(shown) if "/report/" in address and shown else form_token(article),
        "reason": "abuse",
        "statement": "So it is.",
        "scope": "none",
        "speed": "daily",
        "how": "remove",
        "text": "Read it again, please.",
        "follow": "on",
    }
    bodies = [{**whole, "act": act} for act in WISHES] + [whole, {"List-Unsubscribe": "One-Click"}, {}]
    return [client.post(address, body, **headers).status_code for body in bodies]


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: " ".join(headers.values()))
def test_no_post_from_another_site_changes_anything(addresses: dict[str, list[str]], headers: dict[str, str]) -> None:
    client, before, let_in = Client(REMOTE_ADDR="203.0.113.77"), rows(), {}
    for route, reached in addresses.items():
        for address in reached if route not in ONE_CLICK else ():
            statuses = {status for status in press(client, address, headers=headers) if 300 <= status < 400}
            if statuses and not address.startswith(("/marked", "/20")):  # an old address leads to the new one
                let_in[route] = statuses
    after = rows()
    changed = {table: after[table] for table in after if after[table] != before[table]}
    changed.pop("comments.FloodWindow", None)  # that somebody knocked may be counted
    assert (changed, let_in) == ({}, {})


def test_the_same_posts_from_our_own_pages_change_much(addresses: dict[str, list[str]]) -> None:
    """The proof that the test above would find something."""
    client, before = Client(REMOTE_ADDR="203.0.113.78"), rows()
    for reached in addresses.values():
        for address in reached:
            press(client, address, headers={"Sec-Fetch-Site": "same-origin"})
    after = rows()
    changed = {table.partition(".")[2] for table in after if after[table] != before[table]}
    assert changed >= {"Comment", "Decision", "Report", "Writer", "DataRequest", "Follow", "Tally"}


PLACES = ("page", "p", "q", "sort", "reply", "reason", "said", "view", "folder", "rule", "section", "age", "links")
PLACES += ("article", "writer", "state", "mode", "id", "before", "e", "o", "next")
QUERIES = ["&".join(f"{name}={value}" for name in PLACES) for value in ("%00", HUGE, "%ED%A0%80")]
QUERIES += [f"folder=pending&section={HUGE}&article={HUGE}&writer={HUGE}"]
BODIES: list[tuple[str, bytes]] = [
    ("application/x-www-form-urlencoded", b"act=%00&comment=%00&text=%ff&seen=%00&token=%00&email=%00&name=%ED%A0%80"),
    ("application/x-www-form-urlencoded", b"act=a&act=b&reply=1&reply=2&token=x&token=y&follow=" + b"9" * 31),
    ("application/x-www-form-urlencoded", b"comment=" + b"x" * 70_000),
    ("text/plain", b"\xff\xfe"),
    (MULTIPART_CONTENT, f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="comm'.encode()),
    (MULTIPART_CONTENT, f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nx'.encode()),
]


@pytest.mark.parametrize("who", ["a guest", "an administrator"])
def test_no_query_method_or_body_is_an_error_of_ours(
    addresses: dict[str, list[str]], desk: Client, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = desk if who == "an administrator" else Client(raise_request_exception=False)
    reached = [address for found in addresses.values() for address in found[:1]]
    if who == "an administrator":
        pk = str(Comment.objects.order_by("pk").values_list("pk", flat=True)[0])
        reached = [filled(route, pk) for route in sorted(set(desk_routes())) if "logout" not in route]
    failed = []

    def note(what: str, answer: Any) -> None:
        if answer.status_code >= 500:
            lines = [repr(record.exc_info[1]) for record in caplog.records if record.exc_info]
            failed.append(f"{what}: {answer.status_code} {lines[-1:]}")
        caplog.clear()

    for address in reached:
        path = address.partition("?")[0]
        for query in QUERIES:
            note(f"GET {path}?{query}", client.get(f"{path}?{query}"))
        for method in ("put", "options"):
            note(f"{method} {path}", getattr(client, method)(path))
        for kind, body in BODIES:
            note(f"POST {path} {kind} {body[:40]!r}", client.generic("POST", path, body, content_type=kind))
    assert failed == []


VALUES = ["%00", HUGE, "%ff", "%D9%A3", "1-" + "A" * 43]


@pytest.mark.parametrize("who", ["a guest", "an administrator"])
def test_no_value_in_the_place_of_an_id_or_a_key_is_an_error_of_ours(
    desk: Client, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = desk if who == "an administrator" else Client(raise_request_exception=False)
    routes = set(desk_routes()) if who == "an administrator" else set(public_routes(get_resolver()))
    failed = []
    for route in sorted(routes):
        if "logout" in route:
            continue
        for value in VALUES:
            for method in ("get", "post"):
                answer = getattr(client, method)(filled(route, value))
                if answer.status_code >= 500:
                    failed.append(f"{method} {filled(route, value)[:120]}: {answer.status_code}")
    assert failed == []


# https://html.spec.whatwg.org/#the-time-element: a month, a day, or a moment with its offset, of at most milliseconds.
MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d))?)?)?")


def test_every_moment_is_one_that_a_program_can_read(addresses: dict[str, list[str]], desk: Client) -> None:
    pk = str(Comment.objects.order_by("pk").values_list("pk", flat=True)[0])
    pages = [desk.get(filled(route, pk)) for route in sorted(set(desk_routes())) if "logout" not in route]
    pages += [Client().get(address) for reached in addresses.values() for address in reached]
    found = {
        moment
        for page in pages
        if page.headers.get("Content-Type", "").startswith("text/html")
        for moment in re.findall(r'datetime="([^"]*)"', page.content.decode())
    }
    assert len(found) > 5
    assert {moment for moment in found if not MOMENT.fullmatch(moment)} == set()
