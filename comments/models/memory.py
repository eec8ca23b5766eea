"""What the spam score has learned from this site's decisions: counts of features, and the hosts that were linked to."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from articles.kept import kept
from articles.pagecache import expire
from articles.tasks import task
from comments.models.comment import Comment
from comments.models.log import Decision
from comments.spam.memory import Counts, read, starting, starting_mark, written
from comments.spam.signals import Sample

KEY = "spam-memory"
AT_ONCE = 2000  # decisions learned by one turn of the job; the next turn takes up where it ended
SPAM, HAM = "spam", "ham"


class SpamMemory(models.Model):
    """The site's own counts, one row; ``cursor`` is the last decision that they hold."""

    # None where nothing was counted yet, or only by the release before.
    tallies = models.BinaryField(null=True)
    in_force = models.BinaryField(null=True)  # the weights that follow, made by whoever writes the counts
    in_force_on = models.BigIntegerField(null=True)  # the mark of the starting model that they rest on
    spam = models.PositiveIntegerField(default=0)
    honest = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    learned_at = models.DateTimeField(null=True)
    # What the release before reads and writes, in half as many slots. These go with the next one.
    counts = models.BinaryField(default=bytes)
    weighed = models.BinaryField(default=bytes)
    built_on = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="spam_memory_is_one_row")]

    def __str__(self) -> str:
        return f"Learned from {self.spam} spam and {self.honest} honest comments"

    @classmethod
    def weights(cls) -> array[int]:
        """Return the weights in force; no query where they are kept (see ``articles/kept.py``)."""
        return kept(KEY, cls._in_force)

    @classmethod
    def _in_force(cls) -> array[int]:
        """Read the weights that the last sweep wrote: no request builds them, but one right after an upgrade."""
        found = cls.objects.filter(pk=1).defer("tallies", "counts", "weighed").first()
        if found is None:
            return starting()
        if found.in_force and found.in_force_on == starting_mark():
            return read(bytes(found.in_force))
        return found.learned.weights()

    @property
    def learned(self) -> Counts:
        return Counts(bytes(self.tallies or b""), spam=self.spam, honest=self.honest)

    def keep(self, counts: Counts, *, cursor: int) -> None:
        """Write what was learned; every process reads it with its next comment."""
        self.tallies, self.spam, self.honest = counts.blob(), counts.texts[SPAM], counts.texts[HAM]
        self.in_force, self.in_force_on = written(counts.weights()), starting_mark()
        self.cursor, self.learned_at = cursor, timezone.now()
        self.save()
        expire(KEY)

    @classmethod
    @transaction.atomic
    def take_in_decisions(cls) -> int:
        """Learn from the next decisions of people, unlearn what they overturned; return how many were looked at.

        The log's rows are numbered in the order of their commits (whoever appends holds its end), so a cursor
        misses none.
        """
        memory = cls.objects.select_for_update().get_or_create(pk=1)[0]
        decisions = list(Decision.objects.filter(pk__gt=memory.cursor).order_by("pk")[:AT_ONCE])
        if not decisions:
            if memory.in_force_on != starting_mark():  # A release has brought another starting model.
                memory.keep(memory.learned, cursor=memory.cursor)
            return 0
        by_people = {decision.comment_id for decision in decisions if decision.by_id is not None}
        counts = memory.learned
        comments = Comment.objects.filter(pk__in=by_people, staff=None).order_by("pk")
        for comment in comments.only("text", "html", "name", "website", "status", "reason", "learned"):
            _take_in(counts, comment)
        memory.keep(counts, cursor=decisions[-1].pk)
        return len(decisions)

    @classmethod
    def relearn(cls, labelled: Iterable[tuple[str, bool]] = ()) -> SpamMemory:
        """Learn everything anew: what people have decided so far, and texts that were labelled elsewhere."""
        counts = Counts()
        for text, is_spam in labelled:
            counts.add(SPAM if is_spam else HAM, text)
        with transaction.atomic():
            memory = cls.objects.select_for_update().get_or_create(pk=1)[0]
            last = Decision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            LinkedHost.objects.all().delete()
            Comment.objects.exclude(learned="").update(learned="")
            decided = Comment.objects.exclude(decided_at=None).filter(staff=None).order_by("pk")
            needed = decided.only("text", "html", "name", "website", "status", "reason", "learned")
            for comment in needed.iterator(chunk_size=AT_ONCE):
                _take_in(counts, comment)
            memory.keep(counts, cursor=last)
        return memory


class LinkedHost(models.Model):
    """A host, and how often comments that link to it were approved or were spam."""

    name = models.CharField(max_length=255, primary_key=True)
    approved = models.IntegerField(default=0)
    spam = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.approved} approved, {self.spam} spam"

    @classmethod
    def known(cls, hosts: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return (approved, spam) of those hosts that are known; no query for none."""
        if not hosts:
            return {}
        return {host.name: (host.approved, host.spam) for host in cls.objects.filter(pk__in=hosts[:50])}

    @classmethod
    def count(cls, hosts: Iterable[str], kind: str, step: int) -> None:
        column = "spam" if kind == SPAM else "approved"
        for host in hosts:
            cls.objects.get_or_create(pk=host)
            cls.objects.filter(pk=host).update(**{column: F(column) + step})


class _Seen(NamedTuple):
    text: str
    hosts: list[str]


def _seen(comment: Comment) -> _Seen:
    sample = Sample(comment.text, html=comment.html, website=comment.website)
    return _Seen(sample.learnable, sample.linked_hosts[:20])


def label_of(comment: Comment) -> str:
    """Return what a decided comment teaches: spam, ham, or nothing, as an insult is neither."""
    if comment.status == Comment.Status.APPROVED:
        return HAM
    advertises = comment.status == Comment.Status.REJECTED and comment.reason == Comment.Reason.ADVERTISING
    return SPAM if advertises or comment.status == Comment.Status.SPAM else ""


def _take_in(counts: Counts, comment: Comment) -> None:
    label = label_of(comment)
    if comment.learned == label or comment.status == Comment.Status.WITHDRAWN:
        return
    text, hosts = _seen(comment)
    if comment.learned:
        counts.add(comment.learned, text, -1)
        LinkedHost.count(hosts, comment.learned, -1)
    if label:
        counts.add(label, text)
        LinkedHost.count(hosts, label, +1)
    Comment.objects.filter(pk=comment.pk).update(learned=label)


@task("Learn from decisions what spam is")
def learn_from_decisions() -> None:
    """Sweep the log of decisions from where the last turn ended."""
    while SpamMemory.take_in_decisions() == AT_ONCE:
        pass
