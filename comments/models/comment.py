"""A comment: what it is, where it stands, and the acts that change what readers see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Author
from articles.pagecache import expire
from comments import tree
from comments.markup import render
from comments.models.appeal import Appeal
from comments.models.log import KEEP, Decision
from comments.models.policy import Policy
from comments.models.report import NotShown, Report, Settlement
from comments.models.statement import Statement
from comments.models.thread import Tally, Thread
from comments.models.words import EVERYWHERE, AlreadyDecided, TextChanged, Words, text_fingerprint
from comments.models.writer import Writer
from comments.querysets import CommentQuerySet

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from comments.models.notice import Notice
    from comments.models.report import ReportQuerySet

NAMELESS = "Anonymous"  # stands above a comment whose writer had the name erased
TRACES: dict[str, Any] = {"website": "", "network": "", "user_agent": "", "note": "", "wants_outcome": False}
WORDS: dict[str, Any] = {"text": "", "html": "", "fingerprint": "", "because": "", "signals": []}
# What retention looks for: see comments/retention.py. The indexes have the same conditions.
TRACED = ~models.Q(network="") | ~models.Q(user_agent="")
# By "or", not "in": SQLite then sees that a query for one of the three may use the index.
EMPTIED_LATER = (models.Q(status="rejected") | models.Q(status="spam") | models.Q(status="withdrawn")) & ~models.Q(
    text=""
)


class Comment(Words):
    """One contribution. Its state changes through ``_decide`` alone, which leaves a Decision; its text in ``Words``."""

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

    # What readers complain of: set while open reports wait for a moderator, whatever the status.
    reported_at = models.DateTimeField(null=True, blank=True, editable=False)
    report_weight = models.PositiveIntegerField(default=0, editable=False)  # of the open reports, in hundredths

    created_at = models.DateTimeField(default=timezone.now)
    wants_outcome = models.BooleanField(default=False)  # the writer asked to be mailed the decision
    learned = models.CharField(max_length=4, blank=True, editable=False)  # what the spam score has learned it as
    network = models.CharField(max_length=43, blank=True)  # the address of the sender, cut; never the whole
    user_agent = models.CharField(max_length=200, blank=True)  # dropped with the decision
    receipt_number = models.PositiveIntegerField(default=0)  # raised to revoke the receipt's link
    imported_from = models.CharField(max_length=60, blank=True, editable=False)
    imported_id = models.CharField(max_length=120, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    if TYPE_CHECKING:
        replies: RelatedManager[Comment]
        reports: ReportQuerySet
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
        self.save(force_insert=True)
        self.path, self.depth = tree.place(self.pk, self.parent)
        Comment.objects.filter(pk=self.pk).update(path=self.path, depth=self.depth)
        self._count(became=self.status)
        if self.status != self.Status.PENDING:
            decision = Decision.append(
                self, was="", became=self.status, by=by, channel=channel, reason=self.reason, rule=self.rule
            )
            if self.status == self.Status.REJECTED:
                Statement.to_writer(self, decision, note="")
        if self.status == self.Status.APPROVED:
            expire(f"thread:{self.article_id}", EVERYWHERE)

    @transaction.atomic
    def answer(self, *, by: User, text: str, channel: str = "queue", seen: str = "") -> Comment:
        """Answer for the newsroom: a comment of staff, approved at once, below this one.

        A comment that still waits is approved with it, for both appear together. Raises AlreadyDecided where this
        one is kept from readers, PermissionDenied for somebody who does not moderate.
        """
        if not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        current = self._locked()
        current._refuse_if_edited(seen)
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

    # Being decided about. ``seen`` is what the person had on the screen: the status, or ``on_screen``.

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

    @transaction.atomic
    def feature(self, *, by: User, featured: bool = True, channel: str = "queue") -> Decision | None:
        """Set it off for readers as worth reading, or no longer; None when it is so already.

        Raises AlreadyDecided where readers do not see it.
        """
        if not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        current = self._locked()
        if current.featured == featured:
            return None
        if current.status != self.Status.APPROVED:
            raise AlreadyDecided(current._who_decided())
        act = "featured" if featured else "unfeatured"
        decision = Decision.record(act, by=by, channel=channel, comment=current)
        self.featured = featured
        self.save(update_fields=["featured"])
        expire(f"thread:{self.article_id}")
        return decision

    def undo(self, decision: Decision, *, by: User) -> Decision | None:
        """Take a decision back, unless somebody decided otherwise since: then raise AlreadyDecided."""
        with transaction.atomic():
            current = self._locked()
            if decision.act in ("featured", "unfeatured"):
                return self.feature(by=by, featured=decision.act == "unfeatured", channel="undo")
            last = Decision.objects.deciding().filter(comment_id=self.pk).last()
            if last is None or last.pk != decision.pk or last.became != current.status:
                raise AlreadyDecided(current._who_decided())
            if decision.act == KEEP:
                return self._complain_again(decision, by=by)
            if current.edited_at and current.edited_at > decision.made_at and decision.was == self.Status.APPROVED:
                raise TextChanged("Its writer changed the words since. Read them, then decide; nothing changed.")
            if decision.channel == "appeal":
                Appeal.reopen(current)
            return self._decide(
                decision.was or self.Status.PENDING,
                by=by,
                channel="undo",
                reason=decision.reason_before,
                undoes=decision,
            )

    # Being reported by readers.

    @transaction.atomic
    def report(self, *, reason: str, statement: str = "", network: str = "") -> Report | None:
        """Take a reader's complaint; enough of them, from networks of their own, put the comment back into the queue.

        A network counts once: None where it has spoken before, save that a word about the law is always kept.
        Reports that a moderator dismissed hold it no second time, unless its text changed since. Raises NotShown
        where readers do not see the comment.
        """
        current = self._locked()
        if not current.is_published:
            raise NotShown
        weight = 0 if Report.spoke_before(self, network) else Report.weight_of(network)
        if not weight and reason != Report.Reason.ILLEGAL:
            return None
        report = Report.objects.create(
            comment=current, reason=reason, statement=statement, network=network, weight=weight
        )
        holds = self._is_held_by(current, current.report_weight + weight)
        became = self.Status.PENDING if holds else current.status
        step = 1 if current.reported_at is None else 0
        current._count(was=current.status if holds else "", became=became if holds else "", reported=step)
        Decision.record("report", by=None, channel="report", comment=current, reason=reason, about=f"weight={weight}")
        current.weigh_reports()
        if holds:
            counted = ", ".join(f"{number} {reason}" for reason, number in current.reports.open().counted())
            self._become(
                current,
                became,
                by=None,
                channel="report",
                rule="reports",
                because=f"Held by readers' reports: {counted}.",
            )
        self.reported_at, self.report_weight = current.reported_at, current.report_weight
        return report

    @transaction.atomic
    def dismiss_reports(self, *, by: User, channel: str = "queue", seen: str = "") -> Decision | None:
        """Keep it against its open reports; one that they hold is approved. None where no report waits."""
        if not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        current = self._locked()
        if seen and current.status != seen.partition("@")[0]:
            raise AlreadyDecided(current._who_decided())
        current._refuse_if_edited(seen)
        if current.status == self.Status.PENDING and current.reported_at:
            return self.approve(by=by, channel=channel)
        settlement = Settlement.of(current, self.Status.APPROVED, by=by)
        if not settlement.reports:
            return None
        current._count(reported=settlement.step)
        decision = Decision.record(KEEP, by=by, channel=channel, comment=current)
        settlement.carry_out(decision)
        self.reported_at, self.report_weight = current.reported_at, current.report_weight
        return decision

    def settle_report(self, report: Report, state: str, decision: Decision) -> None:
        """Answer one report by itself, as a notice does; call with this comment's row locked."""
        current = self._locked()
        settlement = Settlement(current, state, [report] if report.state == Report.State.OPEN else [])
        current._count(reported=settlement.step)
        settlement.carry_out(decision)
        self.reported_at, self.report_weight = current.reported_at, current.report_weight

    def weigh_reports(self) -> None:
        """Keep since when, and how heavily, it is reported, from its open reports; its row is locked by the caller."""
        still_open = self.reports.open()
        first = still_open.order_by("made_at").values_list("made_at", flat=True).first()
        self.reported_at, self.report_weight = first, still_open.weight()
        self.save(update_fields=["reported_at", "report_weight"])

    def _is_held_by(self, current: Comment, weight: int) -> bool:
        """Whether reports of this weight take an approved comment from readers until a moderator has looked."""
        needed = 100 * Policy.current().reports_to_hold
        if not needed or weight < needed or current.status != self.Status.APPROVED:
            return False
        dismissed = current.reports.filter(state=Report.State.DISMISSED, weight__gt=0)
        if current.edited_at is not None:
            dismissed = dismissed.filter(handled_at__gt=current.edited_at)
        return not dismissed.exists()

    def _complain_again(self, kept: Decision, *, by: User) -> Decision | None:
        """Open again the reports that keeping this comment had dismissed."""
        current = self._locked()
        settlement = Settlement.of(current, current.status, by=by, undoes=kept)
        current._count(reported=settlement.step)
        settlement.carry_out(Decision(by=by, channel="undo"))
        self.reported_at, self.report_weight = current.reported_at, current.report_weight
        return Decision.objects.filter(comment_id=self.pk, by=by).last() if settlement.reports else None

    @transaction.atomic
    def _decide(
        self,
        status: str,
        *,
        by: User | None,
        channel: str,
        seen: str = "",
        reason: str = "",
        note: str = "",
        undoes: Decision | None = None,
    ) -> Decision | None:
        """Move to a status under the row's lock; None when it is there already.

        Raises PermissionDenied for somebody who does not moderate, and AlreadyDecided where the comment is no
        longer in the status that the person saw, or says something else (TextChanged): a second moderator never
        overrules a first by accident. What its writer took back stays so: nobody else brings it before readers again.
        """
        if by is not None and not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        current = self._locked()
        if current.status == status:
            return None
        if current.status == self.Status.WITHDRAWN or (seen and current.status != seen.partition("@")[0]):
            raise AlreadyDecided(current._who_decided())
        current._refuse_if_edited(seen)
        if current.status in (self.Status.REJECTED, self.Status.SPAM):
            Appeal.follow(current, status, by=by)
        settlement = Settlement.of(current, status, by=by, undoes=undoes)
        current._count(was=current.status, became=status, reported=settlement.step)
        decision = self._become(current, status, by=by, channel=channel, reason=reason, note=note)
        settlement.carry_out(decision)
        self.reported_at, self.report_weight = current.reported_at, current.report_weight
        return decision

    def _become(
        self,
        current: Comment,
        status: str,
        *,
        by: User | None,
        channel: str,
        reason: str = "",
        note: str = "",
        rule: str = "",
        because: str = "",
    ) -> Decision:
        """Write down what was decided, once the counts have moved; ``current`` is the row as it was."""
        decision = Decision.append(
            current,
            was=current.status,
            became=status,
            by=by,
            channel=channel,
            reason=reason,
            rule=rule or current.rule,
        )
        hides = status == self.Status.SPAM and (current.status == self.Status.APPROVED or current.reported_at)
        if status == self.Status.REJECTED or channel == "report" or hides:
            Statement.to_writer(current, decision, note=note)
        current.status = self.status = status
        self.reason, self.note = reason, note
        self.rule, self.because = rule or current.rule, because or current.because
        self.decided_at = None if status == self.Status.PENDING else decision.made_at
        self.user_agent = ""
        self.featured = current.featured and status == self.Status.APPROVED
        changed = ["status", "reason", "note", "rule", "because", "decided_at", "user_agent", "featured"]
        self.save(update_fields=changed)
        expire(f"thread:{self.article_id}", EVERYWHERE)  # acts after commit
        return decision

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

    def _who_decided(self) -> str:
        """Return a sentence for whoever came second."""
        last = Decision.objects.deciding().filter(comment_id=self.pk).last()
        who = "The site" if last is None else last.actor_name
        return f"{who} moved this comment to {self.get_status_display().lower()} first. Nothing changed."
