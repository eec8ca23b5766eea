"""How far the log of decisions was read for what has to be mailed."""

from __future__ import annotations

from django.db import models

from comments.models.log import Decision


class MailRound(models.Model):
    """How far the log of decisions was read for mail: one row, locked by the worker that reads on.

    Decisions are committed in the order of their keys (see ``LogHead``), so none slips in behind.
    """

    decision = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"read up to decision {self.decision}"

    @classmethod
    def taken(cls) -> MailRound:
        """Return the row, locked to the end of the transaction; the first time it begins at the end of the log."""
        cls.objects.get_or_create(pk=1, defaults={"decision": _end_of_log})
        return cls.objects.select_for_update().get(pk=1)


def _end_of_log() -> int:
    return Decision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
