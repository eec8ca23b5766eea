"""What other rules would have done to the comments of the last days: counted and listed, and nothing changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from comments.models import Comment, Decision, LinkedHost, Measure
from comments.models.writer import DISOWNED
from comments.rule_names import name_of
from comments.triage.book import Book
from comments.triage.rules import Context, Verdict, triage

MOST = 1000  # comments looked at, the newest; more would keep whoever asks waiting
LISTED = 100  # of those whose start would differ
DAYS = 30
LATER = ("reports", "edited", DISOWNED)  # reasons that no comment starts with


@dataclass
class Difference:
    """A comment that would have started elsewhere, or for another reason."""

    comment: Comment
    started: str
    verdict: Verdict

    @property
    def would_start(self) -> str:
        return Comment.Status(self.verdict.status).label

    @property
    def started_in(self) -> str:
        return Comment.Status(self.started).label


@dataclass
class Replay:
    """What came out: how many start where, then and now, and the comments that differ."""

    looked_at: int = 0
    is_cut: bool = False
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)  # (started, would start): how many
    by_rule: Counter[str] = field(default_factory=Counter)  # what the rules tried would have given as the reason
    was_by_rule: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    differing: int = 0

    @property
    def table(self) -> list[tuple[str, str, int]]:
        """Where comments started, where they would, how many; the most first."""
        names = Comment.Status
        return [(names(was).label, names(now).label, count) for (was, now), count in self.moved.most_common()]

    @property
    def rules(self) -> list[tuple[str, int, int]]:
        """The name of each rule with the comments that it placed, then and with the rules tried."""
        rules = sorted(self.by_rule | self.was_by_rule)
        return [(name_of(rule).capitalize(), self.was_by_rule[rule], self.by_rule[rule]) for rule in rules]


def replay(book: Book, *, days: int = DAYS) -> Replay:
    """Ask the rules of a book about the newest comments of the last days.

    Writers count as they stand today; floods, the hidden field and texts repeated elsewhere are not known any more.
    """
    recent = Comment.objects.filter(created_at__gt=timezone.now() - timedelta(days=days), staff=None)
    needed = recent.select_related("article", "writer", "parent").defer("article__body", "article__body_text")
    comments = list(needed.order_by("-created_at", "-pk")[: MOST + 1])
    found = Replay(is_cut=len(comments) > MOST)
    comments = comments[:MOST]
    starts = dict(
        Decision.objects.filter(comment_id__in=[each.pk for each in comments], was="").values_list(
            "comment_id", "became"
        )
    )
    rules = _started_by(comments)
    contexts = _contexts(comments, book)
    for context in contexts:
        comment = context.comment
        was_rule, kept = rules[comment.pk], (comment.score, comment.signals)
        started = starts.get(comment.pk, Comment.Status.PENDING)
        verdict = triage(comment, context=context)
        comment.score, comment.signals = kept
        found.looked_at += 1
        found.moved[(started, verdict.status)] += 1
        found.by_rule[verdict.rule] += 1
        found.was_by_rule[was_rule] += 1
        if started != verdict.status or was_rule != verdict.rule:
            found.differing += 1
            if len(found.differences) < LISTED:
                found.differences.append(Difference(comment, started, verdict))
    found.differences.sort(key=lambda each: each.started == each.verdict.status)
    return found


def _started_by(comments: Sequence[Comment]) -> dict[int, str]:
    """Return the rule by which each comment started; where another reason came later, as the log names it first."""
    rules = {comment.pk: comment.rule for comment in comments}
    later = [pk for pk, rule in rules.items() if rule in LATER]
    rows = Decision.objects.deciding().filter(comment_id__in=later).order_by("-pk")
    rules |= dict(rows.values_list("comment_id", "rule"))  # the first row of each comes last
    # Only what asks its owner can be disowned, and the log may know it no earlier.
    return {pk: "own-address" if rule == DISOWNED else rule or "hold-all" for pk, rule in rules.items()}


def _contexts(comments: Sequence[Comment], book: Book) -> list[Context]:
    """Return what the rules ask, with what would cost a query each asked for all at once."""
    now = timezone.now()
    measures: dict[int, list[Measure]] = defaultdict(list)
    for measure in Measure.objects.filter(writer__in={each.writer_id for each in comments if each.writer_id}).in_force(
        now
    ):
        measures[measure.writer_id].append(measure)
    contexts = []
    turned_down: dict[int, tuple[int, int]] = {}
    for comment in comments:
        writer = comment.writer
        domain = writer.key.rpartition("@")[2] if writer else ""
        context = Context(comment, book, writer=writer, mail_domain=domain, now=now)
        context.measures = measures[comment.writer_id or 0]
        if writer is not None:
            if writer.pk not in turned_down:
                turned_down[writer.pk] = context.rejected
            context.rejected = turned_down[writer.pk]
        contexts.append(context)
    hosts = sorted({host for context in contexts for host in context.bare_sample.linked_hosts})
    known: dict[str, tuple[int, int]] = {}
    for start in range(0, len(hosts), 50):
        known |= LinkedHost.known(hosts[start : start + 50])
    for context in contexts:
        context.sample = context.bare_sample
        context.sample.hosts = known
    return contexts
