"""Every act that moves, mends, reports, erases or purges a comment leaves each kept count equal to a recount."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.db.models import Count
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from comments import edits
from comments.erasure import How, erase, erase_comment
from comments.models import (
    AlreadyAnswered,
    AlreadyDecided,
    Appeal,
    Comment,
    Decision,
    NoAppeal,
    Notice,
    NotShown,
    Report,
    Tally,
    Thread,
    Writer,
)
from comments.retention import purge
from tests.comments.test_decisions import recounted
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db

NAMES = (
    *("write", "reply", "approve", "reject", "spam", "restore", "withdraw", "undo", "answer", "feature", "mend"),
    *("reword", "amend", "report", "notice", "uphold", "dismiss", "void", "keep", "appeal", "grant", "refuse"),
    *("anonymise", "remove", "erase", "purge", "bulk"),
)
ACTS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 5), st.sampled_from(["pending", "approved", "spam"])), max_size=30
)
REFUSED = (AlreadyAnswered, AlreadyDecided, NoAppeal, NotShown, ValueError)


class Desk:
    """One article, two moderators, and whatever the acts make of it."""

    def __init__(self) -> None:
        self.article = make_article()
        self.max, self.noor = (make_moderator(f"{name}-{self.article.pk}") for name in ("max", "noor"))
        self.networks = 0
        make_comment(self.article, status="pending")

    def act(self, name: str, number: int, status: str) -> None:
        # Of this article alone: earlier examples share the database, and no reply stands under another article.
        mine = Comment.objects.filter(article=self.article).order_by("pk")
        pks = list(mine.values_list("pk", flat=True)) or [make_comment(self.article).pk]
        comment = Comment.objects.select_related("article", "writer").get(pk=pks[number % len(pks)])
        email, by = f"reader-{number % 3}@reader.example", (self.max, self.noor)[number % 2]
        appeal = Appeal.objects.filter(state="open", comment__article=self.article).first()
        notice = Notice.objects.open().filter(comment__article=self.article).first()
        match name:
            case "write":
                make_comment(self.article, status=status, email=email)
            case "reply":
                make_comment(self.article, status=status, email=email, parent=comment)
            case "approve" | "restore":
                getattr(comment, name)(by=by)
            case "spam":
                comment.mark_spam(by=by)
            case "reject":
                comment.reject(by=by, reason="insult")
            case "withdraw":
                comment.withdraw()
            case "undo":
                last = Decision.objects.deciding().filter(comment_id=comment.pk).last()
                if last:
                    comment.undo(last, by=by)
            case "answer":
                comment.answer(by=by, text="An answer.")
            case "feature":
                comment.feature(by=by, featured=not comment.featured)
            case "mend":
                edits.mend(
                    comment, edits.Mended(f"{comment.text}!", comment.name, comment.website), seen=comment.text_version
                )
            case "reword":
                edits.mend(comment, edits.Mended(f"Else {number}.", comment.name, ""), seen=comment.text_version)
            case "amend":
                comment.amend(by=by, text=f"Shorter {number}.", reason="Too long.")
            case "report" | "notice":
                self.networks += 1
                reason = "illegal" if name == "notice" else "abuse"
                report = comment.report(reason=reason, network=f"192.0.{self.networks}.0/24")
                if report and name == "notice":
                    Notice.enter(report)
            case "uphold" | "dismiss" if notice:
                getattr(notice, name)(by=by, explanation="So it is.")
            case "void" if notice:
                notice.void(by=None, explanation="You took it back.")
            case "keep":
                comment.dismiss_reports(by=by)
            case "appeal":
                Appeal.lodge(comment, "Read it again.")
            case "grant" if appeal:
                appeal.grant(by=by, publish=status == "approved")
            case "refuse" if appeal:
                appeal.refuse(by=by)
            case "anonymise" | "remove":
                erase_comment(comment, How(name))
            case "erase" if comment.writer:
                erase(comment.writer, How.REMOVE if number % 2 else How.ANONYMISE)
            case "purge":
                purge(now=timezone.now() + timedelta(days=100 * number))
            case "bulk":
                desk = Client()
                desk.force_login(by)
                chosen = {"action": "approve", "_selected_action": [str(pk) for pk in pks[:3]]}
                desk.post(f"/admin/comments/comment/?folder={status}", chosen)

    def assert_true(self, after: str) -> None:
        kept = Thread.objects.filter(article=self.article).values("approved_count", "pending_count", "root_count").get()
        assert kept == recounted(self.article.pk), after
        tallies = dict(Comment.objects.order_by().values_list("status").annotate(Count("pk")))
        if reported := Comment.objects.filter(reported_at__isnull=False).count():
            tallies["reported"] = reported
        assert {name: count for name, count in Tally.counts().items() if count} == tallies, after
        for writer in Writer.objects.all():
            for status in ("approved", "rejected", "spam"):
                stands = writer.comments.filter(status=status).count()
                assert getattr(writer, f"{status}_count") == stands, f"{after}: {status} of a writer"
        for comment in Comment.objects.all():
            if comment.depth == 0:
                below = Comment.objects.filter(path__startswith=comment.path, status="approved").count()
                assert comment.thread_size == below, after
            is_open = Report.objects.filter(comment=comment).open()
            assert (comment.reported_at is not None) == is_open.exists(), after
            assert comment.report_weight == is_open.weight(), after
            assert not comment.featured or comment.status == "approved", after


@settings(
    max_examples=12, phases=[Phase.generate], deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_kept_counts_equal_a_recount_after_every_act(acts: list[tuple[str, int, str]]) -> None:
    desk = Desk()
    for name, number, status in acts:
        with contextlib.suppress(*REFUSED):
            desk.act(name, number, status)
        desk.assert_true(name)
