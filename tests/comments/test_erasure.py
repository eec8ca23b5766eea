"""What goes with a person: the name and the network wherever they stand, and of a notice what was said in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from comments import retention
from comments.erasure import How, erase, erase_comment
from comments.models import Notice, Statement, Writer
from tests.factories import make_comment, make_moderator

pytestmark = pytest.mark.django_db

NORA = "nora@notify.example"


def notified() -> Notice:
    """A notice by Nora, who wrote nothing else here."""
    report = make_comment().report(reason="illegal", statement="He names my street.", network="203.0.113.0/24")
    assert report is not None
    return Notice.enter(report, law="Criminal code § 130", name="Nora Notifier", notifier=Writer.of(NORA))


@pytest.mark.parametrize("how", How)
def test_what_a_moderator_wrote_to_the_writer_goes_from_the_statement(how: How) -> None:
    comment = make_comment(status="pending")
    comment.reject(by=make_moderator(), reason="insult", note="Not so, Rita.")
    assert Statement.objects.get().note == "Not so, Rita."
    erase_comment(comment, how)
    assert Statement.objects.get().note == ""
    assert Statement.objects.get().reason, "what was decided, and why, stays"


@pytest.mark.parametrize("how", How)
@pytest.mark.parametrize("answered", [True, False])
def test_the_name_and_the_address_of_whoever_sent_a_notice_go(how: How, answered: bool) -> None:
    notice = notified()
    if answered:
        notice.dismiss(by=make_moderator(), explanation="An opinion.")
    assert erase(Writer.objects.get(key=NORA), how)
    notice = Notice.objects.get()
    assert (notice.name, notice.notifier) == ("", None)
    assert (notice.report.network == "") is answered, "an open one is judged beside others of its network"
    assert not Writer.objects.filter(key=NORA).exists()


def test_an_answered_notice_keeps_its_answer_and_nothing_of_what_was_said() -> None:
    notice = notified()
    notice.dismiss(by=make_moderator(), explanation="An opinion.")
    erase(Writer.objects.get(key=NORA), How.REMOVE)
    notice = Notice.objects.get()
    assert (notice.report.statement, notice.report.network, notice.law) == ("", "", "")
    assert (notice.state, notice.explanation) == ("dismissed", "An opinion.")


def test_an_open_notice_is_judged_on_what_was_said_which_goes_a_day_after_the_answer() -> None:
    erase_from = notified().notifier
    assert erase_from is not None
    erase(erase_from, How.REMOVE)
    retention.purge(now=timezone.now() + timedelta(days=9))
    notice = Notice.objects.get()
    assert (notice.report.statement, notice.law) == ("He names my street.", "Criminal code § 130")
    notice.dismiss(by=make_moderator(), explanation="An opinion.")
    retention.purge(now=timezone.now() + timedelta(hours=23))
    assert Notice.objects.get().report.statement, "the answer may still be taken back"
    retention.purge(now=timezone.now() + timedelta(hours=25))
    notice = Notice.objects.get()
    assert (notice.report.statement, notice.report.network, notice.law) == ("", "", "")
    assert retention.purge(now=timezone.now() + timedelta(hours=25))["words of erased notices"] == 0
