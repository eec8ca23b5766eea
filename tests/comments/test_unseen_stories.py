"""What nobody may read yet is named to no reader, writer or notifier: on no private page, in no mail, in no copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments import receipts, subscriptions, trust
from comments.data_mail import mail_data_link
from comments.models import Appeal, Comment, DataRequest, Follow, Policy, Statement, Writer
from tests.comments.desk.test_notices import make_notice
from tests.comments.following import RITA, article, followed, link_in, mailbox, rounds
from tests.comments.posting import text
from tests.factories import make_article, make_comment, make_moderator
from tests.mailbox import Mailbox, html_of, text_of

__all__ = ["article", "mailbox"]  # fixtures

pytestmark = pytest.mark.django_db

HEADLINE, SLUG = "Velvet Otter buys Walrus", "velvet-otter-buys-walrus"


def put_under_embargo(article: Article) -> None:
    """Withdraw a story, write another in its place, and schedule that."""
    now = timezone.now()
    article.withdraw(by=None, reason="A source took it back.")
    article.headline, article.slug, article.standfirst = HEADLINE, SLUG, "What the otter pays for the walrus."
    article.save()
    article.publish(by=None, at=now + timedelta(days=400))


def tells(words: str, article: Article) -> bool:
    """Whether something gives a story away: its headline, its address, or the month in which it will appear."""
    month = f"/{timezone.localtime(article.publish_at):%Y/%m}/"
    return any(mark in words.lower() for mark in ("otter", "walrus", month))


def words_of(mail: Any) -> str:
    return "\n".join([*map(str, mail.items()), text_of(mail), html_of(mail)])


def crawled(client: Client, *paths: str) -> Iterator[tuple[str, str]]:
    """Every private page that is reached from some, with its words."""
    waiting, seen = list(paths), set(paths)
    while waiting:
        path = waiting.pop()
        page = text(client.get(path))
        yield path, page
        found = re.findall(r'(?:href|action)="(/comments/(?:receipt|mail|follow|notice|my-data|own)/[^"#]+)', page)
        waiting += {link for link in found if link not in seen}
        seen |= set(found)


def test_a_story_under_embargo_is_named_on_no_private_page_and_in_no_mail(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    max_, nina = make_moderator(), make_moderator("nina")
    writer = followed(article).writer
    assert writer is not None
    whole = followed(article, "olga@reader.example", scope="all")
    comments = [make_comment(article, status="pending", wants_outcome=True) for _ in range(4)]
    other = make_comment(article, email="kim@reader.example", status="pending")
    seen = make_comment(email="kim@reader.example", status="pending")
    reply = make_comment(article, parent=whole, email="noor@reader.example", status="pending")
    notices = [make_notice(comment=make_comment(article)) for _ in range(3)]
    Writer.objects.exclude(pk=other.writer_id).update(confirmed_at=timezone.now())
    rounds(mailbox)

    put_under_embargo(article)
    for comment in (seen, other, *comments):
        Follow.ask(comment, scope="all")
    comments[0].approve(by=max_)
    comments[1].mark_spam(by=max_)
    comments[2].reject(by=max_, reason="insult", note="Mind your words.")
    Appeal.lodge(comments[2], "Read it again.").refuse(by=nina, note="I did.")
    reply.approve(by=max_)
    notices[0].uphold(by=max_, explanation="It denies what a court found.")
    notices[1].dismiss(by=max_, explanation="An opinion.")
    mails = rounds(mailbox)
    for hours in (2, 4):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            mails += rounds(mailbox)
            Comment.objects.get(pk=notices[0].comment_id).approve(by=nina)
            mail_data_link.enqueue(DataRequest.of(RITA).pk)
            mails += rounds(mailbox)
    subjects = sorted({re.sub(r"\d+", "N", str(mail["Subject"])) for mail in mails})
    assert subjects == [
        "Is this your address? newsblog asks before it writes",
        "What newsblog holds about you",
        "What stands of your notice N has changed",
        "Your appeal was refused",
        "Your comment is approved",
        "Your comment is not published",
        "Your notice N was answered",
    ]
    for mail in mails:
        assert not tells(words_of(mail), article), mail["Subject"]

    paths = [receipts.receipt_url(Comment.objects.get(pk=comment.pk)) for comment in (*comments, other, reply, whole)]
    paths += [notice.get_absolute_url() for notice in notices]
    paths += [subscriptions.mute_path(follow) for follow in Follow.objects.select_related("writer")]
    for each in Writer.objects.all():
        paths += [subscriptions.subscriptions_path(each), subscriptions.question_path(each), each.stop_path]
    key = DataRequest.of(RITA).open_with_new_key()
    paths += [f"/comments/my-data/{key}/", trust.own_url(comments[3])]
    pages = dict(crawled(client, *paths))
    assert len(pages) > len(paths)
    for path, page in pages.items():
        assert not tells(page, article), path
    copies = [client.post(f"/comments/my-data/{key}/", {"act": "export", "private": "1"})]
    copies += [client.post(f"{path}data/", {"act": "export"}) for path in paths if "/receipt/" in path]
    for copy in copies:
        assert copy.status_code == 200
        assert not tells(text(copy), article)


def test_a_question_waits_until_readers_see_the_story_again(article: Article, mailbox: Mailbox, client: Client) -> None:
    comment = make_comment(article, status="pending")
    put_under_embargo(article)
    assert client.post(f"{receipts.receipt_url(comment)}follow/", {"scope": "all"}).status_code == 303
    assert rounds(mailbox) == []
    assert Writer.objects.get().asked_at is None, "no mail of this hour is used up"
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        Article.objects.update(publish_at=timezone.now())
        [question] = rounds(mailbox)
    assert HEADLINE in text_of(question)


def test_a_wish_about_a_story_that_readers_do_not_see_is_confirmed_or_left_without_its_name(
    article: Article, mailbox: Mailbox, client: Client
) -> None:
    """It stands on the page, for its owner may not want it; what else was wished for brings the question."""
    hidden = followed(article, confirmed=False)
    put_under_embargo(article)
    Follow.ask(hidden)
    followed(make_article("In the open"), confirmed=False)
    [question] = rounds(mailbox)
    assert "under “In the open”" in text_of(question)
    assert "under a story that readers do not see" in text_of(question)
    path = link_in(question, "mail/")
    page = text(client.get(path))
    assert "A story that readers do not see" in page
    shown = re.findall(r'name="shown" value="(\w+)"', page)
    client.post(path, {"shown": shown, "follow": [Follow.objects.exclude(comment=hidden).get().pk]})
    assert Follow.objects.get(comment=hidden).declined_at


def test_nobody_waits_to_be_asked_longer_than_a_wish_is_kept(article: Article, mailbox: Mailbox) -> None:
    comment = make_comment(article, status="pending")
    put_under_embargo(article)
    Follow.ask(comment)
    with time_machine.travel(timezone.now() + timedelta(days=Policy.current().keep_unconfirmed_days, minutes=1)):
        assert rounds(mailbox) == []
    assert Writer.objects.get().asking_at is None


def test_a_statement_keeps_no_headline_that_readers_do_not_see(article: Article) -> None:
    comment = make_comment(article, status="pending")
    earlier = make_comment(article, status="pending")
    earlier.reject(by=make_moderator(), reason="insult")
    put_under_embargo(article)
    comment = Comment.objects.get(pk=comment.pk)
    comment.reject(by=make_moderator("nina"), reason="insult")
    first, second = Statement.objects.order_by("pk")
    assert "under “The chip maker opens a plant”." in first.facts
    assert "under a story that readers do not see." in second.facts


def test_who_owns_a_comment_whose_story_went_is_led_to_its_receipt(
    article: Article, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = make_comment(article, status="pending", rule=trust.RULE)
    put_under_embargo(article)
    monkeypatch.setattr(trust, "find", lambda token: Comment.objects.get(pk=comment.pk))
    path = trust.own_url(comment)
    page = text(client.get(path))
    assert "Is this yours?" in page
    assert not tells(page, Article.objects.get())
    answer = client.post(path, {"act": "own", "seen": comment.on_screen})
    assert answer.headers["Location"] == receipts.receipt_url(comment)
