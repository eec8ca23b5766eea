"""Decisions: one method, one log, counts that are always true."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments import tree
from comments.models import AlreadyDecided, Comment, Decision, LogHead, Tally, Thread, Writer
from tests.factories import make_article, make_author, make_author_user, make_comment, make_editor, make_moderator

pytestmark = pytest.mark.django_db


def recounted(article_id: int) -> dict[str, Any]:
    """Count everything that is kept, from the comments alone."""
    comments = Comment.objects.filter(article=article_id)
    approved = [comment for comment in comments if comment.status == "approved"]
    return {
        "approved_count": len(approved),
        "pending_count": comments.filter(status="pending").count(),
        "root_count": len({tree.root(comment.path) for comment in approved}),
    }


def assert_counts_are_true(article_id: int) -> None:
    kept = Thread.objects.filter(article=article_id).values("approved_count", "pending_count", "root_count").get()
    assert kept == recounted(article_id)
    tallies = dict(Comment.objects.values_list("status").annotate(Count("pk")))
    assert {status: count for status, count in Tally.counts().items() if count} == tallies
    for writer in Writer.objects.all():
        for status in ("approved", "rejected", "spam"):
            assert getattr(writer, f"{status}_count") == writer.comments.filter(status=status).count()
    for root in Comment.objects.filter(depth=0):
        below = Comment.objects.filter(path__startswith=root.path, status="approved").count()
        assert root.thread_size == below


def test_each_act_moves_the_comment_and_leaves_a_decision() -> None:
    max_, comment = make_moderator(), make_comment(status="pending")
    comment.approve(by=max_)
    comment.reject(by=max_, reason="insult", note="Please mind your words.")
    comment.mark_spam(by=max_)
    comment.restore(by=max_)
    comment.withdraw()
    log = list(Decision.objects.values_list("was", "became", "by", "channel", "reason"))
    assert log == [
        ("pending", "approved", max_.pk, "queue", ""),
        ("approved", "rejected", max_.pk, "queue", "insult"),
        ("rejected", "spam", max_.pk, "queue", ""),
        ("spam", "pending", max_.pk, "queue", ""),
        ("pending", "withdrawn", None, "receipt", ""),
    ]
    assert_counts_are_true(comment.article_id)


def test_the_same_act_twice_is_one_decision() -> None:
    max_, comment = make_moderator(), make_comment(status="pending")
    assert comment.approve(by=max_) is not None
    assert comment.approve(by=max_) is None
    assert Decision.objects.count() == 1


def test_a_contrary_second_click_is_told_who_decided_and_changes_nothing() -> None:
    comment = make_comment(status="pending")
    comment.reject(by=make_moderator(), reason="off-topic")
    stale = Comment.objects.get(pk=comment.pk)
    with pytest.raises(AlreadyDecided, match="Max Orsini moved this comment to rejected first"):
        stale.approve(by=make_editor(), seen="pending")
    comment.refresh_from_db()
    assert comment.status == "rejected"
    assert Decision.objects.count() == 1


def test_an_undo_puts_back_what_was_with_its_reason() -> None:
    max_, comment = make_moderator(), make_comment(status="pending")
    comment.reject(by=max_, reason="insult")
    decision = comment.approve(by=max_)
    assert decision is not None
    comment.undo(decision, by=max_)
    comment.refresh_from_db()
    assert (comment.status, comment.reason) == ("rejected", "insult")
    assert_counts_are_true(comment.article_id)


def test_an_undo_after_somebody_else_decided_is_refused() -> None:
    max_, comment = make_moderator(), make_comment(status="pending")
    first = comment.approve(by=max_)
    comment.mark_spam(by=make_editor())
    assert first is not None
    with pytest.raises(AlreadyDecided, match="Ada King"):
        comment.undo(first, by=max_)
    comment.refresh_from_db()
    assert comment.status == "spam"


def test_an_undo_takes_back_only_the_pick_that_still_stands() -> None:
    max_, ada, comment = make_moderator(), make_editor(), make_comment()
    pick = comment.feature(by=max_)
    comment.feature(by=ada, featured=False)
    comment.feature(by=ada)
    assert pick is not None
    with pytest.raises(AlreadyDecided, match="Ada King featured this comment first on"):
        comment.undo(pick, by=max_)
    comment.refresh_from_db()
    assert comment.featured


def test_an_undo_of_a_pick_that_a_rejection_ended_is_told_who_and_why() -> None:
    max_, comment = make_moderator(), make_comment()
    pick = comment.feature(by=max_)
    comment.reject(by=make_editor(), reason="insult")
    assert pick is not None
    with pytest.raises(AlreadyDecided, match=r"Ada King moved this comment to rejected first on .*\(insult"):
        comment.undo(pick, by=max_)


def test_taking_an_end_of_a_pick_back_picks_nothing_that_went_and_came_again() -> None:
    max_, ada, comment = make_moderator(), make_editor(), make_comment()
    comment.feature(by=max_)
    end = comment.feature(by=max_, featured=False)
    comment.mark_spam(by=ada)
    comment.approve(by=ada)
    assert end is not None
    with pytest.raises(AlreadyDecided, match="Ada King moved this comment to approved first"):
        comment.undo(end, by=max_)
    comment.refresh_from_db()
    assert not comment.featured


@pytest.mark.parametrize("act", ["approve", "feature", "dismiss_reports"])
def test_whoever_undoes_twice_is_told_that_it_was_taken_back_already(act: str) -> None:
    max_, comment = make_moderator(), make_comment(status="pending" if act == "approve" else "approved")
    if act == "dismiss_reports":
        comment.report(reason="abuse", network="192.0.2.0/24")
    decision = getattr(comment, act)(by=max_)
    assert comment.undo(decision, by=max_) is not None
    before = Decision.objects.count()
    with pytest.raises(AlreadyDecided, match="It was taken back already"):
        comment.undo(decision, by=max_)
    assert Decision.objects.count() == before


def test_whoever_was_first_oneself_is_told_so() -> None:
    max_, comment = make_moderator(), make_comment(status="pending")
    comment.reject(by=max_, reason="off-topic")
    with pytest.raises(AlreadyDecided, match=r"You moved this comment to rejected yourself on .*\(off topic\)"):
        comment.approve(by=max_, seen="pending")


@pytest.mark.parametrize("act", ["approve", "restore", "mark_spam"])
def test_what_its_writer_took_back_stays_so(act: str) -> None:
    comment = make_comment()
    taken_back = comment.withdraw()
    with pytest.raises(AlreadyDecided, match="The writer"):
        getattr(comment, act)(by=make_moderator())
    assert taken_back is not None
    with pytest.raises(AlreadyDecided):
        comment.undo(taken_back, by=make_editor())
    comment.refresh_from_db()
    assert comment.status == "withdrawn"


def test_only_moderators_decide() -> None:
    comment, jonas = make_comment(status="pending"), make_author_user()
    acts = (
        lambda: comment.approve(by=jonas),
        lambda: comment.reject(by=jonas, reason="insult"),
        lambda: comment.mark_spam(by=jonas),
        lambda: comment.answer(by=jonas, text="Hello"),
        lambda: Thread.of(comment.article).close(by=jonas, reason=""),
    )
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("reason", ["", "because", "INSULT"])
def test_a_rejection_needs_a_reason_from_the_list(reason: str) -> None:
    comment = make_comment(status="pending")
    with pytest.raises(ValueError, match="Choose a reason"):
        comment.reject(by=make_moderator(), reason=reason)


def test_an_answer_by_staff_approves_what_it_answers_and_both_appear() -> None:
    ada, comment = make_editor(), make_comment(status="pending")
    author = make_author("Ada King")
    author.user = ada
    author.save()
    reply = comment.answer(by=ada, text="Thank you; *mended*.")
    comment.refresh_from_db()
    assert comment.status == reply.status == "approved"
    assert (reply.parent, reply.staff, reply.name, reply.writer) == (comment, ada, "Ada King", None)
    assert "<em>mended</em>" in reply.html
    assert [decision.by_id for decision in Decision.objects.all()] == [ada.pk, ada.pk]
    assert_counts_are_true(comment.article_id)


def test_a_comment_that_is_kept_from_readers_is_not_answered() -> None:
    comment = make_comment(status="pending")
    comment.reject(by=make_moderator(), reason="insult")
    with pytest.raises(AlreadyDecided):
        comment.answer(by=make_editor(), text="But why?")
    assert Comment.objects.count() == 1


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["write", "reply", "approve", "reject", "spam", "restore", "withdraw", "undo", "answer"]),
        st.integers(min_value=0, max_value=9),
        st.sampled_from(["pending", "approved", "spam"]),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_kept_counts_equal_a_recount_whatever_happens(acts: list[tuple[str, int, str]]) -> None:
    article = make_article()
    max_ = make_moderator(f"max-{article.pk}")
    comments = [make_comment(article, status="pending")]
    for act, number, status in acts:
        comment = Comment.objects.get(pk=comments[number % len(comments)].pk)
        email = f"reader-{number % 3}@reader.example"
        try:
            if act == "write":
                comments.append(make_comment(article, status=status, email=email))
            elif act == "reply":
                comments.append(make_comment(article, status=status, email=email, parent=comment))
            elif act == "approve":
                comment.approve(by=max_)
            elif act == "reject":
                comment.reject(by=max_, reason="insult")
            elif act == "spam":
                comment.mark_spam(by=max_)
            elif act == "restore":
                comment.restore(by=max_)
            elif act == "withdraw":
                comment.withdraw()
            elif act == "answer":
                comments.append(comment.answer(by=max_, text="An answer."))
            elif last := Decision.objects.filter(comment_id=comment.pk).last():
                comment.undo(last, by=max_)
        except AlreadyDecided:
            pass
    assert_counts_are_true(article.pk)
    call_command("verify_log", verbosity=0)


# The log.


def test_the_log_can_only_be_added_to() -> None:
    make_comment(status="pending").approve(by=make_moderator())
    decision = Decision.objects.get()
    for act in (
        decision.save,
        decision.delete,
        Decision.objects.all().delete,
        lambda: Decision.objects.update(became="spam"),
    ):
        with pytest.raises(TypeError, match="append-only"):
            act()


def test_the_log_outlives_comment_and_moderator() -> None:
    max_, comment = make_moderator(), make_comment(status="pending")
    comment.approve(by=max_)
    comment.delete()
    max_.delete()
    decision = Decision.objects.get()
    assert decision.actor_name == "Somebody who has left"
    call_command("verify_log", verbosity=0)


def test_the_log_holds_neither_text_nor_names() -> None:
    fields = {field.name for field in Decision._meta.get_fields()}
    assert not fields & {"text", "html", "name", "email", "address", "note", "writer", "network"}


def broken(sql: str) -> str:
    """Change the log behind the application's back and return what verify_log says."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
    with pytest.raises(CommandError) as caught:
        call_command("verify_log")
    return str(caught.value)


def three_decisions() -> list[int]:
    max_, comment = make_moderator(), make_comment(status="pending")
    comment.approve(by=max_)
    comment.mark_spam(by=max_)
    comment.restore(by=max_)
    return list(Decision.objects.values_list("pk", flat=True))


def test_a_changed_row_is_found() -> None:
    _, second, _ = three_decisions()
    sentence = broken(f"UPDATE comments_decision SET became = 'approved' WHERE id = {second}")
    assert sentence == f"Decision {second} was changed after it was written."


def test_a_missing_row_is_found() -> None:
    _, second, third = three_decisions()
    sentence = broken(f"DELETE FROM comments_decision WHERE id = {second}")
    assert sentence.startswith(f"Decision {third} does not follow the one before it")


def test_a_cut_end_is_found() -> None:
    *_, third = three_decisions()
    assert "its end is missing" in broken(f"DELETE FROM comments_decision WHERE id = {third}")


def test_an_unbroken_log_says_how_long_it_is(capsys) -> None:
    three_decisions()
    call_command("verify_log")
    assert capsys.readouterr().out.startswith("3 decisions, unbroken.")
    assert LogHead.objects.get().length == 3


def test_an_undo_puts_the_words_to_the_writer_back_too() -> None:
    comment = make_comment(status="pending")
    comment.reject(by=make_moderator("first"), reason="insult", note="Please be kind.")
    other = make_moderator("other")
    decision = comment.approve(by=other)
    assert decision is not None
    comment.undo(decision, by=other)
    comment.refresh_from_db()
    assert (comment.status, comment.reason, comment.note) == ("rejected", "insult", "Please be kind.")
    assert comment.statements.latest("pk").note == "Please be kind."


def test_an_answer_that_is_sent_twice_stands_once() -> None:
    comment, moderator = make_comment(status="pending"), make_moderator()
    seen = comment.on_screen
    first = comment.answer(by=moderator, text="Thank you.", seen=seen)
    assert comment.answer(by=moderator, text="Thank you.", seen=seen) == first
    with pytest.raises(AlreadyDecided, match="moved this comment to approved first"):
        comment.answer(by=make_moderator("other"), text="Thanks.", seen=seen)
    assert comment.replies.count() == 1


def test_words_that_were_taken_back_are_not_changed() -> None:
    comment = make_comment()
    comment.withdraw()
    with pytest.raises(AlreadyDecided):
        comment.amend(by=make_moderator(), text="Others", reason="Spelling")
