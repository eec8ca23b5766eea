"""A comment: what it is, where it stands, and the acts that change what readers see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from comments.markup import render
from comments.models.decided import Decided
from comments.models.log import Decision
from comments.models.statement import Statement
from comments.models.thread import Tally, Thread
from comments.models.words import EVERYWHERE, AlreadyDecided, text_fingerprint
from comments.models.writer import Writer
from comments.querysets import CommentQuerySet

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from comments.models.notice import Notice

NAMELESS = "Anonymous"  # stands above a comment whose writer had the name erased
TRACES: dict[str, Any] = {
    "website": "",
    "network": "",
    "user_agent": "",
    "wants_outcome": False,
    # Of moderators, and may tell of the person: a measure's reason is written out in the second.
    "note": "",
    "because": "",
}
WORDS: dict[str, Any] = {"text": "", "html": "", "fingerprint": "", "signals": []}
# What retention looks for: see comments/retention.py. The indexes have the same conditions.
TRACED = ~models.Q(network="") | ~models.Q(user_agent="")
# By "or", not "in": SQLite then sees that a query for one of the three may use the index.
EMPTIED_LATER = (models.Q(status="rejected") | models.Q(status="spam") | models.Q(status="withdrawn")) & ~models.Q(
    text=""
)


def signature_of(person: User) -> str:
    """Return the name above what somebody answers for the newsroom: the byline's, the person's or else the site's."""
    author = Author.objects.filter(user=person).first()
    return (author.name if author else person.get_full_name() or settings.SITE_NAME)[:80]


class Comment(Decided):
    """One contribution: its state changes in ``Decided``, its reports in ``Reported``, its text in ``Words``."""

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

    created_at = models.DateTimeField(default=timezone.now)
    wants_outcome = models.BooleanField(default=False)  # the writer asked to be mailed the decision
    owned = models.BooleanField(default=False, db_default=False, editable=False)  # see vouch
    learned = models.CharField(max_length=4, blank=True, editable=False)  # what the spam score has learned it as
    network = models.CharField(max_length=43, blank=True)  # the address of the sender, cut; never the whole
    user_agent = models.CharField(max_length=200, blank=True)  # dropped with the decision
    receipt_number = models.PositiveIntegerField(default=0)  # raised to revoke the receipt's link
    imported_from = models.CharField(max_length=60, blank=True, editable=False)
    imported_id = models.CharField(max_length=120, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    if TYPE_CHECKING:
        replies: RelatedManager[Comment]
        notices: RelatedManager[Notice]
        statements: RelatedManager[Statement]
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
            models.Index(
                fields=["article", "path"],
                name="comment_picks",
                condition=models.Q(featured=True, status="approved"),
            ),
            models.Index(fields=["article", "status", "created_at", "id"], name="comment_on_article"),
            models.Index(fields=["status", "created_at", "id"], name="comment_queue"),
            models.Index(fields=["status", "rule", "created_at", "id"], name="comment_by_rule"),
            models.Index(
                fields=["reported_at", "id"], name="comment_reported", condition=models.Q(reported_at__isnull=False)
            ),
            models.Index(fields=["created_at", "id"], name="comment_featured", condition=models.Q(featured=True)),
            models.Index(fields=["score"], name="comment_scores_waiting", condition=models.Q(status="pending")),
            models.Index(fields=["writer", "-created_at"], name="comment_by_writer"),
            models.Index(fields=["fingerprint", "created_at"], name="comment_repeats"),
            models.Index(fields=["network", "created_at"], name="comment_by_network"),
            models.Index(fields=["created_at"], name="comment_traced", condition=TRACED),
            models.Index(fields=["status", "created_at", "id"], name="comment_emptied_later", condition=EMPTIED_LATER),
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
        if self.status != self.Status.PENDING:
            self.user_agent = ""  # kept for a decision alone, and this one is made
        self.pk = self._next_pk()
        if self.pk is None:
            self.save(force_insert=True)
            self.path, self.depth = tree.place(self.pk, self.parent)
            Comment.objects.filter(pk=self.pk).update(path=self.path, depth=self.depth)
        else:
            self.path, self.depth = tree.place(self.pk, self.parent)
            self.save(force_insert=True)
        self._count(became=self.status)
        if self.status != self.Status.PENDING:
            decision = Decision.append(
                self, was="", became=self.status, by=by, channel=channel, reason=self.reason, rule=self.rule
            )
            if self.status == self.Status.REJECTED:
                Statement.to_writer(self, decision, note="")
        if self.status == self.Status.APPROVED:
            expire(f"thread:{self.article_id}", EVERYWHERE)

    @staticmethod
    def _next_pk() -> int | None:
        """Return the id that the next row gets, where the database gives one before the row is there; else None.

        The path holds the id, and to write it afterwards costs PostgreSQL a second row and an entry in each index.
        """
        if connection.vendor != "postgresql":
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Comment._meta.db_table])
            return int(cursor.fetchone()[0])

    @transaction.atomic
    def answer(self, *, by: User, text: str, channel: str = "queue", seen: str = "") -> Comment:
        """Answer for the newsroom: a comment of staff, approved at once, below this one.

        A comment that still waits is approved with it, for both appear together. The same words of the same person,
        sent twice, are one answer. Raises AlreadyDecided where this one is kept from readers, or is no longer what
        was ``seen``, PermissionDenied for somebody who does not moderate.
        """
        if not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        current = self._locked()
        same = self.replies.filter(staff=by, fingerprint=text_fingerprint(text), status=self.Status.APPROVED).first()
        if same is not None:
            return same
        current.refuse_unseen(seen, by=by)
        if current.status == self.Status.PENDING:
            self.approve(by=by, channel=channel, seen=seen)
        elif current.status != self.Status.APPROVED:
            raise AlreadyDecided(current.who_decided(to=by))
        reply = Comment(
            article_id=self.article_id,
            parent=self,
            staff=by,
            name=signature_of(by),
            text=text,
            status=self.Status.APPROVED,
        )
        reply.enter(by=by, channel=channel)
        return reply

    @transaction.atomic
    def vouch(self) -> None:
        """Note that the owner of the address under it calls it their own; the form proves nothing of the kind."""
        Comment.objects.filter(pk=self.pk).update(owned=True)
        self.owned = True
        expire(f"thread:{self.article_id}", EVERYWHERE)

    @transaction.atomic
    def forget(self, *, words: bool) -> None:
        """Drop what tells who wrote it; with ``words`` what it says too, and readers stop seeing it first.

        Its receipt stays, for whoever has the link: what is left can still be withdrawn.
        """
        if words:
            self.withdraw()
        current = self._locked()
        if current.writer_id:
            kept = {"approved": "approved_count", "rejected": "rejected_count", "spam": "spam_count"}
            if column := kept.get(current.status):
                Writer.objects.filter(pk=current.writer_id).update(**{column: F(column) - 1})
        dropped: dict[str, Any] = {"writer": None, "name": NAMELESS, **TRACES}
        if words:
            dropped |= {"name": "", **WORDS}
        for name, value in dropped.items():
            setattr(self, name, value)
        self.save(update_fields=list(dropped))
        expire(f"thread:{self.article_id}", EVERYWHERE)

    def renew_receipt(self) -> bool:
        """Make the link to its receipt void and return to a new one; False where that link was void already.

        Counted on from the link in hand: of two who press at once, one keeps a link.
        """
        mine = Comment.objects.filter(pk=self.pk, receipt_number=self.receipt_number)
        if not mine.update(receipt_number=F("receipt_number") + 1):
            return False
        self.receipt_number += 1
        return True

    def locked(self) -> Comment:
        """Return this comment as it is now, with its article, its row locked to the end of the transaction."""
        current = self._locked()
        current.article = self.article
        return current

    def _locked(self) -> Comment:
        """Return this comment as it is now, its row locked: two moderators may open the same one.

        The root's row is locked with it, and always first, as its count may move: one order of locks everywhere,
        so that nobody waits in a ring.
        """
        rows = Comment.objects.select_for_update().filter(pk__in={tree.root(self.path), self.pk}).order_by("pk")
        return next(row for row in rows if row.pk == self.pk)

    def _count(self, *, was: str = "", became: str = "", reported: int = 0) -> None:
        """Move the kept counts of root, folders, thread and writer; part of the transaction that moves the comment.

        Rows are taken in one order (comments, folders by name, thread, writer, then the log), whoever counts.
        """
        steps = {was: -1, became: +1, "reported": reported}
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
        for status in sorted(filter(steps.get, steps)):
            Tally.move(status, steps[status])
        if moved and not Thread.objects.filter(article_id=self.article_id).update(**moved):
            Thread.objects.get_or_create(article_id=self.article_id)
            Thread.objects.filter(article_id=self.article_id).update(**moved)
        kept = {"approved": "approved_count", "rejected": "rejected_count", "spam": "spam_count"}
        fields = {kept[status]: F(kept[status]) + step for status, step in steps.items() if status in kept}
        if fields and self.writer_id:
            Writer.objects.filter(pk=self.writer_id).update(**fields)
