"""The figures of the desk: true, made from a bounded piece of the log, and for moderators alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments import figures as module
from comments.figures import RuleFigures, figures
from comments.models import Comment
from comments.receipts import usual_wait
from tests.comments.desk.queueing import QUEUE, pending
from tests.factories import make_author_user, make_comment, make_editor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

PAGE = f"{QUEUE}figures/"


def of_rule(rule: str) -> RuleFigures:
    return next(figure for figure in figures().rules if figure.rule == rule)


def test_the_figures_say_how_many_wait_and_since_when(max_: User, article: Article) -> None:
    oldest = pending(article, created_at=timezone.now() - timedelta(hours=5))
    pending(article)
    found = figures()
    assert (found.waiting, found.oldest_at) == (2, oldest.created_at)
    assert found.median_wait is None


def test_the_usual_wait_is_the_middle_one_of_what_people_decided(max_: User, article: Article) -> None:
    for hours in (1, 1, 2, 9, 30):
        pending(article, created_at=timezone.now() - timedelta(hours=hours)).approve(by=max_)
    make_comment(article, status="spam")  # no person waited for that
    found = figures()
    assert found.median_wait is not None
    assert round(found.median_wait.total_seconds() / 3600) == 2
    assert found.slow_wait is not None
    assert found.slow_wait > timedelta(hours=9)


def test_a_slip_that_was_taken_back_is_no_decision_and_no_wait(max_: User, article: Article) -> None:
    for _ in range(5):
        pending(article, created_at=timezone.now() - timedelta(hours=4)).approve(by=max_)
    for _ in range(8):
        slip = pending(article, created_at=timezone.now() - timedelta(minutes=1))
        decision = slip.approve(by=max_)
        assert decision
        slip.undo(decision, by=max_)
    found = figures()
    assert found.days[0][1] == 5
    assert found.channels == [("queue", 5)]
    for wait in (found.median_wait, usual_wait()):
        assert wait is not None
        assert round(wait.total_seconds() / 3600) == 4


def test_a_comment_that_reports_brought_back_waited_from_then_on(max_: User, article: Article) -> None:
    held = [make_comment(article, created_at=timezone.now() - timedelta(days=900)) for _ in range(5)]
    for comment in held:
        for number in (1, 2, 3):
            comment.report(reason="abuse", network=f"203.0.{number}.0/24")
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        for comment in held:
            Comment.objects.get(pk=comment.pk).approve(by=max_)
        for wait in (figures().median_wait, usual_wait()):
            assert wait is not None
            assert round(wait.total_seconds() / 3600) == 3


def test_a_rule_is_overruled_by_each_approval_of_what_it_held(max_: User, article: Article) -> None:
    for act in ("approve", "approve", "approve", "mark_spam", "mark_spam"):
        getattr(pending(article, rule="links"), act)(by=max_)
    pending(article, rule="links")  # still waits
    found = of_rule("links")
    assert (found.held, found.overruled, found.overruled_share) == (5, 3, 60)
    assert found.name == "Number of links"


def test_the_last_decision_about_a_comment_counts_and_an_undone_one_does_not(max_: User, article: Article) -> None:
    changed = pending(article, rule="links")
    changed.approve(by=max_)
    changed.reject(by=max_, reason="insult")
    undone = pending(article, rule="links")
    decision = undone.approve(by=max_)
    assert decision
    undone.undo(decision, by=max_)
    found = of_rule("links")
    assert (found.held, found.overruled, found.overruled_share) == (1, 0, None)


def test_what_a_rule_put_into_a_folder_is_counted_beside_what_was_taken_out(max_: User, article: Article) -> None:
    foldered = [make_comment(article, status="spam", rule="blocked-words") for _ in range(6)]
    foldered[0].restore(by=max_)
    foldered[1].approve(by=max_)
    found = of_rule("blocked-words")
    assert (found.foldered, found.taken_out, found.taken_out_share) == (6, 2, 33)
    assert found.held == 0


def test_days_and_ways_are_counted_for_people_alone(max_: User, article: Article) -> None:
    for _ in range(3):
        pending(article).approve(by=max_)
    pending(article).approve(by=make_editor(), channel="mail")
    pending(article).withdraw()
    found = figures()
    assert found.days[0] == (timezone.localdate(), 4)
    assert len(found.days) == module.DAYS
    assert found.channels == [("queue", 3), ("mail", 1)]


def test_only_the_end_of_the_log_is_read_and_a_day_cut_in_two_is_left_out(
    max_: User, article: Article, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries
) -> None:
    monkeypatch.setattr(module, "LOOKED_AT", 4)
    for _ in range(6):
        pending(article, rule="first").approve(by=max_)
    with django_assert_max_num_queries(4):
        found = figures()
    assert found.rows == 4
    assert found.days == []
    assert of_rule("first").held == 4


def test_what_moved_no_comment_is_no_decision(max_: User, article: Article) -> None:
    comment = make_comment(article)
    comment.report(reason="spam", network="203.0.113.0/24")
    comment.feature(by=max_)
    assert figures().days[0][1] == 0


def test_the_page_prints_them_for_moderators(client: Client, max_: User, article: Article) -> None:
    assert "Nothing waits. Every comment has been answered for." in client.get(PAGE).content.decode()
    for _ in range(5):
        pending(article, rule="links", created_at=timezone.now() - timedelta(hours=3)).approve(by=max_)
    html = client.get(PAGE).content.decode()
    assert "3 h" in html
    assert "100 %" in html
    assert f'href="{QUEUE}?rule=links"' in html
    assert f'href="{PAGE}"' in client.get(QUEUE).content.decode()
    assert Comment.objects.count() == 5


def test_authors_have_no_figures(client: Client, article: Article) -> None:
    client.force_login(make_author_user())
    assert client.get(PAGE).status_code == 403
