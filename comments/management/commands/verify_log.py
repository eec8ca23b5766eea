"""Read the whole log of decisions and say whether anything in it was changed, removed, moved or put in."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from comments.models import Decision, LogHead
from comments.models.log import COVERED, digest_of

ROWS = 5_000  # fetched at a time, by range of their numbers: the memory stays the same however long the log is
WORD = "newsblog-log"  # the first of an anchor's four words


class Command(BaseCommand):
    help = "Check the chain of the log of decisions; exits with an error at the first broken row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            action="store_true",
            help="after the check, print nothing but a line to keep elsewhere: the log's length and last digest",
        )
        parser.add_argument(
            "--against",
            metavar="FILE",
            type=Path,
            help="check the log against such lines too, which a copy of the database cannot have changed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError naming the first row that does not fit the one before it, a cut end, or a lost anchor.

        The chain shows a change by hand or by fault. Whoever can rewrite every row and the head can hide one, save
        from an anchor that was kept somewhere else.
        """
        anchors = _anchors(options["against"]) if options["against"] else {}
        previous, length, kept, last = "", 0, 0, -(2**63)
        while True:
            before = length
            for pk, *row in _rows(after=last):
                digest = row.pop()
                number = f"Decision {pk}"
                if row[COVERED.index("previous") - 1] != previous:
                    raise CommandError(f"{number} does not follow the one before it: a row is missing, or was put in.")
                if digest_of(pk, *row) != digest:
                    raise CommandError(f"{number} was changed after it was written.")
                previous, length, last = digest, length + 1, pk
                if length in anchors:
                    if anchors[length] != digest:
                        raise CommandError(
                            f"{number} is not what the anchor for row {length} says: the log was rewritten."
                        )
                    kept += 1
            head = LogHead.objects.filter(pk=1).first() or LogHead()
            if (head.digest, head.length) == (previous, length):
                break
            if length == before:  # else somebody decided between the last row and the look at the head: read on
                raise CommandError(f"The log should have {head.length} decisions and has {length}: its end is missing.")
        if kept < len(anchors):
            raise CommandError(f"An anchor speaks of row {max(anchors)}, and the log has {length}: its end is missing.")
        if options["anchor"]:
            self.stdout.write(f"{WORD} {length} {previous or '-'} {timezone.now():%Y-%m-%dT%H:%M:%SZ}")
            return
        checked = f" {kept} anchors hold." if anchors else ""
        self.stdout.write(f"{length} decisions, unbroken.{checked} Last digest: {previous or 'none'}")


def _rows(*, after: int) -> Iterator[tuple[Any, ...]]:
    """Yield the covered columns and the digest of every row behind a number, a bounded number of rows at a time."""
    rows = Decision.objects.order_by("pk").values_list(*COVERED, "digest")
    while chunk := list(rows.filter(pk__gt=after)[:ROWS]):
        yield from chunk
        after = chunk[-1][0]


def _anchors(file: Path) -> dict[int, str]:
    """Return the digest for each length that a file of anchors names.

    Raises CommandError for a file that is not there or holds something else.
    """
    try:
        lines = [line.split() for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {type(error).__name__}.") from None
    anchors = {}
    for number, words in enumerate(lines, 1):
        if len(words) != 4 or words[0] != WORD or not (words[1].isascii() and words[1].isdigit()):
            raise CommandError(f"Line {number} of {file} is no anchor. One comes from verify_log --anchor.")
        if words[1] != "0":
            anchors[int(words[1])] = words[2]
    return anchors
