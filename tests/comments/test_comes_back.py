"""What whoever sent a notice, and whoever wrote the comment, read when a decision does not stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article
from comments import receipts
from comments.erasure import How, erase
from comments.follow_mail import look_for_mail
from comments.models import Appeal, Comment, DataRequest, Decision, Notice, Policy, Report, Statement, Tally, Writer
from comments.retention import purge
from tests.comments.desk.test_notices import make_notice
from tests.comments.posting import text
from tests.factories import make_comment, make_moderator
from tests.working import work_off_later

pytestmark = pytest.mark.django_db


@pytest.fixture
def max_() -> User:
    return make_moderator()


@pytest.fixture
def nina() -> User:
    return make_moderator("nina")


def page_of(notice: Notice) -> str:
    return text(Client().get(notice.get_absolute_url()))


def receipt_of(comment: Comment) -> str:
    return text(Client().get(receipts.receipt_url(comment)))


def letters(subject: str) -> int:
    assert work_off_later() == []
    return sum(subject in each.subject for each in mail.outbox)


def test_a_granted_appeal_is_told_to_whoever_sent_the_notice(client: Client, max_: User, nina: User) -> None:
    notice = make_notice()
    Writer.objects.update(confirmed_at=timezone.now())
    notice.uphold(by=max_, explanation="It denies what a court found.")
    assert letters(f"Your notice {notice.pk} was answered") == 1
    appeal = Appeal.lodge(Comment.objects.get(), "It quotes what others said.")
    assert "The comment was removed, and is published again" not in page_of(notice)
    client.force_login(nina)
    desk = text(client.get(f"/admin/comments/appeal/{appeal.pk}/change/"))
    assert "It denies a crime." in desk
    assert f"/admin/comments/notice/{notice.pk}/change/" in desk
    appeal.grant(by=nina)
    page = page_of(notice)
    assert "The comment was removed, and is published again" in page
    assert "since its writer had appealed" in page
    assert "The comment was published again: readers see it." in page
    assert "The comment was removed: readers do not see it any more." in page  # as it was decided then
    assert letters(f"What stands of your notice {notice.pk} has changed") == 1


def test_what_its_writer_took_back_was_published_again_all_the_same(max_: User, nina: User) -> None:
    notice = make_notice()
    Writer.objects.update(confirmed_at=timezone.now())
    notice.uphold(by=max_, explanation="It denies what a court found.")
    assert letters(f"Your notice {notice.pk} was answered") == 1
    Appeal.lodge(Comment.objects.get(), "It quotes what others said.").grant(by=nina)
    assert letters("has changed") == 1
    Comment.objects.get().withdraw()
    page = page_of(notice)
    assert "The comment was removed, and is published again" not in page
    assert "The comment was removed, and was published again" in page
    assert "Readers do not see it now: its writer took it back." in page
    assert "<strong>Published again</strong>" in page
    assert letters("has changed") == 1, "the answer to the notice is the same"


def test_under_a_story_that_is_away_it_is_not_said_that_readers_see_it(max_: User, nina: User) -> None:
    notice = make_notice()
    notice.uphold(by=max_, explanation="It denies what a court found.")
    Article.objects.update(state="draft")
    Comment.objects.get().approve(by=nina)
    page = page_of(notice)
    assert "Readers do not see it now, since its story is not public." in page
    assert "The comment was published again: readers see it once its story is public." in page
    Article.objects.update(state="published")
    assert "Readers see it again since" in page_of(notice)


def test_an_answer_is_told_even_where_the_comment_came_back_and_its_writer_took_it_away(max_: User, nina: User) -> None:
    notice = make_notice()
    Writer.objects.update(confirmed_at=timezone.now())
    notice.uphold(by=max_, explanation="It denies what a court found.")
    Comment.objects.get().approve(by=nina)
    Comment.objects.get().withdraw()
    assert letters(f"Your notice {notice.pk} was answered") == 1


def test_what_is_taken_away_again_is_not_said_to_stand(max_: User, nina: User) -> None:
    notice = make_notice()
    notice.uphold(by=max_, explanation="It denies what a court found.")
    comment = Comment.objects.get()
    comment.approve(by=nina)
    assert "is published again" in page_of(notice)
    comment.mark_spam(by=nina)
    assert "is published again" not in page_of(notice)


@pytest.mark.parametrize("act", ["approve", "restore"])
def test_a_notice_that_got_no_answer_waits_again_when_the_comment_comes_back(act: str, max_: User, nina: User) -> None:
    notice = make_notice(days=-9)
    Writer.objects.update(confirmed_at=timezone.now())
    comment = Comment.objects.get()
    comment.reject(by=max_, reason="insult")
    notice.refresh_from_db()
    assert notice.state == "void"
    assert letters(f"Your notice {notice.pk} was answered") == 1
    getattr(comment, act)(by=nina)
    notice.refresh_from_db()
    comment.refresh_from_db()
    assert (notice.state, notice.explanation, notice.decision, notice.is_overdue) == ("review", "", None, False)
    assert Report.objects.get().state == "open"
    assert comment.reported_at is not None
    assert Tally.counts()["reported"] == 1
    assert "being looked into" in page_of(notice)
    assert letters(f"What stands of your notice {notice.pk} has changed") == 1
    notice.dismiss(by=nina, explanation="An opinion.")
    assert Tally.counts()["reported"] == 0


def test_a_notice_that_a_person_closed_or_took_back_stays_closed(max_: User, nina: User) -> None:
    comment = make_comment()
    closed, taken_back = make_notice(comment=comment), make_notice(comment=comment)
    closed.void(by=max_, explanation="No notice at all.")
    taken_back.void(by=None, explanation="You took your notice back.")
    comment.refresh_from_db()
    comment.reject(by=max_, reason="insult")
    comment.approve(by=nina)
    assert set(Notice.objects.values_list("state", flat=True)) == {"void"}


def test_an_undone_approval_leaves_the_notice_open_and_the_comment_away(max_: User, nina: User) -> None:
    notice = make_notice()
    comment = Comment.objects.get()
    comment.reject(by=max_, reason="insult")
    approved = comment.approve(by=nina)
    assert approved is not None
    comment.undo(approved, by=nina)
    notice.refresh_from_db()
    comment.refresh_from_db()
    assert (notice.is_open, comment.status) == (True, "rejected")
    notice.void(by=nina, explanation="It is gone on other grounds.")
    assert Tally.counts()["reported"] == 0


def test_of_a_dismissed_notice_the_page_says_that_the_comment_went_later(max_: User) -> None:
    notice = make_notice()
    notice.dismiss(by=max_, explanation="An opinion.")
    assert "all the same" not in page_of(notice)
    comment = Comment.objects.get()
    comment.reject(by=max_, reason="insult")
    assert "taken down later on other grounds" in page_of(notice)
    comment.approve(by=max_)
    comment.withdraw()
    assert "its writer took it back" in page_of(notice)


def test_one_decision_tells_each_of_two_what_their_own_notice_said(max_: User) -> None:
    comment = make_comment()
    first, second = make_notice(comment=comment), make_notice(comment=comment)
    Notice.objects.filter(pk=second.pk).update(law="§ 186")
    first.uphold(by=max_, explanation="It denies what a court found.")
    assert f"Notice {second.pk} of " in page_of(second)
    assert f"Notice {first.pk} of " not in page_of(second)
    assert "§ 186" in page_of(second)
    assert "§ 186" not in page_of(first)


@pytest.mark.parametrize("contact", ["", "newsroom@site.example"])
def test_whoever_disagrees_is_sent_to_an_address_that_there_is(contact: str, max_: User, settings) -> None:
    settings.CONTACT_EMAIL = contact
    notice = make_notice()
    notice.dismiss(by=max_, explanation="An opinion.")
    page = page_of(notice)
    assert "imprint" not in page
    assert (f"or write to {contact}" in page) == bool(contact)


# The receipt of what waits a second time.


def hold_by_reports(comment: Comment) -> None:
    Policy(reports_to_hold=1).save()
    comment.report(reason="abuse", network="203.0.113.0/24")


def test_whom_readers_reported_reads_so_with_the_statement_of_reasons() -> None:
    comment = make_comment()
    hold_by_reports(comment)
    page = receipt_of(comment)
    assert "Readers reported your comment" in page
    assert "Nothing is wrong with yours" not in page
    assert "Your comment is hidden from readers until a moderator has looked at it." in page
    assert "Readers reported it: 1 × abuse." in page
    assert "A moderator looks at it without your asking." in page


def test_what_a_moderator_put_back_says_so(max_: User) -> None:
    comment = make_comment()
    hold_by_reports(comment)
    comment.approve(by=max_)
    assert comment.restore(by=max_) is not None
    page = receipt_of(comment)
    assert "Your comment is in the queue again" in page
    assert "Your comment is hidden from readers until a moderator has looked at it again." in page
    assert "Readers reported your comment" not in page


def test_an_undone_approval_writes_no_statement(max_: User) -> None:
    comment = make_comment(status="pending")
    approved = comment.approve(by=max_)
    assert approved is not None
    comment.undo(approved, by=max_)
    assert not Statement.objects.exists()
    assert Decision.objects.deciding().count() == 2


def test_an_appeal_granted_into_the_queue_says_so(max_: User, nina: User) -> None:
    comment = make_comment(status="pending")
    comment.reject(by=max_, reason="insult")
    Appeal.lodge(comment, "Read it again.").grant(by=nina, publish=False)
    assert "Your appeal was granted" in receipt_of(comment)


def test_what_waits_for_the_first_time_says_that_nothing_is_wrong() -> None:
    page = receipt_of(make_comment(status="pending"))
    assert "Your comment is waiting for a moderator" in page
    assert "Nothing is wrong with yours" in page
    assert "Statement of reasons" not in page


def test_guidelines_of_the_day_are_marked_up(max_: User) -> None:
    Policy(guidelines="Be **kind**.\n\n- Stay on topic").save()
    comment = make_comment()
    comment.reject(by=max_, reason="insult")
    page = receipt_of(comment)
    assert "<strong>kind</strong>" in page
    assert "<li>Stay on topic</li>" in page


def test_whoever_asked_for_the_outcome_is_mailed_that_reports_hold_the_comment() -> None:
    comment = make_comment(wants_outcome=True)
    Writer.objects.update(confirmed_at=timezone.now())
    look_for_mail()
    hold_by_reports(comment)
    assert look_for_mail() == 1


# What goes by mail, and when.


def test_an_answer_waits_for_the_turn_of_an_address_that_nobody_confirmed(max_: User) -> None:
    notice = make_notice()
    assert letters(f"We have your notice {notice.pk}") == 1
    notice.uphold(by=max_, explanation="It denies what a court found.")
    assert letters("was answered") == 0  # an hour is not over
    assert work_off_later(timedelta(minutes=70)) == []
    assert letters("was answered") == 1


@pytest.mark.parametrize("minutes", [0, 5])
def test_an_answer_taken_back_at_once_is_told_to_nobody_and_later_it_is(minutes: int, max_: User) -> None:
    notice = make_notice()
    Writer.objects.update(confirmed_at=timezone.now())
    decision = Comment.objects.get().reject(by=max_, reason="unlawful")
    assert decision is not None
    if minutes:
        assert letters("was answered") == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        Comment.objects.get().undo(decision, by=max_)
        assert letters("was answered") == (1 if minutes else 0)
        assert letters(f"What stands of your notice {notice.pk} has changed") == (1 if minutes else 0)


def test_an_approval_taken_back_at_once_changes_nothing_for_the_notice(max_: User, nina: User) -> None:
    notice = make_notice()
    Writer.objects.update(confirmed_at=timezone.now())
    notice.uphold(by=max_, explanation="It denies what a court found.")
    assert letters("was answered") == 1
    approved = Comment.objects.get().approve(by=nina)
    assert approved is not None
    Comment.objects.get().undo(approved, by=nina)
    assert letters("has changed") == 0


def test_a_refused_appeal_is_told_as_one(max_: User, nina: User) -> None:
    comment = make_comment(status="pending", wants_outcome=True)
    Writer.objects.update(confirmed_at=timezone.now())
    look_for_mail()
    comment.reject(by=max_, reason="insult", note="Mind your words.")
    Appeal.lodge(comment, "It was a question.").refuse(by=nina, note="I read it twice.")
    look_for_mail()
    assert work_off_later() == []
    letter = mail.outbox[-1]
    assert letter.subject.startswith("Your appeal was refused: ")
    for body in (letter.body, str(letter.alternatives[0][0])):
        assert "I read it twice." in body
        assert "Statement of reasons" in body
        assert "A moderator read it and decided so" not in body


# What statements say.


def test_the_writer_is_told_the_law_of_the_notice_that_was_upheld(max_: User) -> None:
    comment = make_comment()
    first, second = make_notice(comment=comment), make_notice(comment=comment)
    Notice.objects.filter(pk=first.pk).update(law="Copyright Act")
    second.uphold(by=max_, explanation="It is an insult.")
    assert Statement.objects.get(to="writer").law == "§ 130"
    first.refresh_from_db()
    assert (first.state, first.explanation) == ("upheld", "It is an insult.")
    assert Statement.objects.get(notice=first).law == ""
    assert Statement.objects.get(notice=second).law == "§ 130"


def test_nobody_is_told_of_an_appeal_that_was_used(max_: User, nina: User) -> None:
    comment = make_comment(status="pending")
    comment.reject(by=max_, reason="insult")
    Appeal.lodge(comment, "It was a question.").grant(by=nina)
    Comment.objects.get().reject(by=nina, reason="off-topic")
    first, second = Statement.objects.filter(to="writer").order_by("pk")
    assert "You may appeal once" in first.redress.text
    assert "You may appeal" not in second.redress.text


def test_a_comment_that_was_reported_and_kept_is_not_said_to_be_without_a_report(max_: User) -> None:
    comment = make_comment()
    comment.report(reason="abuse", network="203.0.113.0/24")
    comment.dismiss_reports(by=max_)
    comment.reject(by=max_, reason="off-topic")
    assert "without a report" not in Statement.objects.get().facts


def test_a_slip_taken_back_leaves_the_words_of_the_hold(max_: User) -> None:
    comment = make_comment()
    hold_by_reports(comment)
    slip = comment.approve(by=max_)
    assert slip is not None
    comment.undo(slip, by=max_)
    page = receipt_of(comment)
    assert "Readers reported your comment" in page
    assert "Your comment is hidden from readers until a moderator has looked at it." in page


# After an erasure.


def test_words_of_an_erased_notice_go_a_day_after_its_answer(max_: User) -> None:
    notice = make_notice()
    assert notice.notifier is not None
    erase(notice.notifier, How.REMOVE)
    notice.refresh_from_db()
    notice.report.refresh_from_db()
    assert (notice.report.statement, notice.law) == ("It denies a crime.", "§ 130")
    notice.dismiss(by=max_, explanation="An opinion.")
    purge(now=timezone.now() + timedelta(hours=25))
    notice.refresh_from_db()
    notice.report.refresh_from_db()
    assert (notice.report.statement, notice.law, notice.words_go) == ("", "", False)


def test_my_data_leads_to_the_notices_that_were_sent() -> None:
    notice = make_notice()
    assert notice.notifier is not None
    key = DataRequest.objects.create(writer=notice.notifier).open_with_new_key()
    assert notice.get_absolute_url() in text(Client().get(f"/comments/my-data/{key}/"))


def test_an_uphold_is_mailed_by_one_task_and_once(max_: User) -> None:
    notice = make_notice()
    Writer.objects.update(confirmed_at=timezone.now())
    work_off_later()
    before = DBTaskResult.objects.count()
    notice.uphold(by=max_, explanation="It denies what a court found.")
    assert DBTaskResult.objects.count() == before + 1
    assert letters("was answered") == 1


def test_reports_that_hide_what_was_published_again_are_told(max_: User, nina: User) -> None:
    notice = make_notice()
    Writer.objects.update(confirmed_at=timezone.now())
    notice.uphold(by=max_, explanation="It denies what a court found.")
    comment = Comment.objects.get()
    comment.approve(by=nina)
    assert letters("was answered") == 1
    hold_by_reports(Comment.objects.get())
    assert letters("has changed") == 1
