"""How tests follow a discussion by mail: a mail server, a story, a wish for mail, an answer, and the links in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from articles.models import Article
from comments import follow_mail
from comments.models import Comment, Follow, Writer
from tests.factories import make_article, make_comment, make_moderator
from tests.mailbox import Mailbox, mail_server, text_of
from tests.working import work_off

RITA = "rita@reader.example"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mail_server(settings) as mailbox:
        yield mailbox


@pytest.fixture
def article() -> Article:
    return make_article("The chip maker opens a plant", slug="plant")


def rounds(mailbox: Mailbox) -> list[Any]:
    """Let the worker look and send, and return what arrived."""
    follow_mail.look_for_mail()
    failed = work_off()
    assert not failed, failed[0].traceback
    return mailbox.take()


def followed(article: Article, email: str = RITA, *, confirmed: bool = True, **wish: str) -> Comment:
    """An approved comment with which mail was asked for."""
    comment = make_comment(article, email=email)
    Follow.ask(comment, **wish)
    if confirmed:
        Writer.objects.filter(pk=comment.writer_id).update(confirmed_at=timezone.now(), asking_at=None)
    follow_mail.look_for_mail()
    return comment


def answered(comment: Comment, words: str = "I was there, and it is true.", **fields: Any) -> Comment:
    """An approved reply by somebody else."""
    fields = {"name": "Noor", "email": "noor@reader.example", **fields}
    reply = make_comment(comment.article, words, parent=comment, status="pending", **fields)
    reply.approve(by=make_moderator(f"max-{reply.pk}"))
    return reply


def link_in(message: Any, kind: str) -> str:
    """The path of a link of ours in the plain part."""
    found = re.search(rf"https://news\.example(/comments/{kind}\S*)", text_of(message))
    assert found, text_of(message)
    return found[1]
