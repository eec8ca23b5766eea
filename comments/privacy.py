"""The registry of personal data: every column that may hold something of a reader's, and what becomes of it.

Whoever adds a column for words, an address or a network declares it here, in ``REGISTRY``, or says in ``FREE`` why it
holds nothing of a person's; a test fails until then. Export, erasure and the privacy page read the registry, so what
is declared is handed out, erased and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import timezone

from comments.models import (
    AddressLook,
    Appeal,
    Block,
    Comment,
    DataRequest,
    FloodWindow,
    Follow,
    Measure,
    Notice,
    Policy,
    ReplyNotice,
    Report,
    Revision,
    StaffNote,
    Statement,
    Writer,
)


class Handed(StrEnum):
    """Whether a column is part of an export."""

    YES = "yes"
    PRIVATE = "private"  # only where the owner of the address asks for it: exports are left lying about
    NO = "no"


@dataclass(frozen=True)
class Column:
    """One column that holds personal data."""

    name: str
    what: str  # in the words of the privacy page
    kept: Callable[[Policy], str]
    handed: Handed = Handed.YES


@dataclass(frozen=True)
class Record:
    """One table with personal data: its columns, whose rows are whose, and what goes beside them into an export."""

    model: type[Model]
    title: str
    columns: tuple[Column, ...]
    beside: tuple[str, ...] = ()  # exported too: moments, states and codes, which tell nothing by themselves
    owners: tuple[str, ...] = ()  # beside too, and never for a receipt: what the owner of the address did
    of_writer: Callable[[Writer], QuerySet[Any]] | None = None
    of_comment: Callable[[Comment], QuerySet[Any]] | None = None
    erased: str = "with the comment or the address"
    free: frozenset[str] = field(default_factory=frozenset)  # columns of words that hold nothing of a reader's

    @property
    def label(self) -> str:
        return self.model._meta.label


def _while_address(policy: Policy) -> str:
    return "until you erase it, or nothing that you wrote or asked for is left"


def _with_comment(policy: Policy) -> str:
    return (
        f"as long as the comment stands; {_days(policy.keep_rejected_days)} where it was rejected or withdrawn, "
        f"{_days(policy.keep_spam_days)} where it is spam"
    )


def _network(policy: Policy) -> str:
    return _days(policy.keep_network_days)


def _until_decided(policy: Policy) -> str:
    return f"until the comment is decided about, at most {_days(policy.keep_network_days)}"


def _request(policy: Policy) -> str:
    return _days(policy.keep_unconfirmed_days)


def _minutes(policy: Policy) -> str:
    return "one day"


def _notice(policy: Policy) -> str:
    return "as long as the comment that it is about; your name until you erase it"


def _block(policy: Policy) -> str:
    return "as long as a moderator has set; it names no person"


def _days(number: int) -> str:
    return "one day" if number == 1 else f"{number} days"


REGISTRY: tuple[Record, ...] = (
    Record(
        Writer,
        "Address",
        (
            Column("address", "Your email address, to write to you", _while_address, Handed.PRIVATE),
            Column("key", "The same address in small letters, to find it again", _while_address, Handed.PRIVATE),
            Column("random", "A random value for the picture beside your name", _while_address, Handed.NO),
        ),
        beside=("created_at", "confirmed_at", "stopped_at", "declined_outcome_at"),
        of_writer=lambda writer: Writer.objects.filter(pk=writer.pk),
    ),
    Record(
        Comment,
        "Comments",
        (
            Column("name", "The name above your comment", _with_comment),
            Column("website", "The website behind the name", _with_comment),
            Column("text", "What you wrote", _with_comment),
            Column("html", "The same text, made ready for the page", _with_comment, Handed.NO),
            Column("fingerprint", "A number that is equal for equal texts, against repeats", _with_comment, Handed.NO),
            Column("note", "A moderator's word to you about the decision", _with_comment),
            Column("because", "Why it waited, for moderators", _with_comment, Handed.NO),
            Column("signals", "What its spam score is made of, for moderators", _with_comment, Handed.NO),
            Column("network", "The network that you wrote from, its last part cut off", _network, Handed.PRIVATE),
            Column("user_agent", "The make of your browser", _until_decided, Handed.PRIVATE),
            Column("imported_id", "The number of the comment in the system that it came from", _with_comment),
        ),
        beside=("pk", "article_id", "status", "reason", "created_at", "edited_at", "decided_at", "wants_outcome"),
        of_writer=lambda writer: Comment.objects.filter(writer=writer).order_by("pk"),
        of_comment=lambda comment: Comment.objects.filter(pk=comment.pk),
        free=frozenset({"path", "rule", "imported_from", "learned"}),
    ),
    Record(
        Revision,
        "Earlier wordings",
        (
            Column("name", "The name that stood above it before a change", _with_comment),
            Column("website", "The website before a change", _with_comment),
            Column("text", "What it said before a change", _with_comment),
            Column("reason", "Why a moderator changed it", _with_comment),
        ),
        beside=("comment_id", "replaced_at"),
        of_writer=lambda writer: Revision.objects.filter(comment__writer=writer).order_by("pk"),
        of_comment=lambda comment: Revision.objects.filter(comment=comment).order_by("pk"),
    ),
    Record(
        Appeal,
        "Appeals",
        (
            Column("text", "What you wrote in an appeal", _with_comment),
            Column("note", "A moderator's answer to it", _with_comment),
        ),
        beside=("comment_id", "state", "made_at", "judged_at"),
        of_writer=lambda writer: Appeal.objects.filter(comment__writer=writer).order_by("pk"),
        of_comment=lambda comment: Appeal.objects.filter(comment=comment),
    ),
    Record(
        Statement,
        "Statements of reasons",
        (
            Column("note", "A moderator's word in a statement of reasons", _with_comment),
            Column("facts", "What a decision rests on", _with_comment),
        ),
        beside=("comment_id", "restriction", "ground", "reason", "law", "automation", "made_at"),
        of_writer=lambda writer: Statement.objects.filter(comment__writer=writer, to="writer").order_by("pk"),
        of_comment=lambda comment: Statement.objects.filter(comment=comment, to="writer").order_by("pk"),
        free=frozenset({"restriction", "reason", "law", "automation"}),
    ),
    Record(
        Measure,
        "Measures",
        (Column("reason", "Why you were warned, held, suspended or banned", _while_address),),
        beside=("kind", "until", "made_at", "lifted_at"),
        of_writer=lambda writer: Measure.objects.filter(writer=writer).order_by("pk"),
        erased="with the address",
    ),
    Record(
        StaffNote,
        "Notes of moderators",
        (Column("text", "What moderators note for each other", _while_address, Handed.NO),),
        beside=("made_at",),
        of_writer=lambda writer: StaffNote.objects.filter(writer=writer).order_by("pk"),
        erased="with the address",
    ),
    Record(
        Follow,
        "Mail that you asked for",
        (),
        beside=("article_id", "scope", "speed", "created_at", "paused_at"),
        owners=("muted_at", "declined_at"),
        of_writer=lambda writer: Follow.objects.filter(writer=writer).order_by("pk"),
        of_comment=lambda comment: Follow.objects.filter(comment=comment),
    ),
    Record(
        ReplyNotice,
        "Mail about answers",
        (),
        beside=("comment_id", "created_at", "sent_at"),
        of_writer=lambda writer: ReplyNotice.objects.filter(writer=writer).order_by("pk"),
        erased="with the address",
    ),
    Record(
        AddressLook,
        "When staff looked at your address",
        (),
        beside=("made_at",),
        of_writer=lambda writer: AddressLook.objects.filter(writer=writer).order_by("pk"),
        erased="with the address",
    ),
    Record(
        Notice,
        "Notices of illegal content that you sent",
        (
            Column("name", "Your name under a notice", _notice),
            Column("law", "The law that you named", _notice),
            Column("explanation", "What a moderator answered", _notice),
        ),
        beside=("comment_id", "state", "made_at", "handled_at"),
        of_writer=lambda writer: Notice.objects.filter(notifier=writer).order_by("pk"),
        erased="name and address at once, the rest with the comment",
        free=frozenset({"told"}),
    ),
    Record(
        Report,
        "What you wrote in notices",
        (
            Column("statement", "What you wrote in a report or notice", _notice),
            Column("network", "The network that you reported from, its last part cut off", _network, Handed.PRIVATE),
        ),
        beside=("comment_id", "reason", "state", "made_at"),
        of_writer=lambda writer: Report.objects.filter(notice__notifier=writer).order_by("pk"),
        erased="with the comment; it is tied to nobody once the notice is",
    ),
    Record(
        DataRequest,
        "Requests for your data",
        (Column("digest", "A trace of the key in the mail, by which the key is known again", _request, Handed.NO),),
        beside=("made_at", "sent_at"),
        of_writer=lambda writer: DataRequest.objects.filter(writer=writer).order_by("pk"),
        erased="with the address",
    ),
    Record(
        Block,
        "Blocks",
        (
            Column("value", "A network, mail domain or linked domain that is blocked", _block, Handed.NO),
            Column("note", "Why it is blocked", _block, Handed.NO),
        ),
        erased="when it ends",
    ),
    Record(
        FloodWindow,
        "Counts against floods",
        (Column("network", "How much came from a network within the last minutes", _minutes, Handed.NO),),
        erased="by itself",
    ),
)

# Columns of words in this app that hold nothing of a reader's, each with its reason.
FREE: dict[str, str] = {
    "comments.Decision": "codes alone; the log refuses anything else, for it outlives what people erase",
    "comments.LogHead": "the end of a chain of hashes over codes",
    "comments.Policy": "the newsroom's own words",
    "comments.Wording": "the newsroom's own words",
    "comments.Thread": "the newsroom's own words",
    "comments.Tally": "the names of folders",
    "comments.BlockedWord": "the newsroom's own list",
    "comments.Restriction": "the newsroom's own words",
    "comments.SpamMemory": "counts of words over many texts; no text can be read back from them",
    "comments.Figure": "names of figures and of reasons, for the yearly table",
    "comments.LinkedHost": "names of sites that were linked to, and how often",
}

# Other apps: the newsroom's own words, its staff, and machinery that is given nothing of a reader's.
ELSEWHERE: dict[str, str] = {
    "articles": "what the newsroom publishes; authors are named on purpose",
    "auth": "the staff",
    "admin": "acts of the staff at the desk; comments and writers are not edited there as rows",
    "sessions": "the staff; readers have no session",
    "contenttypes": "names of tables",
    "django_tasks_database": "ids and codes; see articles/tasks.py",
}


def export(writer: Writer, *, private: bool) -> dict[str, Any]:
    """Return all that is held about whoever owns an address; the address and networks only where asked for."""
    parts = ((record, record.of_writer(writer)) for record in REGISTRY if record.of_writer)
    return _export(parts, private=private, owner=True)


def export_comment(comment: Comment) -> dict[str, Any]:
    """Return what is held with one comment; never the address, for whoever has the link need not own it."""
    parts = ((record, _of_receipt(record, comment)) for record in REGISTRY if record.of_comment)
    data = _export(parts, private=False, owner=False)
    for row in data["Comments"]:  # as its receipt tells it, see receipts.as_told
        row |= {name: _plain(getattr(comment, name)) for name in ("status", "reason", "decided_at")}
    return data


def _of_receipt(record: Record, comment: Comment) -> QuerySet[Any]:
    """Return the rows with one comment; a wish for mail as long as unconfirmed ones are kept, as on the receipt.

    Longer ones would tell whoever typed an address whether its owner has confirmed it.
    """
    rows = record.of_comment(comment) if record.of_comment else record.model._default_manager.none()
    if record.model is not Follow:
        return rows
    return rows.filter(created_at__gt=timezone.now() - timedelta(days=Policy.current().keep_unconfirmed_days))


def _export(parts: Iterator[tuple[Record, QuerySet[Any]]], *, private: bool, owner: bool) -> dict[str, Any]:
    now = timezone.localtime(timezone.now())
    note = (
        "All that is held, the address and networks too: keep this file to yourself."
        if private
        else "All that is held, apart from the address, networks and browsers, which were left out."
    )
    data: dict[str, Any] = {"site": settings.SITE_URL, "made_at": now.isoformat(timespec="seconds"), "note": note}
    for record, rows in parts:
        handed = {Handed.YES, Handed.PRIVATE} if private else {Handed.YES}
        names = [column.name for column in record.columns if column.handed in handed]
        names += record.owners if owner else ()
        data[record.title] = [
            {name: _plain(value) for name, value in row.items()} for row in rows.values(*record.beside, *names)
        ]
    return data


def _plain(value: Any) -> Any:
    return timezone.localtime(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value
