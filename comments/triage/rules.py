"""Where a comment that was taken starts: a list of small rules, each with its reason; the first with an opinion wins.

Those that put away (spam folder, rejected) come before those that hold, so that a comment with a casino's link is
not merely held for having one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from django.utils import timezone

from comments.models import Block, Comment, LinkedHost, Measure, Policy, Writer
from comments.models.block import Known
from comments.models.rules import Effect
from comments.spam import Sample, Score, score
from comments.triage.book import Book
from comments.triage.opening import moment_in_words

BECAUSE_LENGTH = 200  # characters, as the column
RECENT = 200  # decided comments of one writer that are looked at

_STARTS = {
    Effect.SPAM: Comment.Status.SPAM,
    Effect.REJECT: Comment.Status.REJECTED,
    Effect.HOLD: Comment.Status.PENDING,
}
_ON_THE_LIST = {
    Effect.SPAM: "“{}” is on the list for the spam folder.",
    Effect.REJECT: "“{}” is on the list of words to reject.",
    Effect.HOLD: "“{}” is on the list of words to hold.",
}


@dataclass(frozen=True)
class Verdict:
    """Where a new comment starts, by which rule, and why, as moderators read it."""

    status: str
    rule: str
    because: str
    reason: str = ""  # to reject, as its writer reads it
    met: Sequence[int] = ()  # the blocks that it met, to be counted

    def __post_init__(self) -> None:
        # Whoever writes it down: a moderator's reason in it may have more than the column takes.
        object.__setattr__(self, "because", self.because[:BECAUSE_LENGTH])

    def settle(self, comment: Comment) -> None:
        """Write the verdict into a comment that is about to be entered."""
        comment.status, comment.rule, comment.reason = self.status, self.rule, self.reason
        comment.because = self.because


@dataclass
class Context:
    """What the rules know beside the comment; what costs a query is asked for once, by the rule that needs it."""

    comment: Comment
    book: Book
    writer: Writer | None = None
    mail_domain: str = ""
    same: Sequence[Comment] = ()  # comments with the same words
    trapped: bool = False
    seconds: float | None = None
    now: datetime = field(default_factory=timezone.now)

    @property
    def policy(self) -> Policy:
        return self.book.policy

    @cached_property
    def links(self) -> int:
        return self.comment.html.count("<a ")

    @cached_property
    def listed(self) -> list[tuple[str, str, str]]:
        """The listed words in it: (phrase, effect, reason to reject)."""
        comment = self.comment
        return self.book.words.found(f"{comment.text}\n{comment.name}\n{comment.website}")

    @cached_property
    def sample(self) -> Sample:
        """What the spam score is asked about, with what is known of the hosts that it links to."""
        sample = self.bare_sample
        sample.hosts = LinkedHost.known(sample.linked_hosts)
        return sample

    @cached_property
    def bare_sample(self) -> Sample:
        comment, article = self.comment, self.comment.article
        return Sample(
            comment.text,
            html=comment.html,
            name=comment.name,
            goes_by=self.book.names.found(comment.name),
            website=comment.website,
            article=f"{article.headline} {article.standfirst}",
            parent=comment.parent.text if comment.parent else "",
            trusted=self.writer is not None and is_trusted(self.writer, self.policy),
            trapped=self.trapped,
            seconds=self.seconds,
            repeats=[each.status for each in self.same if each.article_id != comment.article_id],
        )

    @cached_property
    def blocked(self) -> list[tuple[str, Known]]:
        """The blocks that it meets: (in words, block)."""
        blocks = self.book.blocks
        found = [
            (
                "mail",
                "The domain of the writer’s address is blocked",
                self.mail_domain and blocks.of_domain(Block.Kind.MAIL, self.mail_domain, self.now),
            ),
            ("network", "The network that it came from is blocked", blocks.of_network(self.comment.network, self.now)),
        ]
        found += [
            ("link", f"Links to {host} are blocked", blocks.of_domain(Block.Kind.LINK, host, self.now))
            for host in (self.sample.linked_hosts if blocks.by_kind[Block.Kind.LINK] else ())
        ]
        return [(words, block) for _, words, block in found if block]

    @cached_property
    def measures(self) -> list[Measure]:
        """What moderators have decided about the writer and is in force."""
        if self.writer is None or self.writer.pk is None or not self.writer.is_measured:
            return []  # ``Writer.of`` has looked on its way
        return list(Measure.objects.filter(writer=self.writer).in_force(self.now))

    @cached_property
    def score(self) -> Score:
        return score(self.sample, self.book.weights)

    @cached_property
    def rejected(self) -> tuple[int, int]:
        """How many of the writer's comments that people decided about lately were turned down, and of how many."""
        writer = self.writer
        if writer is None or not (writer.rejected_count or writer.spam_count):
            return 0, 0
        since = self.now - timedelta(days=self.policy.rejected_days)
        recent = writer.record().filter(created_at__gt=since).order_by("-created_at")
        statuses = list(recent.values_list("status", flat=True)[:RECENT])
        return len(statuses) - statuses.count(Comment.Status.APPROVED), len(statuses)


# Those that put away.


def has_words_put_away(context: Context) -> Verdict | None:
    """A listed word that means spam, or one that is rejected; the folder first, which tells a spammer nothing."""
    for effect in (Effect.SPAM, Effect.REJECT):
        for phrase, its_effect, reason in context.listed:
            if its_effect == effect:
                told = reason if effect == Effect.REJECT else ""
                return Verdict(_STARTS[effect], "blocked-words", _ON_THE_LIST[effect].format(phrase), told)
    return None


def is_blocked(context: Context) -> Verdict | None:
    """A blocked mail domain, network or domain of a link, with the effect that the block names."""
    return _by_block(context, (Effect.SPAM, Effect.REJECT))


def is_kept_out(context: Context) -> Verdict | None:
    """Somebody who is banned or suspended. The folder says nothing to whoever merely typed that person's address."""
    for kind, words in ((Measure.Kind.BAN, "banned"), (Measure.Kind.SUSPEND, "suspended")):
        for measure in context.measures:
            if measure.kind == kind:
                until = f" until {moment_in_words(measure.until)}" if measure.until else ""
                return Verdict(Comment.Status.SPAM, "marked", f"This writer is {words}{until}: {measure.reason}")
    return None


def is_surely_spam(context: Context) -> Verdict | None:
    """A spam score from which the site folders, under any address: who is trusted is nothing that a receipt tells."""
    points = context.score.under_any_address
    if points < context.policy.spam_score:
        return None
    apart = "" if points == context.score.points else ", not counting the trusted address"
    return Verdict(Comment.Status.SPAM, "spam-score", f"Spam score {points}{apart}: {_foremost(context)}.")


# Those that hold.


def has_words_to_hold(context: Context) -> Verdict | None:
    """A listed word that a moderator is to look at."""
    for phrase, effect, _ in context.listed:
        if effect == Effect.HOLD:
            return Verdict(Comment.Status.PENDING, "blocked-words", _ON_THE_LIST[Effect.HOLD].format(phrase))
    return None


def is_to_be_held(context: Context) -> Verdict | None:
    """A block that only holds."""
    return _by_block(context, (Effect.HOLD,))


def has_many_links(context: Context) -> Verdict | None:
    """As many links as the site holds comments from."""
    limit = context.policy.number("hold_links")
    if not limit or context.links < limit:
        return None
    links = "1 link" if context.links == 1 else f"{context.links} links"
    return Verdict(Comment.Status.PENDING, "links", f"{links}; this site holds comments with {limit} or more.")


def is_always_held(context: Context) -> Verdict | None:
    """Somebody whose every comment a moderator wants to see."""
    for measure in context.measures:
        if measure.kind == Measure.Kind.HOLD:
            return Verdict(Comment.Status.PENDING, "marked", f"This writer is always held: {measure.reason}")
    return None


def was_often_rejected(context: Context) -> Verdict | None:
    """A writer of whose comments that people decided about lately a good part was turned down."""
    share = context.policy.rejected_share
    turned_down, decided = context.rejected
    if not share or not decided or turned_down * 100 < share * decided:
        return None
    days = context.policy.rejected_days
    return Verdict(
        Comment.Status.PENDING,
        "often-rejected",
        f"{turned_down} of this writer’s {decided} decided comments of the last {days} days were turned down.",
    )


def may_be_spam(context: Context) -> Verdict | None:
    """A spam score from which the site says so, though not enough for the folder."""
    if not context.policy.hold_score or context.score.points < context.policy.hold_score:
        return None
    return Verdict(Comment.Status.PENDING, "spam-score", f"Spam score {context.score.points}: {_foremost(context)}.")


def is_first(context: Context) -> Verdict | None:
    """A first comment: nothing by this writer was approved before."""
    if context.writer is None or context.writer.approved_count:
        return None
    return Verdict(Comment.Status.PENDING, "first", "No comment by this writer was approved before.")


def awaits_its_owner(context: Context) -> Verdict | None:
    """A comment under a trusted address: it appears once its owner says, by a link sent there, that it is theirs.

    The post itself proves nothing, as an address is merely typed; see ``comments/trust.py``.
    """
    if context.writer is None or not is_trusted(context.writer, context.policy):
        return None
    return Verdict(
        Comment.Status.PENDING, "own-address", "Waits for a word from the confirmed address; you may decide before."
    )


def holds_everything(context: Context) -> Verdict | None:
    """What no other rule had an opinion on."""
    return Verdict(Comment.Status.PENDING, "hold-all", "Every comment waits for a moderator.")


RULES: tuple[Callable[[Context], Verdict | None], ...] = (
    has_words_put_away,
    is_blocked,
    is_surely_spam,  # before what looks at the person: under any address, clear spam is told to be that
    is_kept_out,
    has_words_to_hold,
    is_to_be_held,
    has_many_links,
    is_always_held,
    was_often_rejected,
    may_be_spam,
    is_first,
    awaits_its_owner,
    holds_everything,
)


def opinions(context: Context) -> list[tuple[str, Verdict | None]]:
    """Return what every rule says, each with its own first sentence; the first verdict is the one that counts."""
    return [((rule.__doc__ or "").partition("\n")[0], rule(context)) for rule in RULES]


def triage(comment: Comment, book: Book | None = None, context: Context | None = None) -> Verdict:
    """Return where a comment starts, and why, and give it its spam score; no rule lets one past the moderators.

    Pass the book that was opened before the transaction, where there is one.
    """
    if context is None:
        writer = comment.writer
        domain = writer.key.rpartition("@")[2] if writer else ""
        context = Context(comment, book or Book.current(), writer=writer, mail_domain=domain)
    verdict = next(filter(None, (rule(context) for rule in RULES)))
    comment.score, comment.signals = context.score.points, [list(signal) for signal in context.score.signals]
    return Verdict(
        verdict.status,
        verdict.rule,
        verdict.because,
        verdict.reason,
        [block.pk for _, block in context.blocked],
    )


def is_trusted(writer: Writer, policy: Policy) -> bool:
    """Whether the owner of an address may let own comments past the queue: confirmed, known, and the site wants it."""
    return (
        policy.trust_confirmed
        and writer.confirmed_at is not None
        and writer.stopped_at is None
        and writer.approved_count >= max(1, policy.trust_after)
    )


def _by_block(context: Context, effects: Sequence[str]) -> Verdict | None:
    for effect in effects:
        for words, block in context.blocked:
            if block.effect == effect:
                because = f"{words}: {block.note}" if block.note else f"{words}."
                told = block.reject_reason if effect == Effect.REJECT else ""
                return Verdict(_STARTS[Effect(effect)], f"blocked-{block.kind}", because, told)
    return None


def _foremost(context: Context) -> str:
    """Return the heaviest signals in words."""
    return "; ".join(words for points, words in context.score.signals[:3] if points > 0)
