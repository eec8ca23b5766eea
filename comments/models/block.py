"""Senders and targets that the newsroom blocks: mail domains, networks, the domains that links lead to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from ipaddress import ip_network
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from articles.kept import kept
from articles.pagecache import expire
from comments.hostnames import as_asked_for, host_of
from comments.models.comment import Comment
from comments.models.ends import refuse_end_that_is_over
from comments.models.log import Decision
from comments.models.rules import Effect
from comments.networks import IPV4_BITS, IPV6_BITS

KEY = "comment-blocks"
WIDEST = {4: 8, 6: 16}  # bits: a wider network would be a good part of the world
MOST_LINES = 200_000  # of one pasted list


class Known(NamedTuple):
    """A block as every process keeps it."""

    pk: int
    kind: str
    value: str
    effect: str
    reject_reason: str
    note: str
    until: datetime | None


class Blocks:
    """All blocks, to be asked about one comment; the clock ends each by itself."""

    def __init__(self, rows: Iterable[Known]) -> None:
        self.by_kind: dict[str, dict[str, Known]] = {kind: {} for kind in Block.Kind.values}
        for row in rows:
            self.by_kind[row.kind][row.value] = row
        networks = [ip_network(value) for value in self.by_kind[Block.Kind.NETWORK]]
        self._bits = sorted({(network.version, network.prefixlen) for network in networks}, reverse=True)

    def of_domain(self, kind: str, domain: str, now: datetime) -> Known | None:
        """Return what blocks a domain: itself, or one that it lies under."""
        known = self.by_kind[kind]
        while known and domain:
            if (found := _in_force(known.get(domain), now)) is not None:
                return found
            domain = domain.partition(".")[2]
        return None

    def of_network(self, network: str, now: datetime) -> Known | None:
        """Return what blocks the network of a sender: itself, or a wider one."""
        known = self.by_kind[Block.Kind.NETWORK]
        if not known or not network:
            return None
        sender = ip_network(network)
        for version, bits in self._bits:
            if version == sender.version and bits <= sender.prefixlen:
                wider = str(sender.supernet(new_prefix=bits))
                if (found := _in_force(known.get(wider), now)) is not None:
                    return found
        return None


def _in_force(block: Known | None, now: datetime) -> Known | None:
    return block if block is not None and (block.until is None or block.until > now) else None


class Block(models.Model):
    """A mail domain, a network or the domain of a link; what happens to comments from or to it, and how often."""

    class Kind(models.TextChoices):
        MAIL = "mail", "Mail domain"
        NETWORK = "network", "Network"
        LINK = "link", "Domain of a link"

    Effect = Effect

    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(
        max_length=255, help_text="A domain stands for those below it too. A network is written 192.0.2.0/24."
    )
    effect = models.CharField(max_length=10, choices=Effect, default=Effect.HOLD)
    reject_reason = models.CharField(
        "why it is rejected",
        max_length=15,
        choices=Comment.Reason,
        default=Comment.Reason.ADVERTISING,
        help_text="What the writer reads; only where the block rejects.",
    )
    note = models.CharField("why it is blocked", max_length=100, blank=True, help_text="For moderators.")
    until = models.DateTimeField(null=True, blank=True, help_text="When it ends by itself. Empty: never.")
    hits = models.PositiveIntegerField(default=0, editable=False)
    last_hit_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["kind", "value"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="block_once"),
            models.CheckConstraint(condition=Q(kind__in=["mail", "network", "link"]), name="block_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}"

    def clean(self) -> None:
        try:
            self.value = normal(self.kind, self.value)
        except ValueError as problem:
            raise ValidationError({"value": str(problem)}) from None
        refuse_end_that_is_over(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        expire(KEY)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **kwargs)
        expire(KEY)
        return gone

    @transaction.atomic
    def keep(self, *, by: User) -> None:
        """Put it into force as it stands; the log has its kind, and not what is blocked."""
        act = "block-added" if self._state.adding else "block-changed"
        # What it met since the desk read it stays counted.
        typed = [column.name for column in self._meta.concrete_fields if column.editable and not column.primary_key]
        self.save(update_fields=None if self._state.adding else typed)
        Decision.record(act, by=by, about=f"kind={self.kind}")

    @transaction.atomic
    def drop(self, *, by: User) -> None:
        """Block this no more."""
        self.delete()
        Decision.record("block-removed", by=by, about=f"kind={self.kind}")

    @classmethod
    def kept(cls) -> Blocks:
        """Return the blocks in force; no query where they are kept (see ``articles/kept.py``)."""
        return kept(KEY, cls._load)

    @classmethod
    def _load(cls) -> Blocks:
        rows = cls.objects.filter(Q(until=None) | Q(until__gt=timezone.now())).order_by("pk")
        fields = ("pk", "kind", "value", "effect", "reject_reason", "note", "until")
        return Blocks(Known(*row) for row in rows.values_list(*fields).iterator())

    @classmethod
    def count_hits(cls, pks: Sequence[int]) -> None:
        """Count a comment against the blocks that it met, in the transaction that writes it."""
        if pks:
            cls.objects.filter(pk__in=pks).update(hits=F("hits") + 1, last_hit_at=timezone.now())

    @classmethod
    @transaction.atomic
    def add_many(
        cls,
        kind: str,
        lines: Iterable[str],
        *,
        effect: str,
        note: str = "",
        until: datetime | None = None,
        by: User | None = None,
    ) -> tuple[int, list[str]]:
        """Add a whole list, one value a line; return how many are new, and the lines that are none.

        Empty lines and those that begin with # are passed over; a value that is blocked already stays as it is.
        """
        values: dict[str, None] = {}
        unread: list[str] = []
        for number, line in enumerate(lines):
            text = line.partition("#")[0].strip()
            if number >= MOST_LINES:
                raise ValueError(f"One list may have {MOST_LINES:,} lines. Nothing was added; divide it.")
            if text:
                try:
                    values[normal(kind, text)] = None
                except ValueError:
                    unread.append(text[:80])
        before = cls.objects.count()
        rows = [Block(kind=kind, value=value, effect=effect, note=note, until=until) for value in values]
        Block.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
        expire(KEY)
        if added := cls.objects.count() - before:
            Decision.record("block-added", by=by, about=f"kind={kind} count={added}")
        return added, unread


def normal(kind: str, value: str) -> str:
    """Return a value as it is compared; raises ValueError with a sentence for what cannot be blocked."""
    return _network(value) if kind == Block.Kind.NETWORK else domain_of(value)


def domain_of(text: str) -> str:
    """Return the domain in what somebody typed or pasted: a domain, an address, a link."""
    text = text.strip()
    try:
        if "://" in text:
            domain = host_of(text)
        else:
            domain = as_asked_for(text.rpartition("@")[2].partition("/")[0].partition(":")[0])
    except ValueError:
        domain = ""
    domain = domain.strip(".").removeprefix("*.").removeprefix("www.")
    if "." not in domain or not all(part.strip("-") for part in domain.split(".")) or len(domain) > 253:
        raise ValueError("Write a whole domain, like example.org.")
    if not all(char.isalnum() or char in ".-_" for char in domain):
        raise ValueError("Write a whole domain, like example.org.")
    return domain


def _network(text: str) -> str:
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        raise ValueError("Write a network like 192.0.2.0/24 or 2001:db8::/48.") from None
    finest = IPV4_BITS if network.version == 4 else IPV6_BITS
    if network.prefixlen > finest:
        wider = network.supernet(new_prefix=finest)
        raise ValueError(f"Senders are known by their network alone, never by a whole address. Block {wider} or wider.")
    if network.prefixlen < WIDEST[network.version]:
        raise ValueError(f"That would block a good part of the world; /{WIDEST[network.version]} is the widest.")
    return str(network)
