"""``manage.py measure_spam FILE``: what the spam score makes of labelled comments, in a table that hides nothing."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comments.models import Policy, SpamMemory
from comments.spam import Sample, memory, score
from comments.spam.labelled import labelled_texts

SHOWN = 60  # characters of a text in the list of mistakes


class Command(BaseCommand):
    help = "Scores labelled comments (JSON Lines) and prints how many of either kind are held or foldered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--mistakes", type=int, default=0, metavar="N", help="Print N of the worst mistakes.")
        parser.add_argument("--starting", action="store_true", help="As on a new site: nothing learned yet.")

    def handle(self, *args: Any, file: str, mistakes: int, starting: bool, **options: Any) -> None:
        weights = memory.starting() if starting else SpamMemory.weights()
        policy = Policy() if starting else Policy.current()
        rows: list[tuple[int, Sample, bool]] = []
        begun = time.process_time()
        for sample, is_spam in labelled_texts(file):
            rows.append((score(sample, weights).points, sample, is_spam))
        spent = time.process_time() - begun
        if not rows:
            raise CommandError("The file holds no comment.")
        self.stdout.write(f"{'':8}{'comments':>10}{'spam folder':>14}{'held':>14}{'no opinion':>14}")
        for kind, is_spam in (("spam", True), ("honest", False)):
            scores = [points for points, _, label in rows if label == is_spam]
            foldered = sum(number >= policy.spam_score for number in scores)
            held = sum(policy.hold_score <= number < policy.spam_score for number in scores)
            cells = [_share(number, len(scores)) for number in (foldered, held, len(scores) - foldered - held)]
            self.stdout.write(f"{kind:8}{len(scores):>10,}" + "".join(f"{cell:>14}" for cell in cells))
        self.stdout.write(
            f"Held from {policy.hold_score} points, spam folder from {policy.spam_score}; "
            f"{spent / len(rows) * 1000:.2f} ms of CPU a comment."
        )
        wrong = [row for row in rows if (row[0] < policy.hold_score if row[2] else row[0] >= policy.spam_score)]
        for points, sample, is_spam in sorted(wrong, key=lambda row: row[0] if row[2] else -row[0])[:mistakes]:
            text = " ".join(sample.text.split())[:SHOWN]
            self.stdout.write(f"{'spam' if is_spam else 'honest':8}{points:>4}  {text}")


def _share(number: int, of: int) -> str:
    return f"{number:,} ({number / of:.1%})" if of else "–"
