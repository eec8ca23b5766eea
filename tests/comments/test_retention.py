"""What was kept long enough goes, in batches, and counts, threads and the log stay true."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from comments import edits, retention
from comments.models import (
    Appeal,
    BlockedWord,
    Comment,
    DataRequest,
    Decision,
    FloodWindow,
    Measure,
    Notice,
    Policy,
    Report,
    Revision,
    Statement,
    Tally,
    Writer,
)
from newsblog.jobs import queue_due_jobs
from tests.comments.posting import post, text
from tests.comments.test_decisions import assert_counts_are_true
from tests.factories import make_article, make_comment, make_moderator
from tests.working import work_off

pytestmark = pytest.mark.django_db


def ago(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


def test_networks_and_browsers_go_after_their_days() -> None:
    old = make_comment(created_at=ago(31), network="203.0.113.0/24", status="pending", user_agent="Browser/1.0")
    new = make_comment(created_at=ago(29), network="203.0.113.0/24", status="pending", user_agent="Browser/1.0")
    retention.purge()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.network, old.user_agent) == ("", "")
    assert (new.network, new.user_agent) == ("203.0.113.0/24", "Browser/1.0")


def test_networks_of_reports_go_after_their_days() -> None:
    comment = make_comment()
    for number in (1, 2):
        comment.report(reason="abuse", statement="He shouts.", network=f"203.0.{number}.0/24")
    old, new = Report.objects.order_by("pk")
    Report.objects.filter(pk=old.pk).update(made_at=ago(31))
    Report.objects.filter(pk=new.pk).update(made_at=ago(29))
    assert retention.purge()["networks of reports"] == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.network, old.statement, old.state) == ("", "He shouts.", "open")
    assert new.network == "203.0.2.0/24"


def test_the_days_are_those_of_the_desk() -> None:
    policy = Policy.current()
    policy.keep_network_days = 3
    policy.save()
    comment = make_comment(created_at=ago(4), network="203.0.113.0/24")
    retention.purge()
    comment.refresh_from_db()
    assert comment.network == ""


@pytest.mark.parametrize("status", ["approved", "spam", "rejected"])
def test_no_browser_is_kept_of_what_a_rule_decided_at_once(status: str) -> None:
    comment = make_comment(status=status, user_agent="Browser/1.0")
    comment.refresh_from_db()
    assert comment.user_agent == ""


def test_old_spam_is_gone_and_everything_that_is_counted_stays_true() -> None:
    article = make_article()
    kept = make_comment(article)
    for number in range(3):
        make_comment(article, status="spam", created_at=ago(40), email=f"s{number}@spam.example")
    make_comment(article, parent=kept, status="spam", created_at=ago(40))
    fresh = make_comment(article, status="spam", created_at=ago(2))
    log = Decision.objects.count()
    done = retention.purge()
    assert done["comments in the spam folder"] == 4
    assert set(Comment.objects.values_list("pk", flat=True)) == {kept.pk, fresh.pk}
    assert Tally.counts()["spam"] == 1
    assert Decision.objects.count() == log
    assert_counts_are_true(article.pk)
    call_command("verify_log", verbosity=0)


def test_spam_that_a_moderator_found_late_has_its_days_from_then_on() -> None:
    comment = make_comment(created_at=ago(90))
    comment.mark_spam(by=make_moderator())
    retention.purge()
    assert Comment.objects.filter(pk=comment.pk).exclude(text="").exists()


def test_spam_that_was_answered_keeps_its_place_and_nothing_it_said(client: Client) -> None:
    parent = make_comment(text="Buy my pills.", name="Pill Seller", created_at=ago(60))
    reply = make_comment(parent.article, parent=parent, text="No, thank you.")
    parent.mark_spam(by=make_moderator())
    Comment.objects.filter(pk=parent.pk).update(decided_at=ago(40))
    before = text(client.get(parent.article.get_absolute_url()))
    retention.purge()
    parent.refresh_from_db()
    assert (parent.text, parent.html, parent.name, parent.writer) == ("", "", "", None)
    assert reply.text in text(client.get(parent.article.get_absolute_url()))
    assert before == text(client.get(parent.article.get_absolute_url()))
    assert_counts_are_true(parent.article_id)
    assert retention.purge()["comments in the spam folder"] == 0, "what is empty is not found again"


def test_texts_of_rejected_and_withdrawn_comments_go_with_all_that_hangs_on_them() -> None:
    max_ = make_moderator()
    rejected = make_comment(text="An insult.", status="pending", created_at=ago(200))
    rejected.amend(by=max_, text="A shorter insult.", reason="Private data.")
    rejected.reject(by=max_, reason="insult", note="No.")
    assert Statement.objects.filter(note="No.").exists()
    Appeal.lodge(rejected, "But why?").refuse(by=make_moderator("other"), note="For that.")
    withdrawn = make_comment(text="Taken back.", created_at=ago(200))
    withdrawn.withdraw()
    Comment.objects.update(decided_at=ago(190))
    retention.purge()
    for comment in (rejected, withdrawn):
        comment.refresh_from_db()
        assert (comment.text, comment.html, comment.name, comment.note, comment.writer) == ("", "", "", "", None)
    assert (rejected.status, rejected.reason) == ("rejected", "insult")
    assert not Revision.objects.exists()
    assert (Appeal.objects.get().text, Appeal.objects.get().note) == ("", "")
    assert set(Statement.objects.values_list("note", flat=True)) == {""}
    assert_counts_are_true(rejected.article_id)
    call_command("verify_log", verbosity=0)


def test_what_somebody_asks_to_be_read_again_waits_for_the_answer() -> None:
    comment = make_comment(text="Not an insult.", status="rejected", created_at=ago(200))
    appeal = Appeal.lodge(comment, "Read it.")
    retention.purge()
    comment.refresh_from_db()
    assert comment.text == "Not an insult."
    appeal.refuse(by=make_moderator())
    retention.purge()
    comment.refresh_from_db()
    assert comment.text == ""


def edited_away(comment: Comment) -> Comment:
    """The comment once a change of its writer's met a word that rejects, long ago: what readers said of it waits."""
    BlockedWord.objects.create(phrase="crook*", effect="reject", reason="insult")
    assert edits.mend(comment, edits.Mended("They are crooks.", comment.name, ""), seen=comment.text_version) is None
    Comment.objects.filter(pk=comment.pk).update(created_at=ago(200), decided_at=ago(190))
    comment.refresh_from_db()
    assert comment.status == "rejected"
    return comment


def test_what_readers_reported_waits_for_a_moderator() -> None:
    comment = make_comment()
    comment.report(reason="abuse", network="203.0.113.0/24")
    comment = edited_away(comment)
    assert comment.reported_at is not None
    retention.purge()
    comment.refresh_from_db()
    assert comment.text == "They are crooks."
    comment.dismiss_reports(by=make_moderator())
    retention.purge()
    comment.refresh_from_db()
    assert (comment.status, comment.text, comment.reported_at) == ("rejected", "", None)


@pytest.mark.parametrize("is_taken", [False, True], ids=["received", "under review"])
def test_what_an_open_notice_is_about_waits_for_the_answer(is_taken: bool) -> None:
    comment, max_ = make_comment(), make_moderator()
    report = comment.report(reason="illegal", statement="A lie", network="203.0.113.0/24")
    assert report is not None
    notice = Notice.enter(report)
    if is_taken:
        notice.take(by=max_)
    comment = edited_away(comment)
    Comment.objects.update(reported_at=None)  # the notice by itself keeps it
    retention.purge()
    comment.refresh_from_db()
    assert comment.text == "They are crooks."
    Notice.objects.get().dismiss(by=max_, explanation="It is no crime.")
    retention.purge()
    comment.refresh_from_db()
    assert comment.text == ""


def test_whoever_wanted_no_more_mail_is_not_forgotten() -> None:
    """Else the next who types the address would have mail sent there."""
    for name in ("quiet", "idle"):
        Writer.of(f"{name}@reader.example")
    Writer.objects.get(key="quiet@reader.example").stop()
    Writer.objects.update(created_at=ago(40))
    assert retention.purge()["addresses that nothing is left of"] == 1
    assert Writer.objects.get().key == "quiet@reader.example"


def test_an_address_goes_when_nothing_is_left_of_it() -> None:
    make_comment(status="spam", created_at=ago(40))
    banned = make_comment(status="spam", created_at=ago(40), email="banned@reader.example")
    warned = make_comment(status="spam", created_at=ago(40), email="warned@reader.example")
    Measure.impose(banned.writer, "ban", by=make_moderator(), reason="Pills.")
    Measure.impose(warned.writer, "warn", by=make_moderator("other"), reason="Pills.")
    make_comment(email="living@reader.example")
    Writer.objects.update(created_at=ago(40))
    Writer.of("new@reader.example")
    assert retention.purge()["addresses that nothing is left of"] == 2
    left = set(Writer.objects.values_list("key", flat=True))
    assert left == {"banned@reader.example", "living@reader.example", "new@reader.example"}


def test_old_requests_and_flood_counts_go() -> None:
    DataRequest.objects.create(made_at=ago(8))
    young = DataRequest.objects.create(made_at=ago(6))
    FloodWindow.objects.create(network="203.0.113.0/24", started_at=ago(2))
    retention.purge()
    assert list(DataRequest.objects.all()) == [young]
    assert not FloodWindow.objects.exists()


def test_more_than_a_batch_goes_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    article = make_article()
    for number in range(10):
        make_comment(article, status="spam", created_at=ago(40), email=f"s{number}@spam.example")
    Writer.objects.update(created_at=ago(40))
    done = retention.purge()
    assert done["comments in the spam folder"] == 10
    assert done["addresses that nothing is left of"] == 10
    assert Tally.counts()["spam"] == 0


def test_a_comment_that_a_moderator_rescued_meanwhile_stays() -> None:
    comment = make_comment(status="spam", created_at=ago(40))
    found = [comment.pk]
    comment.approve(by=make_moderator())
    retention._drop_spam(found)
    retention._drop_words(found)
    comment.refresh_from_db()
    assert comment.text
    assert_counts_are_true(comment.article_id)


def test_a_dry_run_counts_and_drops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    comment = make_comment(status="spam", created_at=ago(40), network="203.0.113.0/24")
    Writer.objects.update(created_at=ago(40))
    call_command("purge_personal_data", "--dry-run")
    said = capsys.readouterr().out
    assert "1  comments in the spam folder" in said
    assert "1  networks and browsers of comments" in said
    assert "Nothing was dropped." in said
    assert "203.0.113" not in said
    assert "reader" not in said
    comment.refresh_from_db()
    call_command("purge_personal_data")
    assert not Comment.objects.exists()


def test_the_worker_does_it_once_a_day() -> None:
    make_comment(status="spam", created_at=ago(40))
    queue_due_jobs()
    assert work_off() == []
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("due", "index"), [(retention._traced, "comment_traced"), (retention._rejected, "comment_emptied_later")]
)
def test_what_is_due_is_found_by_an_index(due: Any, index: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a small table is read whole there")
    plan = due(Policy.current(), timezone.now()).explain()
    assert index in plan


@pytest.mark.django_db(transaction=True)
def test_a_writer_who_is_purged_while_a_post_is_taken_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    article = make_article()
    Writer.of("idle@reader.example")
    find, purged = Writer.of, []

    def find_and_lose(address: str) -> Writer:
        found = find(address)
        if not purged:
            purged.append(Writer.objects.filter(pk=found.pk).delete())
        return found

    monkeypatch.setattr(Writer, "of", find_and_lose)
    answer = post(Client(REMOTE_ADDR="203.0.113.9"), article, comment="I am back.", email="idle@reader.example")
    assert answer.status_code == 303
    comment = Comment.objects.get()
    assert comment.writer
    assert comment.writer.key == "idle@reader.example"
    assert FloodWindow.objects.get().count == 1, "what was undone does not count"
