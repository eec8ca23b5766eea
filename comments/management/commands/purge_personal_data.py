"""Drop, by hand, what was kept for as long as the desk has set; the worker does the same once a day."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from comments.retention import purge


class Command(BaseCommand):
    help = "Drop networks, spam, rejected texts, old requests and idle addresses; --dry-run only counts them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say how much is due, and drop nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        for words, number in purge(dry_run=options["dry_run"]).items():
            self.stdout.write(f"{number:>9,}  {words}")
        self.stdout.write("Nothing was dropped." if options["dry_run"] else "Dropped.")
