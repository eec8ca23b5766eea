"""Comments, their writers, the thread they stand in, and the log of what was decided about them."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Never

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Author
from articles.pagecache import expire
from comments import tree
from comments.addresses import address_key
from comments.markup import render
from comments.querysets import CommentQuerySet

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

EDIT_WINDOW = timedelta(minutes=15)  # how long a writer may mend a comment, as Isso does


class AlreadyDecided(Exception):
    """Somebody else decided first and otherwise; the message says who and what."""


class Thread(models.Model):
    """The conversation under one article: its mode and its kept counts.

    It is a row of its own so that an article's version does not move when somebody comments.
    """

    class Mode(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    article = models.OneToOneField(Article, primary_key=True, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True, help_text="Printed where the form would stand.")
    approved_count = models.PositiveIntegerField(default=0)
    pending_count = models.PositiveIntegerField(default=0)
    root_count = models.PositiveIntegerField(default=0)  # threads with anything to show: what the pages divide
    last_comment_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-pending_count", "-article"], name="thread_by_waiting"),
            models.Index(
                fields=["-pending_count", "-article"], name="thread_closed", condition=models.Q(mode="closed")
            ),
        ]

    def __str__(self) -> str:
        return f"Thread on {self.article}"

    @classmethod
    def of(cls, article: Article) -> Thread:
        """Return the thread of an article, making the row when it is the first time."""
        return cls.objects.get_or_create(article=article)[0]

    def close(self, *, by: User | None, reason: str) -> None:
        """Take no more comments; readers see since when and why."""
        if by is not None and not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        self.mode, self.closed_at, self.closed_reason = self.Mode.CLOSED, timezone.now(), reason
        self.save(update_fields=["mode", "closed_at", "closed_reason"])
        expire(f"thread:{self.article_id}")

    def reopen(self, *, by: User | None) -> None:
        """Take comments again."""
        if by is not None and not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        self.mode, self.closed_at, self.closed_reason = self.Mode.OPEN, None, ""
        self.save(update_fields=["mode", "closed_at", "closed_reason"])
        expire(f"thread:{self.article_id}")


def random_value() -> str:
    """Return the value that stands for a writer where something must (an avatar): random, never from the address."""
    return secrets.token_hex(8)


class Writer(models.Model):
    """Whoever writes under one email address: the one place where an address is kept."""

    address = models.EmailField(max_length=254)  # as typed, to write to
    key = models.CharField(max_length=254, unique=True)  # normalised, to find the same person again
    confirmed_at = models.DateTimeField(null=True, blank=True)  # when a link sent to the address was followed
    random = models.CharField(max_length=16, default=random_value, editable=False)
    approved_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    spam_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"Writer {self.pk}"  # never the address: this string reaches logs and messages

    @classmethod
    def of(cls, address: str) -> Writer:
        """Return the writer who uses this address, however it is capitalised."""
        return cls.objects.get_or_create(key=address_key(address), defaults={"address": address})[0]


class Comment(models.Model):
    """One contribution. Its state changes through ``_decide`` alone, which leaves a Decision."""

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        SPAM = "spam", "Spam"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Reason(models.TextChoices):
        """Why a comment was rejected; the writer sees it on the receipt."""

        INSULT = "insult", "Insult or attack"
        OFF_TOPIC = "off-topic", "Off topic"
        PRIVATE = "private", "Private information about someone"
        NO_SOURCE = "no-source", "Serious claim without a source"
        ADVERTISING = "advertising", "Advertising"
        DUPLICATE = "duplicate", "Said already"
        UNLAWFUL = "unlawful", "Unlawful"

    # Without the indexes that Django would make: those below begin with the same columns.
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    writer = models.ForeignKey(
        Writer, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments", db_index=False
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # who answered for the newsroom; shown as a badge
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replies")
    path = models.CharField(max_length=tree.MAX_DEPTH * tree.WIDTH, blank=True)  # see comments/tree.py
    depth = models.PositiveSmallIntegerField(default=0)
    # On a comment that answers the article itself: how many are approved among it and all below it. A thread whose
    # first comment was taken back still shows while this is above zero.
    thread_size = models.PositiveIntegerField(default=0, editable=False)

    name = models.CharField(max_length=80)
    website = models.URLField(max_length=200, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)  # the text rendered once
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    featured = models.BooleanField(default=False)

    # Why it started where it did, as a moderator reads it.
    rule = models.CharField(max_length=30, blank=True)
    because = models.CharField(max_length=200, blank=True)
    score = models.SmallIntegerField(null=True, blank=True)  # 0 to 100; none yet where no score was taken
    signals = models.JSONField(default=list, blank=True)  # [[weight, words], …], what the score is made of

    # The last decision, kept for lists and the receipt; the log has them all.
    reason = models.CharField(max_length=15, choices=Reason, blank=True)
    note = models.CharField(max_length=300, blank=True)  # to the writer, on the receipt
    decided_at = models.DateTimeField(null=True, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=32, blank=True)  # of the text, for repeats
    network = models.CharField(max_length=43, blank=True)  # the address of the sender, cut; never the whole
    user_agent = models.CharField(max_length=200, blank=True)  # dropped with the decision
    receipt_number = models.PositiveIntegerField(default=0)  # raised to revoke the receipt's link
    imported_from = models.CharField(max_length=60, blank=True, editable=False)
    imported_id = models.CharField(max_length=120, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    if TYPE_CHECKING:
        replies: RelatedManager[Comment]
        article_id: int
        parent_id: int | None
        writer_id: int | None

    class Meta:
        ordering = ["created_at", "pk"]
        permissions = [("moderate_comment", "Can decide about comments")]
        indexes = [
            models.Index(fields=["article", "status", "path"], name="comment_thread"),
            models.Index(
                fields=["article", "path"],
                name="comment_roots",
                condition=models.Q(depth=0, thread_size__gt=0),
            ),
            models.Index(fields=["article", "status", "created_at", "id"], name="comment_on_article"),
            models.Index(fields=["status", "created_at", "id"], name="comment_queue"),
            models.Index(fields=["status", "rule", "created_at", "id"], name="comment_by_rule"),
            models.Index(fields=["score"], name="comment_scores_waiting", condition=models.Q(status="pending")),
            models.Index(fields=["writer", "-created_at"], name="comment_by_writer"),
            models.Index(fields=["fingerprint", "created_at"], name="comment_repeats"),
            models.Index(fields=["network", "created_at"], name="comment_by_network"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["pending", "approved", "rejected", "spam", "withdrawn"]),
                name="comment_status_known",
            ),
            models.CheckConstraint(condition=models.Q(depth__lt=tree.MAX_DEPTH), name="comment_depth_bounded"),
            models.UniqueConstraint(
                fields=["imported_from", "imported_id"],
                condition=~models.Q(imported_id=""),
                name="comment_imported_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Comment by {self.name}"

    def get_absolute_url(self) -> str:
        """The permalink, which leads to the right page of the thread."""
        return reverse("comments:permalink", args=[self.pk])

    @property
    def is_published(self) -> bool:
        """Whether a reader may see it now: the twin of ``CommentQuerySet.published``."""
        return self.status == self.Status.APPROVED and self.article.is_published

    # Being written.

    @transaction.atomic(savepoint=False)
    def enter(self, *, by: User | None = None, channel: str = "triage") -> None:
        """Write a new comment with its place in the thread and its counts, in one transaction.

        Where it starts was decided before (``comments.triage``); a start other than pending is a decision, of
        the site's own where ``by`` is None, and stands in the log as one.
        """
        self.html = render(self.text)
        self.fingerprint = text_fingerprint(self.text)
        self.save(force_insert=True)
        self.path, self.depth = tree.place(self.pk, self.parent)
        Comment.objects.filter(pk=self.pk).update(path=self.path, depth=self.depth)
        self._count(became=self.status)
        if self.status != self.Status.PENDING:
            Decision.append(self, was="", became=self.status, by=by, channel=channel, rule=self.rule)
        if self.status == self.Status.APPROVED:
            expire(f"thread:{self.article_id}")

    @transaction.atomic
    def answer(self, *, by: User, text: str, channel: str = "queue") -> Comment:
        """Answer for the newsroom: a comment of staff, approved at once, below this one.

        A comment that still waits is approved with it, for both appear together. Raises AlreadyDecided where this
        one is kept from readers, PermissionDenied for somebody who does not moderate.
        """
        if not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        current = self._locked()
        if current.status == self.Status.PENDING:
            self.approve(by=by, channel=channel, seen=self.Status.PENDING)
        elif current.status != self.Status.APPROVED:
            raise AlreadyDecided(current._who_decided())
        author = Author.objects.filter(user=by).first()
        name = author.name if author else by.get_full_name() or settings.SITE_NAME
        reply = Comment(
            article_id=self.article_id, parent=self, staff=by, name=name[:80], text=text, status=self.Status.APPROVED
        )
        reply.enter(by=by, channel=channel)
        return reply

    # Being decided about. ``seen`` is the status that the person had on the screen.

    def approve(self, *, by: User | None, channel: str = "queue", seen: str = "") -> Decision | None:
        """Let readers see it, at once."""
        return self._decide(self.Status.APPROVED, by=by, channel=channel, seen=seen)

    def reject(
        self, *, by: User | None, reason: str, note: str = "", channel: str = "queue", seen: str = ""
    ) -> Decision | None:
        """Keep it from readers, with a reason from the list; the note is for its writer alone.

        Raises ValueError where the reason is not one of ``Comment.Reason``.
        """
        if reason not in self.Reason.values:
            raise ValueError("Choose a reason: the writer is told why.")
        return self._decide(self.Status.REJECTED, by=by, channel=channel, seen=seen, reason=reason, note=note)

    def mark_spam(self, *, by: User | None, channel: str = "queue", seen: str = "") -> Decision | None:
        """Put it into the spam folder."""
        return self._decide(self.Status.SPAM, by=by, channel=channel, seen=seen)

    def restore(self, *, by: User | None, channel: str = "queue", seen: str = "") -> Decision | None:
        """Put it back into the queue."""
        return self._decide(self.Status.PENDING, by=by, channel=channel, seen=seen)

    def withdraw(self, *, channel: str = "receipt") -> Decision | None:
        """Take it back for its writer: replies stay, under a stub that names nobody."""
        return self._decide(self.Status.WITHDRAWN, by=None, channel=channel)

    def undo(self, decision: Decision, *, by: User) -> Decision | None:
        """Take a decision back, unless somebody decided otherwise since: then raise AlreadyDecided."""
        with transaction.atomic():
            current = self._locked()
            last = Decision.objects.filter(comment_id=self.pk).last()
            if last is None or last.pk != decision.pk or last.became != current.status:
                raise AlreadyDecided(current._who_decided())
            return self._decide(
                decision.was or self.Status.PENDING, by=by, channel="undo", reason=decision.reason_before
            )

    @transaction.atomic
    def _decide(
        self, status: str, *, by: User | None, channel: str, seen: str = "", reason: str = "", note: str = ""
    ) -> Decision | None:
        """Move to a status under the row's lock; None when it is there already.

        Raises PermissionDenied for somebody who does not moderate, and AlreadyDecided where the comment is no
        longer in the status that the person saw: a second moderator never overrules a first by accident. What its
        writer took back stays so: nobody else brings it before readers again.
        """
        if by is not None and not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        current = self._locked()
        if current.status == status:
            return None
        if current.status == self.Status.WITHDRAWN or (seen and current.status != seen):
            raise AlreadyDecided(current._who_decided())
        current._count(was=current.status, became=status)
        decision = Decision.append(
            current, was=current.status, became=status, by=by, channel=channel, reason=reason, rule=current.rule
        )
        self.status, self.reason, self.note = status, reason, note
        self.decided_at = None if status == self.Status.PENDING else decision.made_at
        self.user_agent = ""
        self.save(update_fields=["status", "reason", "note", "decided_at", "user_agent"])
        expire(f"thread:{self.article_id}")  # acts after commit
        return decision

    def _locked(self) -> Comment:
        """Return this comment as it is now, its row locked: two moderators may open the same one.

        The root's row is locked with it, and always first, as its count may move: one order of locks everywhere,
        so that nobody waits in a ring.
        """
        rows = Comment.objects.select_for_update().filter(pk__in={tree.root(self.path), self.pk}).order_by("pk")
        return next(row for row in rows if row.pk == self.pk)

    def _count(self, *, was: str = "", became: str) -> None:
        """Move the kept counts of root, folders, thread and writer; part of the transaction that moves the comment.

        Rows are taken in one order (comments, folders by name, thread, writer, then the log), whoever counts.
        """
        steps = {was: -1, became: +1}
        steps.pop("", None)
        approved, pending = steps.get(self.Status.APPROVED, 0), steps.get(self.Status.PENDING, 0)
        moved: dict[str, Any] = {}
        if approved:
            roots = Comment.objects.filter(pk=tree.root(self.path))
            roots.update(thread_size=F("thread_size") + approved)
            size = roots.values_list("thread_size", flat=True).first()
            if size == max(approved, 0):  # the thread came to show, or went
                moved["root_count"] = F("root_count") + approved
            moved["approved_count"] = F("approved_count") + approved
            if approved > 0:
                moved["last_comment_at"] = timezone.now()
        if pending:
            moved["pending_count"] = F("pending_count") + pending
        for status in sorted(steps):
            Tally.move(status, steps[status])
        if moved and not Thread.objects.filter(article_id=self.article_id).update(**moved):
            Thread.objects.get_or_create(article_id=self.article_id)
            Thread.objects.filter(article_id=self.article_id).update(**moved)
        kept = {"approved": "approved_count", "rejected": "rejected_count", "spam": "spam_count"}
        fields = {kept[status]: F(kept[status]) + step for status, step in steps.items() if status in kept}
        if fields and self.writer_id:
            Writer.objects.filter(pk=self.writer_id).update(**fields)

    def _who_decided(self) -> str:
        """Return a sentence for whoever came second."""
        last = Decision.objects.filter(comment_id=self.pk).last()
        who = "The site" if last is None else last.actor_name
        return f"{who} moved this comment to {self.get_status_display().lower()} first. Nothing changed."


def text_fingerprint(text: str) -> str:
    """Return what is equal for texts that differ in letter case and white space alone."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()[:32]


class Tally(models.Model):
    """How many comments stand in a folder, kept by the transaction that moves them."""

    status = models.CharField(max_length=10, primary_key=True)
    count = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.status}: {self.count}"

    @classmethod
    def move(cls, status: str, by: int) -> None:
        if not cls.objects.filter(status=status).update(count=F("count") + by):
            cls.objects.get_or_create(status=status)
            cls.objects.filter(status=status).update(count=F("count") + by)

    @classmethod
    def counts(cls) -> dict[str, int]:
        """Return the count of every folder, in one query."""
        return dict.fromkeys(Comment.Status.values, 0) | dict(cls.objects.values_list("status", "count"))


class DecisionQuerySet(models.QuerySet["Decision"]):
    """The log can be read and added to, nothing else."""

    def update(self, **kwargs: Any) -> Never:
        raise TypeError("The log of decisions is append-only.")

    def delete(self) -> Never:
        raise TypeError("The log of decisions is append-only.")


class LogHead(models.Model):
    """The end of the chain: one row, locked by whoever appends, so that entries have one order."""

    digest = models.CharField(max_length=64, default="", blank=True)
    length = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.length} decisions"


class Decision(models.Model):
    """One act of moderation, in an append-only log that is chained by hashes from its first row.

    It holds neither text nor names, and no foreign key that could take it along when a comment or a person is
    erased: the log stays whole. Each digest covers the row and the digest before it, so a changed or missing
    row breaks the chain from there on (``verify_log``).
    """

    comment_id = models.BigIntegerField(db_index=True)
    article_id = models.BigIntegerField()
    was = models.CharField(max_length=10, blank=True)
    became = models.CharField(max_length=10)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    channel = models.CharField(max_length=10)
    reason = models.CharField(max_length=15, blank=True)
    reason_before = models.CharField(max_length=15, blank=True)  # so that an undo can put it back
    rule = models.CharField(max_length=30, blank=True)
    made_at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True)

    objects = DecisionQuerySet.as_manager()

    if TYPE_CHECKING:
        by_id: int | None

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.was or 'new'} → {self.became}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The log of decisions is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise TypeError("The log of decisions is append-only.")

    @property
    def actor_name(self) -> str:
        """Who decided, for other staff; somebody who has left is still somebody."""
        if self.by_id is None:
            return "The writer" if self.channel == "receipt" else "The site"
        person = User.objects.filter(pk=self.by_id).first()
        return (person.get_full_name() or person.get_username()) if person else "Somebody who has left"

    @classmethod
    def append(
        cls,
        comment: Comment,
        *,
        was: str,
        became: str,
        by: User | None,
        channel: str,
        reason: str = "",
        rule: str = "",
    ) -> Decision:
        """Write the next row of the log; call inside the transaction of the act itself."""
        head, _ = LogHead.objects.select_for_update().get_or_create(pk=1)
        decision = cls(
            comment_id=comment.pk,
            article_id=comment.article_id,
            was=was,
            became=became,
            by=by,
            channel=channel,
            reason=reason,
            reason_before=comment.reason if was else "",
            rule=rule,
            made_at=timezone.now(),
            previous=head.digest,
        )
        decision.digest = decision.computed_digest()
        decision.save(force_insert=True)
        LogHead.objects.filter(pk=1).update(digest=decision.digest, length=F("length") + 1)
        return decision

    def computed_digest(self) -> str:
        """Return the SHA-256 of the row and the digest before it; database-independent."""
        row = [
            self.comment_id,
            self.article_id,
            self.was,
            self.became,
            self.by_id,
            self.channel,
            self.reason,
            self.reason_before,
            self.rule,
            self.made_at.isoformat(timespec="microseconds"),
            self.previous,
        ]
        return hashlib.sha256(json.dumps(row, separators=(",", ":")).encode()).hexdigest()


class FloodWindow(models.Model):
    """How much a network has sent in the running window; see ``triage.floods``."""

    network = models.CharField(max_length=43, primary_key=True)
    started_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.count} since {self.started_at:%H:%M:%S}"

    @classmethod
    def hit(cls, network: str, *, now: datetime, window: timedelta) -> FloodWindow:
        """Count one post of a network, in one statement, and return the running window.

        The row stays locked to the end of the transaction: two equal posts that arrive together are ordered.
        """
        table = connection.ops.quote_name(cls._meta.db_table)
        sql = f"""
            INSERT INTO {table} AS flood (network, started_at, count) VALUES (%s, %s, 1)
            ON CONFLICT (network) DO UPDATE SET
                count = CASE WHEN flood.started_at > %s THEN flood.count + 1 ELSE 1 END,
                started_at = CASE WHEN flood.started_at > %s THEN flood.started_at ELSE excluded.started_at END
            RETURNING network, started_at, count
        """  # noqa: S608  # the table's name is ours
        return cls.objects.raw(sql, [network, now, now - window, now - window])[0]


class BlockedWord(models.Model):
    """A word or phrase that holds a comment, or puts it into the spam folder; whole words, letter case ignored."""

    class Effect(models.TextChoices):
        HOLD = "hold", "Hold for a moderator"
        SPAM = "spam", "Put into the spam folder"

    phrase = models.CharField(max_length=100, unique=True)
    effect = models.CharField(max_length=10, choices=Effect, default=Effect.HOLD)

    class Meta:
        ordering = ["phrase"]

    def __str__(self) -> str:
        return self.phrase
