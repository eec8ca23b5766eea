"""Whoever writes under one email address: the one place where an address is kept."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone

from comments.addresses import address_key


def random_value() -> str:
    """Return the value that stands for a writer where something must (an avatar): random, never from the address."""
    return secrets.token_hex(8)


class Writer(models.Model):
    """Whoever writes under one email address: the one place where an address is kept."""

    address = models.EmailField(max_length=254)  # as typed, to write to
    key = models.CharField(max_length=254, unique=True)  # normalised, to find the same person again
    confirmed_at = models.DateTimeField(null=True, blank=True)  # when a link sent to the address was followed
    asked_at = models.DateTimeField(null=True, blank=True)  # when a link was last sent to it unconfirmed
    stopped_at = models.DateTimeField(null=True, blank=True)  # when its owner wanted no more mail from us
    random = models.CharField(max_length=16, default=random_value, editable=False)
    approved_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    spam_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"Writer {self.pk}"  # never the address: this string reaches logs and messages

    @classmethod
    def of(cls, address: str) -> Writer:
        """Return the writer who uses this address, however it is capitalised."""
        return cls.objects.get_or_create(key=address_key(address), defaults={"address": address})[0]
