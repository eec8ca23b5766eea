"""``manage.py measure_spam FILE``: what the spam score makes of labelled comments, in a table that hides nothing."""

from __future__ import annotations

import random
import time
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comments.models import Policy, SpamMemory
from comments.spam import Sample, memory, score
from comments.spam.features import slots
from comments.spam.labelled import labelled_texts
from comments.spam.memory import Counted
from comments.spam.training import Grammar

SHOWN = 60  # characters of a text in the list of mistakes
THRESHOLDS = (8, 10, 12, 15, 20, 25, 35, 50, 80)
LEARNED_OF, TRIED_OF = 300, 60  # texts of each family of the grammar


class Command(BaseCommand):
    help = "Scores labelled comments (JSON Lines) and prints how many of either kind are held or foldered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?")
        parser.add_argument("--mistakes", type=int, default=0, metavar="N", help="Print N of the worst mistakes.")
        parser.add_argument("--starting", action="store_true", help="As on a new site: nothing learned yet.")
        parser.add_argument(
            "--families",
            action="store_true",
            help="For developers: what the starting model makes of each family of its grammar when it has not seen it.",
        )

    def handle(
        self, *args: Any, file: str | None, mistakes: int, starting: bool, families: bool, **options: Any
    ) -> None:
        if families:
            self._families()
            return
        if file is None:
            raise CommandError("Name a file of labelled comments, or give --families.")
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

    def _families(self) -> None:
        """Print, by threshold, how much of a kind is at or above it that was left out of the training."""
        points: dict[str, list[int]] = {"spam": [], "honest": []}
        worst: list[tuple[float, str, str]] = []
        grammars = {kind: Grammar(kind) for kind in points}
        chance = random.Random(1)  # noqa: S311  # nothing is kept secret by it
        parts = {
            (kind, family): memory.counted(slots(text) for text in grammar.texts(family, LEARNED_OF, chance))
            for kind, grammar in grammars.items()
            for family in grammar.families
        }
        whole = {kind: _sum([part for (of, _), part in parts.items() if of == kind]) for kind in grammars}
        for family in dict.fromkeys(family for _, family in parts):
            weights = memory.trained(*(_without(whole[kind], parts.get((kind, family))) for kind in grammars))
            for kind, grammar in grammars.items():
                if family in grammar.families:
                    texts = grammar.texts(family, TRIED_OF, chance)
                    found = [score(Sample(text), weights).points for text in texts]
                    points[kind] += found
                    held = sum(number >= Policy().hold_score for number in found) / TRIED_OF
                    worst.append((held if kind == "honest" else 1 - held, kind, family))
        self.stdout.write(f"{'':8}" + "".join(f"{threshold:>9}" for threshold in THRESHOLDS))
        for kind, found in points.items():
            shares = (sum(number >= threshold for number in found) / len(found) for threshold in THRESHOLDS)
            self.stdout.write(f"{kind:8}" + "".join(f"{share:>9.1%}" for share in shares))
        told = ", ".join(f"{family} ({kind}, {share:.0%})" for share, kind, family in sorted(worst)[:-9:-1])
        self.stdout.write(f"Most often wrong from {Policy().hold_score} points: {told}.")


def _sum(parts: list[Counted]) -> Counted:
    seen: Counter[int] = Counter()
    for part, _ in parts:
        seen.update(part)
    return seen, sum(number for _, number in parts)


def _without(whole: Counted, part: Counted | None) -> Counted:
    if part is None:
        return whole
    seen = whole[0].copy()
    seen.subtract(part[0])
    return seen, whole[1] - part[1]


def _share(number: int, of: int) -> str:
    return f"{number:,} ({number / of:.1%})" if of else "–"
