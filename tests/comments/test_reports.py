"""Readers' reports: who counts, what holds a comment, and what a moderator's word makes of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from comments.models import AlreadyDecided, Comment, Decision, NotShown, Policy, Report, Statement, Tally
from tests.comments.test_decisions import recounted
from tests.factories import make_article, make_author_user, make_comment, make_editor, make_moderator

pytestmark = pytest.mark.django_db


def network(number: int) -> str:
    return f"203.0.{number}.0/24"


def report(comment: Comment, *numbers: int, reason: str = "spam") -> None:
    for number in numbers:
        comment.report(reason=reason, network=network(number))


def assert_kept_counts_are_true() -> None:
    """The tally, and each comment's own figures, follow from the open reports alone."""
    marked = Comment.objects.filter(reported_at__isnull=False)
    assert Tally.counts()["reported"] == marked.count()
    for comment in Comment.objects.all():
        still_open = comment.reports.open()
        assert comment.report_weight == still_open.weight()
        assert (comment.reported_at is not None) == still_open.exists()
    for status in Comment.Status.values:
        assert Tally.counts()[status] == Comment.objects.filter(status=status).count()
    call_command("verify_log")


def test_three_networks_hold_a_comment_and_the_log_says_so() -> None:
    comment = make_comment()
    report(comment, 1, 2)
    assert Comment.objects.get().status == "approved"
    report(comment, 3)
    comment.refresh_from_db()
    assert (comment.status, comment.rule) == ("pending", "reports")
    assert comment.because == "Held by readers' reports: 3 spam."
    hold = Decision.objects.deciding().last()
    assert hold is not None
    assert (hold.was, hold.became, hold.channel, hold.rule, hold.by) == (
        "approved",
        "pending",
        "report",
        "reports",
        None,
    )
    assert hold.actor_name == "Readers' reports"
    assert list(Decision.objects.filter(act="report").values_list("reason", "about")) == [("spam", "weight=100")] * 3
    assert recounted(comment.article_id)["pending_count"] == 1
    assert_kept_counts_are_true()


def test_a_network_counts_once_however_often_it_speaks() -> None:
    comment = make_comment()
    report(comment, 1, 1, 1, 1)
    comment.refresh_from_db()
    assert (comment.status, comment.report_weight, Report.objects.count()) == ("approved", 100, 1)
    assert comment.report(reason="abuse", network=network(1)) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(comment=comment, reason="spam", network=network(1))


def edit(comment: Comment, text: str) -> None:
    current = Comment.objects.get(pk=comment.pk)
    current.edit(text=text, name=current.name, website="", seen=f"@{current.text_version}")


def test_a_network_speaks_again_of_a_text_that_changed_and_counts_once_still() -> None:
    comment = make_comment()
    report(comment, 1, 2)
    edit(comment, "Something quite different now, with an insult in it.")
    again = comment.report(reason="abuse", network=network(1))
    assert again is not None, "what is there now was never reported"
    assert Report.objects.get(pk=again.pk).weight == 100
    assert comment.report(reason="abuse", network=network(1)) is None
    comment.refresh_from_db()
    assert (comment.status, comment.report_weight) == ("approved", 200), "two networks are not three"
    report(comment, 3)
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert_kept_counts_are_true()


def test_a_network_whose_report_was_dismissed_may_report_the_text_that_came_after() -> None:
    comment, max_ = make_comment(), make_moderator()
    report(comment, 1)
    comment.dismiss_reports(by=max_)
    assert comment.report(reason="abuse", network=network(1)) is None
    edit(comment, "Something quite different now, with an insult in it.")
    assert comment.report(reason="abuse", network=network(1)) is not None
    comment.refresh_from_db()
    assert comment.report_weight == 100
    assert_kept_counts_are_true()


def test_readers_whose_network_is_unknown_count_as_one() -> None:
    comment = make_comment()
    for _ in range(5):
        comment.report(reason="spam", network="")
    comment.refresh_from_db()
    assert (comment.status, comment.report_weight) == ("approved", 100)


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
def test_what_readers_do_not_see_cannot_be_reported(status: str) -> None:
    comment = make_comment(status=status)
    with pytest.raises(NotShown):
        report(comment, 1)
    assert not Report.objects.exists()


def test_a_comment_under_a_withdrawn_article_cannot_be_reported() -> None:
    article = make_article()
    comment = make_comment(article)
    article.withdraw(by=None, reason="A test.")
    with pytest.raises(NotShown):
        report(Comment.objects.get(pk=comment.pk), 1)


def test_reports_hold_nothing_where_the_desk_says_so() -> None:
    Policy(reports_to_hold=0).save()
    comment = make_comment()
    report(comment, *range(20))
    comment.refresh_from_db()
    assert (comment.status, comment.report_weight) == ("approved", 2000)


def test_keeping_it_dismisses_its_reports_and_later_ones_hold_it_no_more() -> None:
    comment = make_comment()
    report(comment, 1, 2)
    kept = comment.dismiss_reports(by=make_moderator())
    assert kept is not None
    assert (kept.act, kept.was, kept.became) == ("keep", "approved", "approved")
    assert set(Report.objects.values_list("state", "decision")) == {("dismissed", kept.pk)}
    assert_kept_counts_are_true()
    report(comment, *range(10, 20))
    comment.refresh_from_db()
    assert (comment.status, comment.report_weight) == ("approved", 1000)
    assert_kept_counts_are_true()


def test_a_text_that_changed_since_a_moderator_looked_can_be_held_again() -> None:
    comment = make_comment()
    report(comment, 1, 2)
    comment.dismiss_reports(by=make_moderator())
    Comment.objects.filter(pk=comment.pk).update(edited_at=timezone.now() + timedelta(seconds=1))
    report(comment, 3, 4, 5)
    assert Comment.objects.get().status == "pending"


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (lambda comment, by: comment.approve(by=by), "dismissed"),
        (lambda comment, by: comment.dismiss_reports(by=by), "dismissed"),
        (lambda comment, by: comment.reject(by=by, reason="insult"), "upheld"),
        (lambda comment, by: comment.mark_spam(by=by), "upheld"),
        (lambda comment, by: comment.withdraw(), "void"),
    ],
)
def test_what_is_decided_about_a_held_comment_answers_its_reports(act, state: str) -> None:
    comment = make_comment()
    report(comment, 1, 2, 3)
    decision = act(Comment.objects.get(), make_moderator())
    assert set(Report.objects.values_list("state", "decision")) == {(state, decision.pk)}
    assert Decision.objects.get(act=f"report-{state}").about == "count=3"
    assert_kept_counts_are_true()


def test_putting_it_back_into_the_queue_answers_no_report() -> None:
    comment = make_comment()
    report(comment, 1)
    comment.restore(by=make_moderator())
    assert Report.objects.get().state == "open"
    assert_kept_counts_are_true()


@pytest.mark.parametrize("act", ["approve", "reject", "dismiss_reports"])
def test_an_undo_opens_the_reports_again_that_the_act_had_answered(act: str) -> None:
    max_, comment = make_moderator(), make_comment()
    report(comment, 1, 2, *([] if act == "dismiss_reports" else [3]))
    before = Comment.objects.values("status", "report_weight").get()
    comment = Comment.objects.get()
    fields = {"reason": "insult"} if act == "reject" else {}
    decision = getattr(comment, act)(by=max_, **fields)
    assert comment.undo(decision, by=max_) is not None
    assert Comment.objects.values("status", "report_weight").get() == before
    assert set(Report.objects.values_list("state", "handled_at", "decision")) == {("open", None, None)}
    assert_kept_counts_are_true()


def test_the_hold_itself_can_be_taken_back() -> None:
    comment = make_comment()
    report(comment, 1, 2, 3)
    comment, hold = Comment.objects.get(), Decision.objects.deciding().last()
    assert hold is not None
    comment.undo(hold, by=make_moderator())
    assert (Comment.objects.get().status, Report.objects.first().state) == ("approved", "dismissed")
    assert_kept_counts_are_true()


def test_who_reports_without_need_weighs_less_and_never_nothing() -> None:
    max_ = make_moderator()
    assert Report.weight_of(network(1)) == 100
    for number in range(4):
        comment = make_comment()
        report(comment, 1)
        assert comment.reports.get().weight == (100 if number < 3 else 20)
        comment.dismiss_reports(by=max_)
    comments = [make_comment() for _ in range(4)]
    for comment in comments:
        report(comment, 1)
        comment.reject(by=max_, reason="insult")
    assert Report.weight_of(network(1)) == 50
    assert Report.weight_of(network(1), now=timezone.now() + timedelta(days=31)) == 100
    assert Report.weight_of(network(2)) == 100
    assert Report.weight_of("") == 100


def test_light_reports_hold_only_together() -> None:
    max_, comment = make_moderator(), make_comment()
    for number in (1, 2, 3):
        for _ in range(3):
            other = make_comment()
            report(other, number)
            other.dismiss_reports(by=max_)
    report(comment, 1, 2, 3, 4, 5)
    comment.refresh_from_db()
    assert (comment.status, comment.report_weight) == ("approved", 260)
    report(comment, 6)
    assert Comment.objects.get(pk=comment.pk).status == "pending"


def test_only_moderators_dismiss_reports_and_only_what_they_saw() -> None:
    comment = make_comment()
    report(comment, 1, 2, 3)
    comment = Comment.objects.get()
    with pytest.raises(PermissionDenied):
        comment.dismiss_reports(by=make_author_user())
    with pytest.raises(AlreadyDecided, match="Readers' reports moved this comment to pending first"):
        comment.dismiss_reports(by=make_editor(), seen="approved")
    assert set(Report.objects.values_list("state", flat=True)) == {"open"}
    assert make_comment().dismiss_reports(by=make_moderator()) is None


def test_the_reports_of_a_page_of_comments_take_one_query(django_assert_num_queries) -> None:
    comments = [make_comment() for _ in range(3)]
    report(comments[0], 1, 2)
    report(comments[2], 1)
    with django_assert_num_queries(1):
        found = Report.objects.by_comment(comments)
        assert [len(found[comment.pk]) for comment in comments] == [2, 0, 1]


# Statements of reasons.


def test_a_rejection_states_its_reasons_in_the_words_of_the_day(monkeypatch) -> None:
    Policy(guidelines="Be brief.", redress="The arbiter of Utopia.").save()
    comment = make_comment(status="pending", rule="links", because="3 links.")
    comment.reject(by=make_moderator(), reason="insult", note="Mind your words.")
    Policy(guidelines="Be long.", redress="Nobody.").save()
    monkeypatch.setattr(Comment.Reason.INSULT, "_label_", "Rudeness")
    said = Statement.objects.get()
    assert said.restriction == "Your comment was not published."
    assert f"under “{comment.article.headline}”. A moderator read it without a report." in said.facts
    assert (said.ground, said.reason, said.note) == ("guidelines", "Insult or attack", "Mind your words.")
    assert said.automation == (
        "Decided by a person. Automated means had put it before the moderators: the rule “number of links”."
    )
    assert said.guidelines is not None
    assert said.guidelines.text == "Be brief."
    assert said.redress.text.endswith("The arbiter of Utopia.")
    assert "appeal once" in said.redress.text


def test_what_is_removed_after_reports_says_so_and_names_no_reader() -> None:
    comment = make_comment()
    report(comment, 1, 2)
    comment.report(reason="abuse", statement="My name is Nosy.", network=network(3))
    comment = Comment.objects.get()
    held = Statement.objects.get()
    assert held.restriction == "Your comment is hidden from readers until a moderator has looked at it."
    assert held.automation == "Decided by automated means: the rule “reports by readers”."
    comment.mark_spam(by=make_moderator())
    said = Statement.objects.last()
    assert said is not None
    assert "Readers reported it: 2 × spam, 1 × abuse." in said.facts
    assert "Nosy" not in said.facts


def test_a_rule_that_rejects_by_itself_states_that_no_person_did() -> None:
    make_comment(status="rejected", rule="blocked-words", because="“casino” is on the list.")
    said = Statement.objects.get()
    assert said.automation == "Decided by automated means: the rule “listed words”."
    assert "casino" not in f"{said.facts}{said.automation}"


def test_many_statements_keep_one_copy_of_the_wording() -> None:
    max_ = make_moderator()
    for _ in range(3):
        make_comment(status="pending").reject(by=max_, reason="insult")
    assert len(set(Statement.objects.values_list("redress", flat=True))) == 1


def test_approving_and_the_spam_folder_of_the_machine_need_no_statement() -> None:
    make_comment(status="pending").approve(by=make_moderator())
    make_comment(status="spam", rule="score")
    assert not Statement.objects.exists()


@pytest.mark.parametrize("act", ["keep", "approve"])
def test_a_report_that_came_after_the_page_was_opened_is_not_dismissed_unread(act: str) -> None:
    comment, moderator = make_comment(), make_moderator()
    comment.report(reason="off-topic", network="192.0.2.0/24")
    if act == "approve":
        comment.restore(by=moderator)
    seen = Comment.objects.get().on_screen
    if act == "approve":
        Comment.objects.update(report_weight=150)
    else:
        Comment.objects.get().report(reason="abuse", statement="My home address", network="192.0.3.0/24")
    comment.refresh_from_db()
    decide = comment.approve if act == "approve" else comment.dismiss_reports
    with pytest.raises(AlreadyDecided, match="A reader reported this comment after you had opened it"):
        decide(by=moderator, seen=seen)
    assert comment.reports.open().exists()
    decide(by=moderator, seen=Comment.objects.get().on_screen)
    assert not comment.reports.open().exists()
