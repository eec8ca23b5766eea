"""Comments that are not taken: the conversation is closed or gone, it was said already, or it is too much."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments import forms, networks
from comments.models import Comment, FloodWindow, Policy, Thread
from tests.comments.posting import RITA, post, text
from tests.factories import make_article, make_comment, make_editor, make_moderator

pytestmark = pytest.mark.django_db


# Closed, scheduled, gone.


def test_a_closed_conversation_says_since_when_and_gives_the_text_back(client: Client) -> None:
    article = make_article()
    with time_machine.travel("2026-03-04T10:00:00Z", tick=False):
        Thread.of(article).close(by=None, reason="The debate went in circles.")
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False):
        article.publish_at = timezone.now() - timedelta(days=300)
        article.save()
        for response in (post(client, article), client.get(f"/comments/on/{article.slug}/")):
            assert response.status_code == 403
            assert "Comments on this article closed on 4 March 2026." in text(response)
            assert "The debate went in circles." in text(response)
        assert RITA["comment"] in text(post(client, article))
        page = text(client.get(article.get_absolute_url()))
    assert "Comments on this article closed on 4 March 2026." in page
    assert "Leave a Reply" not in page
    assert not Comment.objects.exists()


def test_the_desk_can_close_one_article(client: Client) -> None:
    article = make_article(comments_open=False)
    response = post(client, article)
    assert response.status_code == 403
    assert "Comments on this article are closed." in text(response)


def test_an_article_closes_by_its_own_age_else_by_the_rule_of_the_site(client: Client, settings) -> None:
    settings.COMMENTS_CLOSE_AFTER_DAYS = 30
    old = timezone.now() - timedelta(days=40)
    assert post(client, make_article(publish_at=old)).status_code == 403
    assert post(client, make_article(publish_at=old, comments_close_after_days=60)).status_code == 303
    assert post(client, make_article(publish_at=old, comments_close_after_days=0), comment="Two").status_code == 303
    assert post(client, make_article(publish_at=old, comments_close_after_days=39)).status_code == 403


def test_an_article_that_closes_beyond_the_calendar_never_closes(client: Client, settings: Any) -> None:
    settings.COMMENTS_CLOSE_AFTER_DAYS = 9_999_999  # an article's own column holds less on PostgreSQL
    article = make_article()
    assert client.get(article.get_absolute_url()).status_code == 200
    assert post(client, article).status_code == 303


def test_an_open_article_says_until_when(client: Client) -> None:
    article = make_article(comments_close_after_days=30)
    page = text(client.get(article.get_absolute_url()))
    assert "Open until" in page
    assert "Every comment is read by a moderator first." in page


def test_a_scheduled_or_draft_article_is_not_found_and_gives_the_text_back(client: Client) -> None:
    scheduled = make_article("Leaked headline", publish_at=timezone.now() + timedelta(hours=1))
    draft = make_article("Secret headline", state=Article.State.DRAFT)
    unknown = Article(pk=999_999, slug="no-such-thing")
    pages = set()
    for article in (scheduled, draft, unknown):
        assert client.get(f"/comments/on/{article.slug}/").status_code == 404
        response = post(client, article)
        assert response.status_code == 404
        assert RITA["comment"] in text(response)
        assert "headline" not in text(response)
        pages.add(response.content)
    assert len(pages) == 1, "nothing tells a scheduled article from one that never was"
    assert not Comment.objects.exists()


def test_a_withdrawn_article_takes_nothing_and_gives_the_text_back(client: Client) -> None:
    article = make_article()
    article.withdraw(by=make_editor(), reason="It was wrong.")
    response = post(client, article)
    assert response.status_code == 410
    assert RITA["comment"] in text(response)


def test_a_story_withdrawn_before_its_time_is_not_told_of(client: Client) -> None:
    article = make_article(publish_at=timezone.now() + timedelta(days=1))
    article.withdraw(by=make_editor(), reason="It was never to be known.")
    response = post(client, article)
    assert response.status_code == 404
    assert "withdrawn" not in text(response)
    assert client.get(f"/comments/on/{article.slug}/").status_code == 404


# Again, and too much.


def test_a_double_click_leads_to_the_same_receipt(client: Client) -> None:
    article = make_article()
    first, second = post(client, article), post(client, article)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert Comment.objects.count() == 1


def test_the_same_text_later_is_a_duplicate_told_kindly(client: Client) -> None:
    article = make_article()
    post(client, article)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        response = post(client, article)
    assert response.status_code == 409
    assert "We have this comment already." in text(response)
    assert RITA["comment"] in text(response)
    assert Comment.objects.count() == 1


def test_the_same_text_from_another_network_gets_no_receipt_of_another(client: Client) -> None:
    article = make_article()
    post(client, article)
    response = Client(REMOTE_ADDR="203.0.113.7").post(
        f"/comments/on/{article.slug}/", {**RITA, "token": forms.form_token(article)}
    )
    assert response.status_code == 409


def test_whoever_repeats_a_published_comment_never_gets_its_receipt(client: Client) -> None:
    article = make_article()
    post(client, article)
    Comment.objects.get().approve(by=make_moderator())
    assert post(client, article).status_code == 409


@pytest.mark.usefixtures("noon")
def test_a_duplicate_does_not_tell_whether_an_address_was_guessed(client: Client) -> None:
    """The answer to a repeat is the same whichever address comes with it."""
    article = make_article()
    make_comment(article, RITA["comment"], name=RITA["name"], email="rita@reader.example")
    right, wrong = post(client, article), post(client, article, email="guess@reader.example")
    assert right.status_code == wrong.status_code == 409
    assert text(right).replace("rita@reader.example", "") == text(wrong).replace("guess@reader.example", "")


def test_a_text_that_was_withdrawn_may_be_posted_again(client: Client) -> None:
    article = make_article()
    post(client, article)
    Comment.objects.get().withdraw()
    assert post(client, article).status_code == 303
    assert Comment.objects.count() == 2


def test_a_flood_is_stopped_with_the_wait_and_the_text_kept(client: Client, settings) -> None:
    settings.COMMENTS_FLOOD_LIMIT, settings.COMMENTS_FLOOD_WINDOW = 2, 60
    article, now = make_article(), timezone.now()
    with time_machine.travel(now, tick=False):
        for number in range(2):
            assert post(client, article, comment=f"Remark {number}").status_code == 303
    with time_machine.travel(now + timedelta(seconds=20), tick=False):
        response = post(client, article, comment="One too many")
        assert response.status_code == 429
        assert response.headers["Retry-After"] == "40"
        assert "Wait 40 seconds" in text(response)
        assert "One too many" in text(response)
    with time_machine.travel(now + timedelta(seconds=61), tick=False):
        assert post(client, article, comment="One too many").status_code == 303
    assert FloodWindow.objects.get().count == 1


def test_a_limit_of_nothing_is_none_as_with_the_other_numbers(client: Client) -> None:
    Policy(flood_limit=0).save()
    article = make_article()
    for number in range(7):
        assert post(client, article, comment=f"Remark number {number}.").status_code == 303


def test_a_flood_from_one_network_leaves_others_alone(client: Client, settings) -> None:
    settings.COMMENTS_FLOOD_LIMIT = 1
    article = make_article()
    for address, expected in (("198.51.100.1", 303), ("198.51.100.200", 429), ("203.0.113.1", 303)):
        answer = post(Client(REMOTE_ADDR=address), article, comment=f"From {address}")
        assert answer.status_code == expected


def test_a_proxy_that_nobody_named_locks_nobody_out(settings, caplog) -> None:
    settings.COMMENTS_FLOOD_LIMIT = 1
    networks._report_unnamed_proxy.cache_clear()
    article = make_article()
    behind = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
    for number in range(3):
        assert post(behind, article, comment=f"Remark {number}").status_code == 303
    told = [record for record in caplog.records if "TRUSTED_PROXIES" in record.getMessage()]
    assert len(told) == 1, "loud, and once"
    assert "203.0.113" not in caplog.text
    assert set(Comment.objects.values_list("network", flat=True)) == {""}


def test_only_the_network_of_the_sender_is_kept(client: Client) -> None:
    article = make_article()
    post(Client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Browser/1.0 " + "x" * 400), article)
    comment = Comment.objects.get()
    assert comment.network == "203.0.113.0/24"
    assert len(comment.user_agent) == 200
    comment.approve(by=make_moderator())
    comment.refresh_from_db()
    assert comment.user_agent == ""


def test_an_acknowledged_comment_is_on_the_disk() -> None:
    """``synchronous=FULL``: the transaction is flushed before the answer leaves."""
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL flushes each commit unless told otherwise")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2


def test_words_that_readers_have_seen_lead_nobody_else_to_their_receipt() -> None:
    article = make_article()
    receipt = post(Client(), article).headers["Location"]
    comment, moderator = Comment.objects.get(), make_moderator()
    comment.approve(by=moderator)
    comment.restore(by=moderator)
    assert post(Client(), article).headers.get("Location") != receipt


@pytest.mark.parametrize("website", ["http://evil.example\\@good.example/", "https://good.example@evil.example/"])
def test_a_website_whose_host_is_read_in_two_ways_is_refused(website: str) -> None:
    form = forms.CommentForm({"website": website})
    assert form.errors["website"] == ["Write the address without backslashes and user names."]
    assert "website" not in forms.CommentForm({"website": "https://rita.example/@rita"}).errors
