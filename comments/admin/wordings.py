"""What a comment said before: each earlier wording beside the one that took its place, the words that differ marked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from comments.models import Comment, Revision

SAME, GONE, COME = "same", "gone", "come"

_WORDS = re.compile(r"\S+|\s+")


@dataclass(frozen=True)
class Part:
    """A stretch of words that stayed, went or came."""

    kind: str
    text: str


@dataclass(frozen=True)
class Rewording:
    """One change of a comment's words: who changed what into what, and why where a moderator did."""

    revision: Revision
    name: str  # that took the place of the revision's
    website: str
    parts: list[Part]

    @property
    def before(self) -> list[Part]:
        return [part for part in self.parts if part.kind != COME]

    @property
    def after(self) -> list[Part]:
        return [part for part in self.parts if part.kind != GONE]


def differences(old: str, new: str) -> list[Part]:
    """Return the words of two texts in one row, in their order.

    ``SequenceMatcher`` leaves frequent words aside in a long text, which keeps its cost bounded for a text made of
    one word a thousand times.
    """
    words_old, words_new = _WORDS.findall(old), _WORDS.findall(new)
    parts: list[Part] = []
    for tag, start_old, end_old, start_new, end_new in SequenceMatcher(None, words_old, words_new).get_opcodes():
        if tag == "equal":
            parts.append(Part(SAME, "".join(words_old[start_old:end_old])))
            continue
        if end_old > start_old:
            parts.append(Part(GONE, "".join(words_old[start_old:end_old])))
        if end_new > start_new:
            parts.append(Part(COME, "".join(words_new[start_new:end_new])))
    return parts


def rewordings_of(comments: Iterable[Comment]) -> dict[int, list[Rewording]]:
    """Return what was changed in each of these comments, the latest change first, in one query or none."""
    changed = {comment.pk: comment for comment in comments if comment.edited_at or comment.moderated_at}
    if not changed:
        return {}
    kept: dict[int, list[Revision]] = defaultdict(list)
    for revision in Revision.objects.filter(comment__in=list(changed)).select_related("by").order_by("pk"):
        kept[revision.comment_id].append(revision)
    return {pk: list(_pairs(changed[pk], revisions)) for pk, revisions in kept.items()}


def _pairs(comment: Comment, revisions: Sequence[Revision]) -> Iterable[Rewording]:
    after: Revision | Comment = comment
    for revision in reversed(revisions):
        yield Rewording(revision, after.name, after.website, differences(revision.text, after.text))
        after = revision
