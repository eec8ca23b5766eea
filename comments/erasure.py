"""Erasure: what tells who wrote something goes, and where its writer wishes, what it said goes with it.

Readers' answers stay either way, under a name that is nobody's or under a stub. The log of decisions holds nothing of
a person's and stays whole.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction

from articles.tasks import task
from comments.models import Appeal, Comment, Notice, Report, Statement, Writer
from comments.privacy import REGISTRY

AT_ONCE = 200  # comments erased while the reader waits; the worker does the rest


class How(StrEnum):
    """What becomes of the words."""

    ANONYMISE = "anonymise"  # the name goes, the words stay
    REMOVE = "remove"  # both go


def erase_comment(comment: Comment, how: How) -> None:
    """Cut the ties between one comment and its writer, with its words or without."""
    with transaction.atomic():
        comment.forget(words=how is How.REMOVE)
        Statement.objects.filter(comment=comment).update(note="")
        # One that waits is judged on what it says; its words go a day after the answer, which may be taken back.
        appeals = Appeal.objects.filter(comment=comment)
        appeals.exclude(state=Appeal.State.OPEN).update(text="", note="")
        appeals.filter(state=Appeal.State.OPEN).update(words_go=True)
        for record in REGISTRY:
            # The comment's own row, the statements of reasons and the appeal stay: they name nobody, and there is one
            # appeal for each comment.
            if record.of_comment is not None and record.model not in (Comment, Statement, Appeal):
                record.of_comment(comment).delete()


def erase(writer: Writer, how: How, *, at_once: int = AT_ONCE) -> bool:
    """Erase everything under an address and the address itself; False where the worker goes on with it.

    Each comment is a transaction of its own, so that a person with thousands of them holds nobody up.
    """
    for comment in Comment.objects.filter(writer=writer).select_related("article").order_by("pk")[:at_once]:
        erase_comment(comment, how)
    with transaction.atomic():
        locked = Writer.objects.select_for_update().filter(pk=writer.pk).first()
        if locked is None:
            return True
        if Comment.objects.filter(writer=locked).exists():
            go_on_erasing.enqueue(writer.pk, how.value)
            return False
        notices = Notice.objects.filter(notifier=locked)
        answered = notices.filter(handled_at__isnull=False)
        Report.objects.filter(notice__in=answered).update(network="")
        if how is How.REMOVE:
            # What is still to be decided is decided on what was said.
            Report.objects.filter(notice__in=answered).update(statement="")
            answered.update(law="")
            notices.filter(handled_at=None).update(words_go=True)
        notices.update(name="", notifier=None)
        locked.delete()
    return True


@task("Go on erasing somebody's data")
def go_on_erasing(writer_id: int, how: str) -> None:
    """Erase the next comments; an address that is gone already needs nothing."""
    writer = Writer.objects.filter(pk=writer_id).first()
    if writer is not None:
        erase(writer, How(how))
