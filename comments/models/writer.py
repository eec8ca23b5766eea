"""Whoever writes under one email address: the one place where an address is kept."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone

from comments.addresses import address_key

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from comments.models.comment import Comment
    from comments.models.measure import MeasureQuerySet, StaffNote


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

    if TYPE_CHECKING:
        comments: RelatedManager[Comment]
        looks: RelatedManager[AddressLook]
        measures: MeasureQuerySet
        notes: RelatedManager[StaffNote]

    class Meta:
        permissions = [("see_address", "Can see a writer's address, one at a time")]

    def __str__(self) -> str:
        return f"Writer {self.pk}"  # never the address: this string reaches logs and messages

    @classmethod
    def of(cls, address: str) -> Writer:
        """Return the writer who uses this address, however it is capitalised."""
        return cls.objects.get_or_create(key=address_key(address), defaults={"address": address})[0]

    def shown_to(self, person: User) -> str:
        """Return the address for somebody who may see it, and leave a trace of the look.

        Raises PermissionDenied for everybody else.
        """
        if not person.has_perm("comments.see_address"):
            raise PermissionDenied
        self.looks.create(by=person)
        return self.address


class AddressLook(models.Model):
    """That somebody of the staff looked at an address; never changed, and shown on the writer's card."""

    writer = models.ForeignKey(Writer, on_delete=models.CASCADE, related_name="looks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Look (writer {self.writer_id})"

    if TYPE_CHECKING:
        writer_id: int
