"""Retention: what was kept for as long as the desk has set goes, a batch at a time, and every kept count stays true.

``purge()`` is what the clock's job and ``manage.py purge_personal_data`` call. A second call at the same moment does
no harm: each batch looks again, under its locks, at what is still there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from articles.tasks import task
from comments.models import (
    TRACED,
    TRACES,
    WORDS,
    AddressLook,
    Appeal,
    Comment,
    DataRequest,
    FloodWindow,
    Measure,
    Notice,
    Policy,
    Report,
    Revision,
    StaffNote,
    Statement,
    Tally,
    Writer,
)

BATCH = 500  # rows: a transaction of some milliseconds, between which others write
FLOODS_KEPT = timedelta(days=1)
ANSWER_STANDS_AFTER = timedelta(days=1)  # in which a moderator may take it back

Status = Comment.Status


@dataclass(frozen=True)
class Step:
    """One kind of thing that goes: what is due at a moment, and how a batch of it is dropped."""

    words: str
    due: Callable[[Policy, datetime], QuerySet[Any]]
    drop: Callable[[list[Any]], None]


def purge(*, now: datetime | None = None, dry_run: bool = False) -> dict[str, int]:
    """Drop everything that is due and return how much of what; with ``dry_run`` nothing is dropped."""
    now, policy = now or timezone.now(), Policy.current()
    done: dict[str, int] = {}
    for step in STEPS:
        if dry_run:
            done[step.words] = step.due(policy, now).count()
            continue
        done[step.words] = 0
        while batch := list(step.due(policy, now).values_list("pk", flat=True)[:BATCH]):
            with transaction.atomic():
                step.drop(batch)
            done[step.words] += len(batch)
    done["addresses that nothing is left of"] = _forget_writers(policy, now, dry_run=dry_run)
    return done


@task("Purge what was kept long enough")
def purge_personal_data() -> None:
    """The clock's job; see ``newsblog/jobs.py``."""
    purge()


# What is due.


def _traced(policy: Policy, now: datetime) -> QuerySet[Comment]:
    before = now - timedelta(days=policy.keep_network_days)
    return Comment.objects.filter(TRACED, created_at__lt=before).order_by("created_at")


def _reported(policy: Policy, now: datetime) -> QuerySet[Report]:
    return Report.objects.filter(made_at__lt=now - timedelta(days=policy.keep_network_days)).exclude(network="")


def _floods(policy: Policy, now: datetime) -> QuerySet[FloodWindow]:
    kept = max(FLOODS_KEPT, timedelta(seconds=policy.number("flood_window")))
    return FloodWindow.objects.filter(started_at__lt=now - kept)


def _spam(policy: Policy, now: datetime) -> QuerySet[Comment]:
    return _in_folder(Status.SPAM, now - timedelta(days=policy.keep_spam_days))


def _rejected(policy: Policy, now: datetime) -> QuerySet[Comment]:
    return _in_folder(Status.REJECTED, now - timedelta(days=policy.keep_rejected_days))


def _withdrawn(policy: Policy, now: datetime) -> QuerySet[Comment]:
    return _in_folder(Status.WITHDRAWN, now - timedelta(days=policy.keep_rejected_days))


def _in_folder(status: str, before: datetime) -> QuerySet[Comment]:
    """Comments that came into a folder before a moment and still say something.

    What somebody complains of, or asks to be read again, waits for the answer first.
    """
    still_open = Exists(Appeal.objects.filter(comment=OuterRef("pk"), state=Appeal.State.OPEN)) | Exists(
        Notice.objects.filter(comment=OuterRef("pk"), state__in=[Notice.State.RECEIVED, Notice.State.REVIEW])
    )
    old = Q(decided_at=None) | Q(decided_at__lt=before)
    due = Comment.objects.filter(old, ~Q(text=""), status=status, created_at__lt=before, reported_at=None)
    return due.exclude(still_open).order_by("created_at", "pk")


def _erased_appeals(policy: Policy, now: datetime) -> QuerySet[Appeal]:
    """Words that were kept after an erasure for the answer alone, and for as long as it may be taken back."""
    return Appeal.objects.filter(words_go=True, judged_at__lt=now - ANSWER_STANDS_AFTER)


def _erased_notices(policy: Policy, now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(words_go=True, handled_at__lt=now - ANSWER_STANDS_AFTER)


def _requests(policy: Policy, now: datetime) -> QuerySet[DataRequest]:
    return DataRequest.objects.filter(made_at__lt=now - timedelta(days=policy.keep_unconfirmed_days))


# How it goes.


def _drop_traces(pks: list[int]) -> None:
    Comment.objects.filter(pk__in=pks).update(network="", user_agent="")


def _drop_words_of_appeals(pks: list[int]) -> None:
    Appeal.objects.filter(pk__in=pks).update(text="", note="", words_go=False)


def _drop_words_of_notices(pks: list[int]) -> None:
    Report.objects.filter(notice__in=pks).update(statement="", network="")
    Notice.objects.filter(pk__in=pks).update(law="", words_go=False)


def _drop_report_networks(pks: list[int]) -> None:
    Report.objects.filter(pk__in=pks).update(network="")


def _drop_rows(model: type[Model]) -> Callable[[list[Any]], None]:
    def drop(pks: list[Any]) -> None:
        model._default_manager.filter(pk__in=pks).delete()

    return drop


def _drop_spam(pks: list[int]) -> None:
    """Delete spam; one that something answers keeps its place in the thread, and nothing of what it said."""
    comments = _locked(pks, [Status.SPAM])
    answered = set(Comment.objects.filter(parent__in=comments).values_list("parent_id", flat=True))
    _empty([comment for comment in comments if comment.pk in answered])
    gone = [comment for comment in comments if comment.pk not in answered]
    if not gone:
        return
    Tally.move(Status.SPAM, -len(gone))
    _detach(gone)
    Comment.objects.filter(pk__in=[comment.pk for comment in gone]).delete()


def _drop_words(pks: list[int]) -> None:
    _empty(_locked(pks, [Status.REJECTED, Status.WITHDRAWN]))


def _locked(pks: list[int], statuses: list[str]) -> list[Comment]:
    """Return the comments, locked, that are still where they were found: a moderator may have been quicker."""
    rows = Comment.objects.select_for_update(of=("self",)).filter(pk__in=pks, status__in=statuses).order_by("pk")
    return list(rows.only("pk", "writer_id", "status", "article_id"))


def _empty(comments: list[Comment]) -> None:
    """Leave of these comments their place, their state and their moments."""
    pks = [comment.pk for comment in comments]
    if not pks:
        return
    _detach(comments)
    Revision.objects.filter(comment__in=pks).delete()
    Appeal.objects.filter(comment__in=pks).update(text="", note="")
    Statement.objects.filter(comment__in=pks).update(note="")
    Comment.objects.filter(pk__in=pks).update(writer=None, name="", **TRACES, **WORDS)


def _detach(comments: list[Comment]) -> None:
    """Take comments out of the counts of their writers, to whom they no longer belong."""
    columns = {Status.REJECTED.value: "rejected_count", Status.SPAM.value: "spam_count"}
    counts = Counter((comment.writer_id, columns.get(comment.status)) for comment in comments if comment.writer_id)
    for (writer, column), number in sorted(counts.items(), key=str):
        if column:
            Writer.objects.filter(pk=writer).update(**{column: F(column) - number})


def _forget_writers(policy: Policy, now: datetime, *, dry_run: bool) -> int:
    """Delete the addresses that no comment, follow, notice, measure or request needs any more; return how many."""
    before, done, after = now - timedelta(days=policy.keep_unconfirmed_days), 0, 0
    while batch := list(
        Writer.objects.filter(pk__gt=after, created_at__lt=before).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        after = batch[-1]
        idle = Writer.objects.filter(_nothing_left(), pk__in=batch)
        done += idle.count() if dry_run else _delete_idle(idle)
    return done


def _delete_idle(idle: QuerySet[Writer]) -> int:
    with transaction.atomic():
        pks = list(idle.select_for_update(of=("self",)).values_list("pk", flat=True))
        Writer.objects.filter(pk__in=pks).delete()
    return len(pks)


def _nothing_left() -> Q:
    """Whether no row of any table needs a writer any more; a new table with such a key counts from its first day.

    Not for what the staff noted alone, nor for a warning or a measure that has ended, is an address kept; but whose
    owner wanted no more mail is kept, or the next who types it would have mail sent there.
    """
    nothing = Q(stopped_at=None)
    for relation in Writer._meta.related_objects:
        model: Any = relation.related_model
        if model in (AddressLook, StaffNote):
            continue
        rows = model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        if model is Measure:
            rows = rows.in_force(timezone.now()).exclude(kind=Measure.Kind.WARN)
        nothing &= Q(~Exists(rows))
    return nothing


STEPS: tuple[Step, ...] = (
    Step("networks and browsers of comments", _traced, _drop_traces),
    Step("networks of reports", _reported, _drop_report_networks),
    Step("counts against floods", _floods, _drop_rows(FloodWindow)),
    Step("comments in the spam folder", _spam, _drop_spam),
    Step("texts of rejected comments", _rejected, _drop_words),
    Step("texts of withdrawn comments", _withdrawn, _drop_words),
    Step("words of erased appeals", _erased_appeals, _drop_words_of_appeals),
    Step("words of erased notices", _erased_notices, _drop_words_of_notices),
    Step("requests for data", _requests, _drop_rows(DataRequest)),
)
