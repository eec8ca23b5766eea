"""Requests for one's own data: proved by a mail to the address, open for a while, and then nothing."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from comments.models.writer import ASK_EVERY, WAITS_AT_MOST, Writer

OPEN_FOR = timedelta(hours=24)  # after the mail
BETWEEN_MAILS_STOPPED = timedelta(days=1)  # to an address whose owner wants no mail, and may still want the data


class DataRequest(models.Model):
    """That somebody asked for the data under an address; without a writer where nothing is held.

    A row is written either way, so that neither the answer nor its time tells whether the address is known. The key
    goes into the mail alone; of it only a digest is kept.
    """

    writer = models.ForeignKey(Writer, null=True, on_delete=models.CASCADE, related_name="data_requests")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, null=True, unique=True, editable=False)

    if TYPE_CHECKING:
        writer_id: int | None

    def __str__(self) -> str:
        return f"Request {self.pk}"

    @classmethod
    def of(cls, address_key: str) -> DataRequest:
        """Note that somebody asks for what is held under an address."""
        return cls.objects.create(writer=Writer.objects.filter(key=address_key).first())

    @classmethod
    def opened_by(cls, key: str) -> DataRequest | None:
        """Return the request that a key from a mail opens; None for one that is made up, run out or void."""
        digest = _digest(key)
        since = timezone.now() - OPEN_FOR
        found = cls.objects.select_related("writer").filter(digest=digest, sent_at__gt=since, writer__isnull=False)
        return found.first()

    def is_settled(self) -> bool:
        """Whether it needs no mail: nothing is held, one just went there whose link is good, or a later one waits."""
        if self.writer is None or self.sent_at is not None:
            return True
        others = self.writer.data_requests.exclude(pk=self.pk)
        mailed = models.Q(sent_at__gt=self.made_at - self._between_mails)
        return others.filter(mailed | models.Q(sent_at=None, pk__gt=self.pk)).exists()

    def takes_turn(self) -> bool:
        """Whether the mail may go now; False where the address has had one for something else, or the site too many."""
        return self.writer is not None and self.writer.take_turn(every=self._between_mails)

    def may_wait(self) -> bool:
        """Whether it is worth a mail later: somebody still expects one."""
        return timezone.now() < self.made_at + WAITS_AT_MOST

    @property
    def _between_mails(self) -> timedelta:
        return ASK_EVERY if self.writer is None or self.writer.stopped_at is None else BETWEEN_MAILS_STOPPED

    def open_with_new_key(self) -> str:
        """Return a key that opens this request from now on."""
        key = secrets.token_urlsafe(32)
        self.digest, self.sent_at = _digest(key), timezone.now()
        self.save(update_fields=["digest", "sent_at"])
        return key

    def close(self) -> None:
        """Take the key back: its mail was not sent."""
        self.digest = self.sent_at = None
        self.save(update_fields=["digest", "sent_at"])
        if self.writer is not None:
            self.writer.return_turn()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
