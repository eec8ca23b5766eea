"""Who is mailed about what readers answer: a wish that was made with one comment, and the replies that it found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from articles.models import Article
from comments.models.comment import Comment
from comments.models.writer import Writer

LOOKED_BACK = timedelta(days=60)  # longer than any worker is away
AS_BEFORE = "keep"  # the choice of a receipt that shows none any more: whatever was chosen stays
BURST = 10  # mails an hour about one discussion; what comes after is gathered


class FollowQuerySet(models.QuerySet["Follow"]):
    """Follows, by whether they may lead to a mail."""

    def unmuted(self) -> Self:
        """Those that neither their receipt nor the owner of the address has silenced.

        A mute by the owner holds for the whole discussion, whoever ticks the box there again: it came with proof,
        the tick did not.
        """
        silenced = Follow.objects.filter(
            writer=OuterRef("writer_id"), article=OuterRef("article_id"), muted_at__isnull=False
        )
        return self.filter(~Exists(silenced), paused_at=None, declined_at=None, writer__stopped_at=None)

    def active(self) -> Self:
        """Those whose address was confirmed as well: the ones that mail is sent for."""
        return self.unmuted().filter(writer__confirmed_at__isnull=False)


class Follow(models.Model):
    """The wish to be mailed about a discussion, made with one comment.

    A typed address proves nothing, so whoever typed it (the receipt) and whoever owns it (the links in its mails)
    have a switch each, and mail is sent while both are on. A receipt shows its own switch alone: it must not tell a
    stranger who typed somebody's address what its owner does.
    """

    class Scope(models.TextChoices):
        REPLIES = "replies", "Answers to my comment"
        ALL = "all", "The whole discussion"

    class Speed(models.TextChoices):
        AT_ONCE = "at-once", "At once"
        DAILY = "daily", "Once a day"

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="+")
    writer = models.ForeignKey(Writer, on_delete=models.CASCADE, related_name="follows", db_index=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.REPLIES)
    speed = models.CharField(max_length=10, choices=Speed, default=Speed.AT_ONCE)
    paused_at = models.DateTimeField(null=True, blank=True)  # by the receipt
    muted_at = models.DateTimeField(null=True, blank=True)  # by the owner of the address
    declined_at = models.DateTimeField(null=True, blank=True)  # this one wish, by the owner, when first asked
    number = models.PositiveIntegerField(default=0)  # raised to void the links in its mails
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = FollowQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["writer", "article"], name="follow_by_writer"),
            models.Index(fields=["article", "id"], name="follow_whole", condition=models.Q(scope="all")),
            models.Index(fields=["created_at"], name="follow_by_age"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(scope__in=["replies", "all"]), name="follow_scope_known"),
            models.CheckConstraint(condition=models.Q(speed__in=["at-once", "daily"]), name="follow_speed_known"),
        ]

    def __str__(self) -> str:
        return f"Follow {self.pk}"

    # The receipt's switch.

    @classmethod
    def ask(cls, comment: Comment, *, scope: str = Scope.REPLIES, speed: str = Speed.AT_ONCE) -> None:
        """Wish for mail with a comment; nothing is sent before its address was confirmed."""
        cls._write(comment, ["scope", "speed", "paused_at"], scope=cls.Scope(scope), speed=cls.Speed(speed))
        cls.ask_address(comment)

    @classmethod
    def _write(cls, comment: Comment, changed: list[str], **fields: Any) -> None:
        """Write what a receipt chose: always a row of this moment, whatever was there and became of it."""
        if comment.writer_id is None:  # erased since
            return
        fields |= {"writer_id": comment.writer_id, "article_id": comment.article_id}
        wish = cls(comment=comment, **fields)
        changed = [*changed, "created_at"]
        cls.objects.bulk_create([wish], update_conflicts=True, unique_fields=["comment"], update_fields=changed)

    @staticmethod
    def ask_address(comment: Comment) -> None:
        """Have the worker look whether the address of a comment has to be asked first.

        It costs the same whatever is known of the address. Nobody is asked because a program ticked a box.
        """
        if comment.writer_id and comment.status != Comment.Status.SPAM:
            Writer.objects.filter(pk=comment.writer_id).update(asking_at=timezone.now())

    @classmethod
    def pause(cls, comment: Comment) -> None:
        """Switch off what this comment's receipt switched on, and nothing else."""
        cls._write(comment, ["paused_at"], paused_at=timezone.now())
        ReplyNotice.objects.filter(follow__comment=comment, sent_at=None).delete()

    # The owner's switch: everything that the address follows under one article.

    def mute(self) -> None:
        """Send no more mail about this discussion to this address."""
        with transaction.atomic():
            self._siblings().update(muted_at=timezone.now())
            ReplyNotice.objects.filter(follow__in=self._siblings(), sent_at=None).delete()

    def unmute(self) -> None:
        """Send mail about this discussion again."""
        self._siblings().update(muted_at=None, declined_at=None)

    def set_speed(self, speed: str) -> None:
        """Mail at once or once a day from now on; what waited for the morning goes with the change."""
        with transaction.atomic():
            self._siblings().update(speed=self.Speed(speed))
            if speed == self.Speed.AT_ONCE:
                ReplyNotice.objects.waiting().filter(follow__in=self._siblings()).update(due_at=timezone.now())

    def _siblings(self) -> FollowQuerySet:
        return Follow.objects.filter(writer=self.writer_id, article=self.article_id)

    @classmethod
    def forget_unconfirmed(cls, before: datetime) -> int:
        """Delete the wishes that nobody confirmed in time; those of confirmed addresses stay.

        Older ones than ``LOOKED_BACK`` were looked at before, so that the table may grow.
        """
        unconfirmed = Exists(Writer.objects.filter(pk=OuterRef("writer_id"), confirmed_at=None))
        old = cls.objects.filter(unconfirmed, created_at__lt=before, created_at__gt=before - LOOKED_BACK)
        return old.delete()[0]


class ReplyNoticeQuerySet(models.QuerySet["ReplyNotice"]):
    def waiting(self) -> Self:
        """Not yet handed to a task; ``due_at`` says when they may be, none while the address is unconfirmed."""
        return self.filter(queued_at=None, sent_at=None)


class ReplyNotice(models.Model):
    """One approved reply that one follow found; it is mailed once, and only while readers see it.

    A person who follows a discussion with several comments is told of a reply by one of them.
    """

    follow = models.ForeignKey(Follow, on_delete=models.CASCADE, related_name="notices", db_index=False)
    writer = models.ForeignKey(Writer, on_delete=models.CASCADE, related_name="+", db_index=False)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)  # by the worker that is about to send it
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReplyNoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["follow", "sent_at"], name="reply_notice_by_follow"),
            models.Index(fields=["created_at"], name="reply_notice_by_age"),
            models.Index(
                fields=["due_at"],
                name="reply_notice_due",
                condition=models.Q(queued_at=None, sent_at=None, due_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["writer", "comment"], name="reply_notice_once"),
        ]

    def __str__(self) -> str:
        return f"Reply notice {self.pk}"


def next_morning(now: datetime) -> datetime:
    """Return the next moment at which digests leave: COMMENTS_DIGEST_HOUR in the site's zone."""
    local = timezone.localtime(now)
    morning = local.replace(hour=settings.COMMENTS_DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return morning if morning > local else morning + timedelta(days=1)


def due_times(follows: Iterable[Follow], now: datetime) -> dict[int, datetime | None]:
    """Return when a reply found now may be mailed for each follow: at once, with the digest, or gathered."""
    follows = list(follows)
    hour_ago = now - timedelta(hours=1)
    busy = ReplyNotice.objects.filter(follow__in=[follow.pk for follow in follows], sent_at__gt=hour_ago)
    mails = dict(busy.order_by().values_list("follow").annotate(models.Count("sent_at", distinct=True)))
    due: dict[int, datetime | None] = {}
    for follow in follows:
        if follow.writer.confirmed_at is None:
            due[follow.pk] = None
        elif follow.speed == Follow.Speed.DAILY:
            due[follow.pk] = next_morning(now)
        else:
            due[follow.pk] = now + timedelta(hours=1) if mails.get(follow.pk, 0) >= BURST else now
    return due
