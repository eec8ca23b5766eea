"""Nobody learns from a page, a status or the work behind it whether an address is known here, and whose it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.forms import form_token
from comments.models import Comment, Follow, Measure, Writer
from comments.report_form import report_token
from tests.comments.posting import RITA
from tests.factories import make_article, make_comment, make_moderator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

KNOWN, UNKNOWN = "someone@reader.example", "no-one-1@reader.example"


def asks_for_data(client: Client, article: Article, email: str) -> HttpResponse:
    return client.post("/comments/my-data/", {"email": email})


def comments(client: Client, article: Article, email: str) -> HttpResponse:
    return client.post(f"/comments/on/{article.slug}/", {**RITA, "email": email, "token": form_token(article)})


def comments_and_wants_mail(client: Client, article: Article, email: str) -> HttpResponse:
    fields = {**RITA, "email": email, "follow": "on", "wants_outcome": "on", "token": form_token(article)}
    return client.post(f"/comments/on/{article.slug}/", fields)


def comments_with_an_error(client: Client, article: Article, email: str) -> HttpResponse:
    fields = {**RITA, "email": email, "comment": "", "token": form_token(article)}
    return client.post(f"/comments/on/{article.slug}/", fields)


def previews(client: Client, article: Article, email: str) -> HttpResponse:
    fields = {**RITA, "email": email, "preview": "1", "token": form_token(article)}
    return client.post(f"/comments/on/{article.slug}/", fields)


def gives_notice(client: Client, article: Article, email: str) -> HttpResponse:
    shown = Comment.objects.filter(article=article, status="approved").order_by("pk")[0]
    fields = {"reason": "illegal", "statement": "So it is.", "good_faith": "on", "email": email}
    return client.post(f"/comments/{shown.pk}/report/", {**fields, "token": report_token(shown)})


ACTS: list[Callable[[Client, Article, str], HttpResponse]] = [
    asks_for_data,
    comments,
    comments_and_wants_mail,
    comments_with_an_error,
    previews,
    gives_notice,
]


def becomes_known(how: str) -> None:
    """Make the address one that has commented here, in a way that the site may know it."""
    comment = make_comment(email=KNOWN, status="approved" if how != "only spam" else "spam")
    writer = Writer.objects.filter(pk=comment.writer_id)
    if how == "confirmed":
        writer.update(confirmed_at=timezone.now() - timedelta(days=9))
        Follow.ask(Comment.objects.get(pk=comment.pk))
    elif how == "stopped":
        writer.update(stopped_at=timezone.now() - timedelta(days=9))
    elif how in MEASURES:
        until = timezone.now() + timedelta(days=9)
        kept = {"made_at": timezone.now(), "by": make_moderator("judge"), "until": until}
        Measure.objects.create(writer=writer.get(), kind=MEASURES[how], **kept)


IN_THE_LOG = {
    'SELECT FROM "comments_decision"',
    'SELECT FROM "comments_loghead"',
    'INSERT INTO "comments_decision"',
    'UPDATE UPDATE "comments_loghead"',
    'UPDATE UPDATE "comments_writer"',  # counted in the folder
}
WAITING = 'UPDATE UPDATE "comments_thread"'  # one more waits there; what a measure puts away is not counted
NEWCOMER = 'INSERT INTO "comments_writer"'
ABOUT_A_PERSON = {'SELECT FROM "comments_measure"', 'SELECT FROM "comments_comment"'}
MEASURES = {"always held": Measure.Kind.HOLD, "suspended": Measure.Kind.SUSPEND, "banned": Measure.Kind.BAN}
HOW = ["commented", "confirmed", "stopped", "only spam", *MEASURES]


def kind_of(sql: str) -> str:
    """A statement's first words and its table: of a question, what it asks of."""
    table = re.search(r'(?:FROM|INTO|UPDATE) "\w+"', sql)
    return f"{sql.split()[0]} {table[0] if table else ''}"


def seen_by_a_stranger(act: Callable[[Client, Article, str], HttpResponse], email: str) -> dict[str, Any]:
    """The status, the headers and the page that one lands on, without what is one's own; the work that it took."""
    client, article = Client(REMOTE_ADDR="203.0.113.40"), Article.objects.get(slug="one-story")
    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        answer = act(client, article, email)
    landed = client.get(answer.headers["Location"]) if answer.status_code in (302, 303) else answer
    page = landed.content.decode().replace(email, "ADDRESS")
    for own in (r"\d+-[\w-]{43}", r'value="[\w.:-]{20,}"', r"\d+"):
        page = re.sub(own, "OWN", page)
    return {
        "status": (answer.status_code, landed.status_code),
        "headers": sorted(name for name in (*answer.headers, *landed.headers)),
        "page": page,
        "statements": [kind_of(sql) for sql in asked if "SAVEPOINT" not in sql],
    }


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_a_known_address_is_answered_like_an_unknown_one(
    how: str, act: Callable[[Client, Article, str], HttpResponse]
) -> None:
    make_comment(make_article("One story", slug="one-story"), email="other@reader.example")
    becomes_known(how)
    seen = {}
    for email in ("first@reader.example", UNKNOWN, KNOWN):  # the first finds nothing kept in the process
        with transaction.atomic():
            seen[email] = seen_by_a_stranger(act, email)
            transaction.set_rollback(True)
    for what in ("status", "headers", "page"):
        assert seen[KNOWN][what] == seen[UNKNOWN][what], what
    known, unknown = (Counter(seen[email]["statements"]) for email in (KNOWN, UNKNOWN))
    # The row of a newcomer, and what moderators have decided about a person, each a statement of the same commit:
    # hundredths of a millisecond beside its write to the disk. What a measure puts away has its row in the log at
    # once, half a millisecond more. Nothing else is done for one and not for the other.
    assert set(unknown - known) <= ({NEWCOMER, WAITING} if how in MEASURES else {NEWCOMER})
    about = ABOUT_A_PERSON if how in (*MEASURES, "only spam") else set()
    assert set(known - unknown) <= (about | IN_THE_LOG if how in ("suspended", "banned") else about)
