"""The yearly transparency table: counted on from the log by a job, a bounded number of rows at a time, and printed.

Only numbers come of it. Every figure but the comments received is made from the log alone, so its totals are the
log's; erasing a comment or a person changes none of them.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from articles.tasks import task
from comments.models import Comment, Decision, Report
from comments.models.figure import Figure, FigureMark
from comments.models.log import DECIDE, DECIDING
from comments.waits import came_back_at, left_standing

BATCH = 1_000  # rows of the log, or comments, in one transaction
SETTLED = timedelta(minutes=10)  # A comment whose transaction is still open may have a number below the mark.
STEP = math.log(1.05)  # waits are kept in classes of five per cent, so that a middle one can be told from counts
AGAINST = ("rejected", "spam")
PEOPLE, WRITERS, MACHINE = "moderators", "writers", "automated"

_COUNT = re.compile(r"count=(\d+)")

Found = Counter[tuple[int, str, str]]


# Counting.


@task("Count for the transparency table")
def count_figures() -> None:
    count_on()


def count_on(now: datetime | None = None) -> int:
    """Count what the log and the comments have gained, to their ends, and return how many rows that were."""
    now = now or timezone.now()
    rows = 0
    while counted := _count_batch(now):
        rows += counted
    return rows


@transaction.atomic
def _count_batch(now: datetime) -> int:
    """Count the next rows under the mark's lock: two workers never count the same."""
    FigureMark.objects.get_or_create(pk=1)
    mark = FigureMark.objects.select_for_update().get(pk=1)
    log = list(Decision.objects.filter(pk__gt=mark.decision).order_by("pk")[:BATCH])
    written = Comment.objects.filter(pk__gt=mark.comment).order_by("pk")
    received = list(written.values_list("pk", "created_at", "staff_id", "imported_from")[:BATCH])
    # What claims to be from tomorrow was imported so, and is not waited for.
    open_end = next(
        (n for n, row in enumerate(received) if now - SETTLED < row[1] < now + timedelta(days=1)),
        None,
    )
    received = received[:open_end]
    found: Found = Counter()
    for _, created_at, staff, imported in received:
        if staff is None and not imported:
            found[_year(created_at), "received", ""] += 1
    _count_log(log, found)
    if not Figure.objects.filter(year=_year(now), name="rows").exists():
        found[_year(now), "rows", ""] += 0
    Figure.add(found)
    mark.decision = log[-1].pk if log else mark.decision
    mark.comment = received[-1][0] if received else mark.comment
    mark.counted_at = now
    mark.save()
    return len(log) + len(received)


def _year(moment: datetime) -> int:
    return timezone.localtime(moment).year


def _count_log(log: list[Decision], found: Found) -> None:
    """Add what these rows of the log say; what stands before them is looked up in three queries."""
    by_people = {row.comment_id for row in log if row.act in DECIDING and row.by_id}
    written = dict(Comment.objects.filter(pk__in=by_people).values_list("pk", "created_at"))
    before: dict[int, list[Decision]] = defaultdict(list)
    if by_people:
        earlier = Decision.objects.deciding().filter(comment_id__in=by_people, pk__lt=log[0].pk)
        for row in left_standing(earlier.order_by("pk")):
            before[row.comment_id].append(row)
    for row in log:
        year = _year(row.made_at)
        found[year, "rows", ""] += 1
        if row.act in ("", DECIDE):
            _count_decision(row, year, before[row.comment_id], written.get(row.comment_id), found)
        elif row.act.startswith("report"):
            number = _COUNT.search(row.about)
            found[year, row.act, row.reason] += int(number[1]) if number else 1
        elif row.act == "appeal-reopened":
            found[year, "act", "appeal-granted"] -= 1
        else:
            found[year, "act", row.act] += 1
        if row.act in DECIDING and row.channel != "undo":
            before[row.comment_id].append(row)


def _count_decision(
    row: Decision, year: int, before: list[Decision], written_at: datetime | None, found: Found
) -> None:
    who = PEOPLE if row.by_id else WRITERS if row.channel == "receipt" else MACHINE
    found[year, "decided", f"{row.became}/{row.reason}/{who}"] += 1
    if row.channel == "appeal":
        found[year, "act", "appeal-granted"] += 1
    if row.channel != "undo":
        _count_verdict(row, before, written_at, found, 1)
    elif before:  # what was taken back proves nobody wrong and ends no wait
        _count_verdict(before.pop(), before, written_at, found, -1)


def _count_verdict(row: Decision, before: list[Decision], written_at: datetime | None, found: Found, by: int) -> None:
    """Count, or count back, what a person's decision says of the wait for it and of an automated one before it."""
    if not row.by_id:
        return
    year = _year(row.made_at)
    is_first = not any(earlier.by_id and earlier.was == "pending" for earlier in before)
    since = came_back_at(before) or written_at
    if row.was == "pending" and row.became != "pending" and is_first and since is not None:
        waited = max(0.0, (row.made_at - since).total_seconds())
        found[year, "wait", str(int(math.log1p(waited) / STEP))] += by
    last = before[-1] if before else None
    if last is None or last.by_id or last.channel == "receipt" or row.became == last.became:
        return
    if last.became in AGAINST and row.became in ("approved", "pending"):
        found[year, "overruled", last.rule] += by
    elif last.channel == "report" and row.became == "approved":
        found[year, "overruled", "reports"] += by


# Printing.


@dataclass
class Part:
    """One part of the table: a caption, what the columns are, and the rows with their numbers."""

    caption: str
    columns: list[str]
    rows: list[tuple[str, list[int]]] = field(default_factory=list)
    note: str = ""


@dataclass
class Table:
    """What a year came to."""

    year: int
    received: int
    log_rows: int
    wait: timedelta | None
    counted_at: datetime | None
    parts: list[Part]

    def lines(self) -> Iterable[tuple[str, str, str, int]]:
        """Every number once: part, row, column, number."""
        yield ("Comments", "Received", "", self.received)
        yield ("Log", "Rows", "", self.log_rows)
        if self.wait is not None:
            yield ("Comments", "Middle wait for a moderator", "seconds", round(self.wait.total_seconds()))
        for part in self.parts:
            for label, numbers in part.rows:
                for column, number in zip(part.columns, numbers, strict=True):
                    yield (part.caption, label, column, number)


def years() -> list[int]:
    """Return the years that have figures, the newest first; this one where nothing is counted yet."""
    found = Figure.objects.order_by("-year").values_list("year", flat=True).distinct()
    return list(found) or [timezone.localtime().year]


def table(year: int) -> Table:
    """Return a year's table from what is kept: some hundred rows, however many comments there were."""
    figures: dict[str, Counter[str]] = defaultdict(Counter)
    for name, key, value in Figure.objects.filter(year=year).values_list("name", "key", "value"):
        figures[name][key] = value
    mark = FigureMark.objects.filter(pk=1).first()
    return Table(
        year=year,
        received=figures["received"][""],
        log_rows=figures["rows"][""],
        wait=_middle(figures["wait"]),
        counted_at=mark.counted_at if mark else None,
        parts=[
            *(make(figures) for make in (_decisions, _reasons, _errors, _reports)),
            *(make(figures["act"]) for make in (_notices, _appeals, _others)),
        ],
    )


def _middle(waits: Counter[str]) -> timedelta | None:
    """Return the middle of the waits, to within a twentieth."""
    half = sum(waits.values()) / 2
    for step, number in sorted((int(key), number) for key, number in (+waits).items()):
        half -= number
        if half <= 0:
            return timedelta(seconds=round(math.expm1((step + 0.5) * STEP)))
    return None


def _by_who(decided: Counter[str], name: str, position: int) -> list[int]:
    """How often something was decided by each of the three, where a part of the key is this word."""
    sums = Counter[str]()
    for key, number in decided.items():
        parts = key.split("/")
        if parts[position] == name:
            sums[parts[2]] += number
    return [sums[who] for who in (PEOPLE, MACHINE, WRITERS)]


def _decisions(figures: dict[str, Counter[str]]) -> Part:
    part = Part(
        "Decisions, by outcome",
        ["by moderators", "automated", "by their writers"],
        note="A comment that was decided about twice counts twice. Automated are those of rules, and of readers' "
        "reports that hide a comment until a moderator has looked.",
    )
    words = {"approved": "Approved", "rejected": "Rejected", "spam": "Put into the spam folder"}
    words |= {"pending": "Put back to wait", "withdrawn": "Withdrawn"}
    part.rows = [(label, _by_who(figures["decided"], status, 0)) for status, label in words.items()]
    return part


def _reasons(figures: dict[str, Counter[str]]) -> Part:
    part = Part("Rejections, by reason", ["by moderators", "automated"])
    rejected = Counter({key: number for key, number in figures["decided"].items() if key.startswith("rejected/")})
    known = {**dict(Comment.Reason.choices), "": "None given"}
    known |= {key.split("/")[1]: key.split("/")[1] for key in rejected if key.split("/")[1] not in known}
    part.rows = [(str(label), _by_who(rejected, reason, 1)[:2]) for reason, label in known.items()]
    part.rows = [row for row in part.rows if row[0] != "None given" or any(row[1])]
    return part


def _errors(figures: dict[str, Counter[str]]) -> Part:
    part = Part(
        "What automation got wrong",
        ["overruled by a moderator"],
        note="Comments that a rule kept from readers and that a moderator, or an appeal, brought before them.",
    )
    part.rows = [(_rule(rule), [number]) for rule, number in sorted((+figures["overruled"]).items())]
    return part


def _rule(rule: str) -> str:
    return rule.replace("-", " ").replace("_", " ").capitalize() if rule else "No rule named"


def _reports(figures: dict[str, Counter[str]]) -> Part:
    part = Part("Reports by readers, by reason", ["received", "upheld", "dismissed", "void"])
    for reason, label in Report.Reason.choices:
        numbers = [figures[f"report{end}"][reason] for end in ("", "-upheld", "-dismissed", "-void")]
        part.rows.append((str(label), numbers))
    if again := sum(figures["report-reopened"].values()):
        part.note = f"Answers that were taken back, so that the reports were answered again: {again}."
    return part


def _notices(acts: Counter[str]) -> Part:
    part = Part("Notices of illegal content", ["notices"])
    words = {"notice": "Received", "notice-upheld": "Upheld", "notice-dismissed": "Dismissed", "notice-void": "Void"}
    part.rows = [(label, [acts[act]]) for act, label in words.items()]
    if again := acts["notice-reopened"]:
        part.note = f"Decisions that were taken back, so that the notices were decided again: {again}."
    return part


def _appeals(acts: Counter[str]) -> Part:
    words = {"appeal": "Received", "appeal-granted": "Granted", "appeal-refused": "Refused"}
    return Part("Appeals by writers", ["appeals"], [(label, [acts[act]]) for act, label in words.items()])


def _others(acts: Counter[str]) -> Part:
    """What else was done: kept comments, features, edits, settings."""
    told = ("notice", "appeal")
    rows = [(_rule(act), [number]) for act, number in sorted(acts.items()) if not act.startswith(told)]
    return Part("Other acts", ["acts"], rows)
