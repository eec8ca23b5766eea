"""``manage.py retrain_spam``: learn anew what spam is, from this site's decisions and from labelled texts."""

from __future__ import annotations

import random
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from comments.models import SpamMemory
from comments.spam import memory
from comments.spam.features import Slots, slots
from comments.spam.labelled import labelled_texts
from comments.spam.training import Grammar

TEXTS = 2500  # of each family of the grammar
SEED = 20_261_125  # The same grammar gives the same file.


class Command(BaseCommand):
    help = "Learns anew what spam is, from the decisions of people on this site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="file", help="Learn these labelled texts too (JSON Lines).")
        parser.add_argument(
            "--starting", action="store_true", help="For developers: write the starting model from its grammar."
        )

    def handle(self, *args: Any, file: str | None, starting: bool, **options: Any) -> None:
        if starting:
            data = starting_model()
            memory.STARTING.write_bytes(data)
            self.stdout.write(f"{memory.STARTING.name}: {len(data):,} bytes")
            return
        texts = ((sample.text, is_spam) for sample, is_spam in (labelled_texts(file) if file else ()))
        self.stdout.write(f"{SpamMemory.relearn(texts)}.")


def starting_model() -> bytes:
    """Return the file of the starting model, the same at every run."""
    return memory.written(memory.trained(*(memory.counted(_spelled_out(kind)) for kind in ("spam", "honest"))))


def _spelled_out(kind: str) -> Iterator[Slots]:
    chance = random.Random(SEED)  # noqa: S311  # nothing is kept secret by it
    grammar = Grammar(kind)
    return (slots(text) for family in grammar.families for text in grammar.texts(family, TEXTS, chance))
