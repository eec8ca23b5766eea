"""Whoever writes under one email address: the one place where an address is kept."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from comments import links
from comments.addresses import address_key
from comments.models.log import Decision

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from comments.models.comment import Comment
    from comments.models.data_request import DataRequest
    from comments.models.follow import FollowQuerySet
    from comments.models.measure import MeasureQuerySet, StaffNote
    from comments.models.notice import Notice

log = logging.getLogger(__name__)

STOP = "stop"  # the purpose of a link, as those in ``comments.subscriptions``
ASK_EVERY = timedelta(hours=1)  # between two mails to an address that anybody can type: no form becomes a weapon
LOOKED_AGAIN = timedelta(minutes=10)  # whether its turn has come, for a mail that waits for it
WAITS_AT_MOST = timedelta(days=1)  # for its turn
DISOWNED = "not-own"  # the rule of a comment that the owner of its address says somebody else wrote
JUDGED = 1_000  # comments of one address that its record looks at: anybody can make them many
_DISREGARDED = ~models.Q(status="approved") & (models.Q(rule=DISOWNED) | models.Q(judged_by=None))


def random_value() -> str:
    """Return the value that stands for a writer where something must (an avatar): random, never from the address."""
    return secrets.token_hex(8)


class Writer(models.Model):
    """Whoever writes under one email address: the one place where an address is kept."""

    address = models.EmailField(max_length=254)  # as typed, to write to
    key = models.CharField(max_length=254, unique=True)  # normalised, to find the same person again
    confirmed_at = models.DateTimeField(null=True, blank=True)  # when a link sent to the address was followed
    asked_at = models.DateTimeField(null=True, blank=True)  # see take_turn
    asking_at = models.DateTimeField(null=True, blank=True)  # since when something waits to be confirmed by it
    stopped_at = models.DateTimeField(null=True, blank=True)  # when its owner wanted no more mail from us
    declined_outcome_at = models.DateTimeField(null=True, blank=True)  # when its owner wanted no decisions till then
    link_number = models.PositiveIntegerField(default=0)  # see void_links
    random = models.CharField(max_length=16, default=random_value, editable=False)
    approved_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    spam_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    if TYPE_CHECKING:
        comments: RelatedManager[Comment]
        data_requests: RelatedManager[DataRequest]
        follows: FollowQuerySet
        looks: RelatedManager[AddressLook]
        measures: MeasureQuerySet
        notes: RelatedManager[StaffNote]
        notices: RelatedManager[Notice]

    is_measured = True  # whether moderators may have decided something about them; ``of`` knows

    class Meta:
        permissions = [("see_address", "Can see a writer's address, one at a time")]
        indexes = [
            models.Index(fields=["asking_at"], name="writer_asking", condition=models.Q(asking_at__isnull=False)),
            models.Index(fields=["asked_at"], name="writer_asked", condition=models.Q(asked_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"Writer {self.pk}"  # never the address: this string reaches logs and messages

    @classmethod
    def of(cls, address: str) -> Writer:
        """Return the writer who uses this address, however it is capitalised."""
        key = address_key(address)
        # Found by a unique key: no order is asked for, and it is not looked for twice before it is made.
        found = cls.objects.filter(key=key).annotate(is_measured=models.Q(measures__isnull=False)).order_by()
        if known := next(iter(found), None):
            return known
        # In one statement: an insertion that fails, where somebody else's post made the row meanwhile, would need a
        # savepoint around each.
        [made] = Writer.objects.bulk_create(
            [Writer(key=key, address=address)],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["key"],
        )
        made.is_measured = False
        return made

    @transaction.atomic
    def shown_to(self, person: User) -> str:
        """Return the address for somebody who may see it, and leave a trace of the look here and in the log.

        Raises PermissionDenied for everybody else.
        """
        if not person.has_perm("comments.see_address"):
            raise PermissionDenied
        self.looks.create(by=person)
        Decision.record("address-look", by=person)  # at nobody's: the log outlives whom it concerns
        return self.address

    @classmethod
    def turns_left(cls, now: datetime) -> int:
        """How many addresses the site may still write to within this hour; the operator is told where it is none."""
        cap = settings.COMMENTS_QUESTIONS_PER_HOUR
        left = int(cap - cls.objects.filter(asked_at__gt=now - ASK_EVERY).order_by()[:cap].count())
        # Once an hour: somebody may be typing strangers' addresses.
        if left <= 0 and cache.add("comments.questions-full", 1, timeout=int(ASK_EVERY.total_seconds())):
            log.error(
                "%s addresses were written to within an hour because somebody typed them, which is as many as this "
                "site may (COMMENTS_QUESTIONS_PER_HOUR). Look whether a program types strangers' addresses.",
                cap,
            )
        return max(0, left)

    def record(self) -> models.QuerySet[Comment]:
        """The comments that count for or against the owner of the address: approved, or turned down by somebody.

        An address is merely typed: what rules alone turned down under it, a measure among them, says nothing of its
        owner, nor does what its owner disowned. The newest ``JUDGED`` are looked at.
        """
        return self._judged().exclude(_DISREGARDED)

    def disregarded(self) -> models.QuerySet[Comment]:
        """The comments that were turned down and count for nobody."""
        return self._judged().filter(_DISREGARDED)

    def _judged(self) -> models.QuerySet[Comment]:
        last = Decision.objects.deciding().filter(comment_id=models.OuterRef("pk")).order_by("-pk").values("by")[:1]
        judged = self.comments.filter(status__in=("approved", "rejected", "spam"))
        newest = judged.order_by("-created_at").values("pk")[:JUDGED]
        return judged.filter(pk__in=newest).annotate(judged_by=models.Subquery(last))

    def take_turn(self, *, every: timedelta = ASK_EVERY) -> bool:
        """Take the one mail an hour that whoever types an address can cause; False where it was taken.

        It is one for questions, notices, requests for data and trust together, and the site has a number of them for
        all addresses. Two workers that ask at the same moment are ordered by the row.
        """
        now = timezone.now()
        if not Writer.turns_left(now):
            return False
        free = models.Q(asked_at=None) | models.Q(asked_at__lte=now - every)
        taken = Writer.objects.filter(free, pk=self.pk).update(asked_at=now)
        if taken:
            self.asked_at = now
        return bool(taken)

    def return_turn(self) -> None:
        """Give the turn back: the mail was not sent, and the next try is not one too many."""
        Writer.objects.filter(pk=self.pk).update(asked_at=None)

    @property
    def stop_path(self) -> str:
        """Where one press ends all mail to this address."""
        return reverse("comments:stop", args=[links.make(STOP, (self.pk,), self.link_number)])

    def confirm(self) -> None:
        """Note that a link sent to the address was followed."""
        if self.confirmed_at is None:
            self.confirmed_at = timezone.now()
            self.save(update_fields=["confirmed_at"])

    def stop(self) -> None:
        """Send nothing to this address any more, questions included."""
        self.stopped_at = timezone.now()
        self.save(update_fields=["stopped_at"])

    def resume(self) -> None:
        """Take mail again: a link in an earlier mail was used to say so."""
        self.stopped_at = None
        self.save(update_fields=["stopped_at"])

    @transaction.atomic
    def void_links(self) -> None:
        """Make every link to what is held under this address void, so far as there is one by now.

        A receipt and the page of a notice are locked with it whoever typed the address there. Nothing but an owner's
        word tells the two apart, mails and My data name all of them, and what was mailed may have been seen by
        somebody else. Whoever had typed the address loses the link, as when its owner erases everything, and reads
        no more there than under any void link. What was cut off from the address before is not known to be its own.
        """
        next_number = F("link_number") + 1
        # In the order in which decisions lock them, see Comment._count.
        list(self.comments.select_for_update().order_by("pk").values_list("pk", flat=True))
        self.comments.update(receipt_number=F("receipt_number") + 1)
        Writer.objects.filter(pk=self.pk).update(link_number=next_number)
        self.follows.update(number=F("number") + 1)
        self.notices.update(link_number=next_number)
        # As if none had been mailed: another may be asked for at once.
        self.data_requests.filter(sent_at__isnull=False).update(digest=None, sent_at=None)
        self.refresh_from_db(fields=["link_number"])


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
