"""Read the whole log of decisions and say whether anything in it was changed, removed or put in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comments.models import Decision, LogHead


class Command(BaseCommand):
    help = "Check the chain of the log of decisions; exits with an error at the first broken row."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError naming the first row that does not fit the one before it, or a cut end.

        The chain shows a change by hand or by fault. Whoever can rewrite every row and the head can hide one: keep
        the digest that this prints somewhere else if that matters.
        """
        previous, length = "", 0
        for decision in Decision.objects.order_by("pk").iterator(chunk_size=2000):
            if decision.previous != previous:
                raise CommandError(f"Decision {decision.pk} does not follow the one before it: a row is missing.")
            if decision.computed_digest() != decision.digest:
                raise CommandError(f"Decision {decision.pk} was changed after it was written.")
            previous, length = decision.digest, length + 1
        head = LogHead.objects.filter(pk=1).first() or LogHead()
        if (head.digest, head.length) != (previous, length):
            raise CommandError(f"The log should have {head.length} decisions and has {length}: its end is missing.")
        self.stdout.write(f"{length} decisions, unbroken. Last digest: {previous or 'none'}")
