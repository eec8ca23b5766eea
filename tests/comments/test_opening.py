"""Open, slow, staff only or closed: for an article, a section, the whole site; begun and ended by the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from comments.models import Comment, Policy, Restriction, Thread
from comments.triage import opening
from tests.comments.posting import post, text
from tests.factories import make_administrator, make_article, make_comment, make_moderator, make_section

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def page(article) -> str:
    return text(Client().get(article.get_absolute_url()))


def test_a_closed_section_says_until_when_and_why_and_takes_nothing() -> None:
    article, other = make_article(), make_article(section=make_section("Kernel"))
    Restriction.objects.create(
        section=article.section, mode="closed", reason="Too heated.", until=timezone.now() + HOUR
    )
    assert "Comments on this article are closed until" in page(article)
    assert "UTC." in page(article)
    assert "Too heated." in page(article)
    answer = post(Client(), article)
    assert answer.status_code == 403
    assert "A remark by Rita" in text(answer)
    assert post(Client(), other).status_code == 303


def test_the_whole_site_can_be_for_staff_alone() -> None:
    Restriction.objects.create(mode="staff", reason="Elections.")
    article = make_article()
    comment = make_comment(article)
    assert "Only the newsroom replies here" in page(article)
    assert post(Client(), article).status_code == 403
    assert comment.answer(by=make_moderator(), text="From the newsroom.").status == "approved"


def test_the_clock_begins_and_ends_a_restriction_and_cuts_the_pages_life() -> None:
    article = make_article()
    now = timezone.now()
    Restriction.objects.create(mode="closed", reason="Night.", since=now + HOUR, until=now + 9 * HOUR)
    state = opening(article, None)
    assert state.open
    assert state.changes_at == now + HOUR
    Restriction.objects.update(since=now - HOUR)
    state = opening(article, None)
    assert (state.open, state.changes_at) == (False, now + 9 * HOUR)
    Restriction.objects.update(until=now - timedelta(seconds=1))
    assert opening(article, None).open


def test_the_strictest_word_wins_and_age_gives_way_to_a_thread_kept_open() -> None:
    article = make_article(publish_at=timezone.now() - timedelta(days=40))
    Policy(close_after_days=30).save()
    thread = Thread.of(article)
    assert not opening(article, thread).open
    thread.rule("kept-open", by=make_moderator())
    assert opening(article, thread).open
    Restriction.objects.create(mode="slow", reason="", slow_seconds=60)
    assert [pace.seconds for pace in opening(article, thread).paces] == [60]
    Restriction.objects.create(section=article.section, mode="staff", reason="Heated.")
    assert opening(article, thread).staff_only


def test_slow_mode_tells_a_network_how_long_to_wait_and_keeps_the_text() -> None:
    article = make_article()
    Thread.of(article).rule("slow", by=make_moderator(), slow_seconds=300)
    client = Client(REMOTE_ADDR="203.0.113.9")
    assert page(article).count("one comment every 5 minutes") == 1
    assert post(client, article).status_code == 303
    answer = post(client, article, comment="Another remark, which follows at once.", email="else@reader.example")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert "Another remark" in text(answer)
    assert "Wait 5 minutes" in text(answer)
    assert post(Client(REMOTE_ADDR="198.51.100.9"), article, comment="From elsewhere, a third one.").status_code == 303
    assert post(client, make_article(), comment="Elsewhere there is no hurry rule.").status_code == 303


def test_slow_mode_of_the_site_counts_every_article() -> None:
    Restriction.objects.create(mode="slow", reason="", slow_seconds=60)
    client = Client(REMOTE_ADDR="203.0.113.9")
    assert post(client, make_article()).status_code == 303
    assert post(client, make_article(), comment="Another remark of mine.").status_code == 429
    assert Comment.objects.count() == 1


def test_a_thread_opens_by_itself_when_its_time_has_come() -> None:
    article = make_article()
    thread = Thread.of(article)
    thread.rule("closed", by=make_moderator(), reason="Off for the night.", until=timezone.now() + HOUR)
    assert not opening(article, thread).open
    thread.until = timezone.now() - timedelta(seconds=1)
    assert opening(article, thread).open


def test_closing_says_why_and_asks_for_the_right() -> None:
    thread = Thread.of(make_article())
    with pytest.raises(ValueError, match="Say why"):
        thread.rule("staff", by=make_moderator(), reason=" ")
    with pytest.raises(PermissionDenied):
        Restriction.objects.create(mode="closed", reason="x").end(by=make_moderator("other"))
    restriction = Restriction.objects.get()
    assert restriction.end(by=make_administrator())
    assert not restriction.end(by=make_administrator("second"))


def test_the_form_on_its_own_page_says_that_the_pace_is_slow() -> None:
    article = make_article()
    Thread.of(article).rule("slow", by=make_moderator(), reason="Tempers are hot.", slow_seconds=300)
    page = Client().get(f"/comments/on/{article.slug}/").content.decode()
    assert "Slow mode: one comment every 5 minutes from each writer. Tempers are hot." in page
    shown = Client().get(article.get_absolute_url()).content.decode()
    assert shown.count("Slow mode:") == 1


def test_every_pace_holds_and_the_longest_is_told() -> None:
    article = make_article()
    Thread.of(article).rule("slow", by=make_moderator(), reason="Tempers are hot.", slow_seconds=10)
    Restriction.objects.create(section=article.section, mode="slow", reason="Elections.", slow_seconds=3600)
    assert "one comment every 60 minutes from each writer. Elections." in page(article)
    client = Client(REMOTE_ADDR="203.0.113.9")
    assert post(client, article).status_code == 303
    Comment.objects.update(created_at=timezone.now() - timedelta(seconds=30))
    answer = post(client, article, comment="Another remark, half a minute later.")
    assert answer.status_code == 429
    assert "one comment every 60 minutes. Wait 60 minutes" in text(answer)
    assert post(client, make_article(), comment="In the section no sooner.").status_code == 429


def test_a_short_pace_of_the_site_holds_beside_a_long_one_of_a_thread() -> None:
    article = make_article()
    Thread.of(article).rule("slow", by=make_moderator(), slow_seconds=3600)
    Restriction.objects.create(mode="slow", reason="", slow_seconds=60)
    client = Client(REMOTE_ADDR="203.0.113.9")
    assert post(client, make_article()).status_code == 303
    answer = post(client, article, comment="The thread's own pace would allow it, the site's does not.")
    assert answer.status_code == 429
    assert "one comment every minute. Wait" in text(answer)


def test_of_two_words_that_close_the_later_end_is_promised_with_its_reason() -> None:
    article, now = make_article(), timezone.now()
    thread = Thread.of(article)
    thread.rule("closed", by=make_moderator(), reason="Off for the night.", until=now + 3 * HOUR)
    section = Restriction.objects.create(
        section=article.section, mode="closed", reason="Elections.", until=now + 9 * 24 * HOUR
    )
    state = opening(article, thread)
    assert (state.until, state.reason, state.changes_at) == (section.until, "Elections.", thread.until)
    site = Restriction.objects.create(mode="closed", reason="Until further notice.")
    state = opening(article, thread)
    assert (state.until, state.reason) == (None, "Until further notice.")
    assert f"closed on {site.since.day} {site.since:%B %Y}." in state.sentence


@pytest.mark.parametrize("after", ["age", "desk", "staff", "next"])
def test_no_end_is_promised_at_which_something_else_keeps_readers_out(after: str) -> None:
    article, now = make_article(), timezone.now()
    thread = Thread.of(article)
    thread.rule("closed", by=make_moderator(), reason="Off for the night.", until=now + 3 * HOUR)
    assert "closed until" in opening(article, thread).sentence
    match after:
        case "age":
            article.publish_at = now - timedelta(days=40)
            article.comments_close_after_days = 30
        case "desk":
            article.comments_open = False
        case "staff":
            Restriction.objects.create(mode="staff", reason="Elections.", until=now + 9 * HOUR)
        case "next":
            Restriction.objects.create(mode="closed", reason="Elections.", since=now + HOUR, until=now + 9 * HOUR)
    state = opening(article, thread)
    assert (state.open, state.until, state.reason) == (False, None, "Off for the night.")
    assert "until" not in state.sentence


def test_slow_mode_says_until_when_and_a_stored_page_lives_no_longer() -> None:
    article, now = make_article(), timezone.now()
    section = Restriction.objects.create(
        section=article.section, mode="slow", reason="Elections.", slow_seconds=3600, until=now + 2 * HOUR
    )
    told = "Slow mode until {}: one comment every {} from each writer."
    end = timezone.localtime(section.until)
    sentence = told.format(f"{end.day} {end:%B %Y, %H:%M} UTC", "60 minutes")
    assert f"{sentence} Elections." in page(article)
    assert f"{sentence} Elections." in text(Client().get(f"/comments/on/{article.slug}/"))
    assert opening(article, None).changes_at == section.until
    thread = Thread.of(article)
    thread.rule("slow", by=make_moderator(), reason="Heated.", slow_seconds=120, until=now + HOUR)
    state = opening(article, thread)
    assert (state.sentence, state.changes_at) == (sentence, thread.until)
    section.end(by=make_administrator())
    end = timezone.localtime(thread.until)
    assert opening(article, thread).sentence == told.format(f"{end.day} {end:%B %Y, %H:%M} UTC", "2 minutes")
