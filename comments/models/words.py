"""The words of a comment, and the acts that change them; each leaves the wording before it as a ``Revision``."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from articles.pagecache import expire
from comments.markup import render, says
from comments.models.log import Decision
from comments.models.revision import Revision

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from comments.models.comment import Comment

EDIT_WINDOW = timedelta(minutes=15)  # how long a writer may mend a comment, as Isso does
EVERYWHERE = "comments"  # the key of pages that show what is said on the whole site
MOST_EDITS = 20  # by its writer; somebody who needs more is a script


class AlreadyDecided(Exception):
    """Somebody else decided first and otherwise; the message says who and what."""


class TextChanged(AlreadyDecided):
    """The text is no longer the one that the person had read."""


class Words(models.Model):
    """What a comment says and under which name: the part of ``Comment`` that its writer may mend."""

    name = models.CharField(max_length=80)
    website = models.URLField(max_length=200, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)  # the text rendered once
    fingerprint = models.CharField(max_length=32, blank=True)  # of the text, for repeats
    edited_at = models.DateTimeField(null=True, blank=True)  # by its writer
    moderated_at = models.DateTimeField(null=True, blank=True)  # when a moderator changed the text last

    if TYPE_CHECKING:
        pk: int
        article_id: int
        status: str
        learned: str
        created_at: datetime
        revisions: RelatedManager[Revision]

        def _locked(self) -> Comment: ...
        def _count(self, *, was: str = "", became: str = "", reported: int = 0) -> None: ...
        def _decide(self, status: str, *, by: User | None, channel: str, reason: str = "") -> Decision | None: ...
        def who_decided(self, *, to: User | None = None) -> str: ...

    class Meta:
        abstract = True

    @property
    def on_screen(self) -> str:
        """What a form about it posts back as ``seen``: its status, and which version of its text was read."""
        return f"{self.status}@{self.text_version}"

    @property
    def text_version(self) -> str:
        """Which wording this is, in letters and digits; it differs from that of every other wording."""
        changed = max(filter(None, (self.edited_at, self.moderated_at)), default=None)
        return f"{changed:%Y%m%d%H%M%S%f}" if changed else "first"

    @property
    def editable_until(self) -> datetime:
        """When its writer may mend it last."""
        return self.created_at + EDIT_WINDOW

    @transaction.atomic
    def edit(
        self,
        *,
        text: str,
        name: str,
        website: str,
        seen: str,
        status: str = "",
        rule: str = "",
        because: str = "",
        reason: str = "",
    ) -> None:
        """Mend it for its writer; where a status is given, triage has put the new words there.

        Whether the words may still be changed, and whether the change is one that moderators see again, is decided
        before (``comments/edits.py``). Raises TextChanged where the text is no longer the one that was ``seen``.
        """
        current = self._locked()
        current._refuse_if_edited(seen)
        self._reword(current, text=text, name=name, website=website)
        self.edited_at = timezone.now()
        changed = ["edited_at"]
        if rule:
            self.rule, self.because = rule, because
            changed += ["rule", "because"]
        self.save(update_fields=changed)
        if status and status != current.status:
            # Back into the queue is what the writer did; into a folder is what the rules made of it.
            channel = "receipt" if status == "pending" else "triage"
            self._decide(status, by=None, channel=channel, reason=reason)
        elif status == "spam" and rule != current.rule:
            current.stay(rule)
        expire(f"thread:{self.article_id}", EVERYWHERE)

    @transaction.atomic
    def amend(self, *, by: User, text: str, reason: str, seen: str = "") -> None:
        """Change the text for the newsroom: the wording before it is kept, and readers see that a moderator did it.

        Raises PermissionDenied for somebody who does not moderate, ValueError without a reason, and AlreadyDecided
        where the comment is no longer what that person saw.
        """
        if not by.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        if not says(reason):
            raise ValueError("Write why you change it: the reason stays with the wording before. Nothing changed.")
        current = self._locked()
        current.refuse_unseen(seen, by=by)
        if current.status == current.Status.WITHDRAWN:
            raise AlreadyDecided(current.who_decided(to=by))
        if text == current.text:
            return
        self._reword(current, text=text, name=current.name, website=current.website, by=by, reason=reason.strip()[:200])
        self.moderated_at = timezone.now()
        self.save(update_fields=["moderated_at"])
        Decision.record("amended", by=by, channel="queue", comment=current)
        expire(f"thread:{self.article_id}", EVERYWHERE)

    def refuse_unseen(self, seen: str, *, by: User | None) -> None:
        """Raise AlreadyDecided where this row, as it is now, is no longer what the person had on the screen."""
        if seen and self.status != seen.partition("@")[0]:
            raise AlreadyDecided(self.who_decided(to=by))
        self._refuse_if_edited(seen)

    def _refuse_if_edited(self, seen: str) -> None:
        """Raise TextChanged where this row, as it is now, says something else than the person had read."""
        version = seen.partition("@")[2].partition("~")[0]
        if version and version != self.text_version:
            raise TextChanged("The text was changed after you had read it. Nothing was decided: read it once more.")

    def _reword(
        self, current: Words, *, text: str, name: str, website: str, by: User | None = None, reason: str = ""
    ) -> None:
        """Put other words in place of those that stand, which are kept; part of the transaction of the act."""
        Revision.objects.create(
            comment_id=self.pk,
            name=current.name,
            website=current.website,
            text=current.text,
            by=by,
            by_staff=by is not None,
            reason=reason,
        )
        self.text, self.name, self.website = text, name, website
        self.html, self.fingerprint = render(text), text_fingerprint(text)
        self.learned = ""  # what the spam score knows is the wording before; it was decided about, and stays true
        changed = ["text", "name", "website", "html", "fingerprint", "learned"]
        self.save(update_fields=changed)


def text_fingerprint(text: str) -> str:
    """Return what is equal for texts that differ in letter case and white space alone."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()[:32]
