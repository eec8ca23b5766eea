"""Policy of mending: until when a writer may change a comment, and which change moderators see again.

A change that is small stays where the comment stands. Whatever else was put in its place has been read by nobody,
so it waits: an approved comment cannot be turned into another one.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from articles.templatetags.articles import zone_of
from comments import triage
from comments.markup import render
from comments.models import MOST_EDITS, Comment, Decision, Measure, TextChanged, Thread
from comments.receipts import as_told
from comments.triage import Refusal, Verdict

MOST_TYPOS = 10  # words; who mends more than that has rewritten it
SHORT_WORD = 4  # letters
LONGEST_WORD = 40  # characters; a longer one is a text without spaces, or no word

_STOPS = ".,;:!?()'\"“”‘’"
_HREF = re.compile(r'href="([^"]*)"')


@dataclass(frozen=True)
class Mended:
    """What a comment is to say instead."""

    text: str
    name: str
    website: str


def mend(comment: Comment, mended: Mended, *, seen: str) -> Refusal | None:
    """Put a writer's new words in place of those that stand, or return why not; saying the same changes nothing.

    ``seen`` is the ``text_version`` from which the writer set out. All of it happens under the row's lock, so that a
    moderator who decides at the same moment decides about the words before, or is told that they changed.
    """
    book = triage.Book.current()  # before the transaction opens
    with transaction.atomic():
        current = as_told(comment.locked())
        if refusal := why_not(current):
            return refusal
        if (current.text, current.name, current.website) == (mended.text, mended.name, mended.website):
            return None
        after = _as_if(current, mended)
        same = [earlier for earlier in triage.same_words(after) if earlier.pk != current.pk]
        if refusal := triage.repeats(after, same):
            return Refusal(refusal.status, "You said this under the article already. Change the text once more.")
        verdict = _placed(current, after, book)
        try:
            current.edit(
                text=mended.text,
                name=mended.name,
                website=mended.website,
                seen=f"@{seen}",
                status=verdict.status if verdict else "",
                rule=verdict.rule if verdict else "",
                because=verdict.because if verdict else "",
                reason=verdict.reason if verdict else "",
            )
            Comment.objects.filter(pk=current.pk).update(score=after.score, signals=after.signals)
        except TextChanged:
            return Refusal(
                409,
                "The comment was changed in another window, or by a moderator, after you opened this page. "
                "What you typed is below; look at your receipt, then save it again.",
            )
    return None


def why_not(comment: Comment) -> Refusal | None:
    """Return why a writer may not change a comment now, in a sentence for that person; None where it is allowed.

    The same questions as for a new comment: is the thread open, is this person suspended, is it too much?
    """
    if comment.status == Comment.Status.WITHDRAWN:
        return Refusal(403, "You took this comment back, so its words cannot be changed any more.")
    if comment.status not in (Comment.Status.PENDING, Comment.Status.APPROVED):
        return Refusal(403, "This comment was decided about, so its words stay as they are.")
    now = timezone.now()
    if now >= comment.editable_until:
        end = timezone.localtime(comment.editable_until)
        return Refusal(
            403,
            f"This comment could be changed until {end:%H:%M} {zone_of(end)} on {end.day} {end:%B %Y}. "
            "You can still withdraw it, and write a new one.",
        )
    if not comment.article.is_published:
        sentence = "The article that it stands under is not public now, so its words stay as they are."
        return Refusal(403, f"{sentence} You can still withdraw it.")
    state = triage.opening(comment.article, Thread.objects.filter(article=comment.article_id).first())
    if not state.open:
        reason = f" {state.reason}" if state.reason else ""
        return Refusal(403, f"{state.sentence}{reason} What stands there stays as it is; you can still withdraw it.")
    told = Measure.objects.in_force(now).told_on(comment).exclude(kind=Measure.Kind.WARN).first()
    if told is not None:
        return Refusal(
            403, f"A moderator has suspended you from writing here: {told.reason} You can still withdraw it."
        )
    if comment.revisions.count() >= MOST_EDITS:
        return Refusal(429, f"This comment was changed {MOST_EDITS} times already. Let it stand, or withdraw it.")
    return None


def _as_if(comment: Comment, mended: Mended) -> Comment:
    """Return the comment as it would be, written nowhere: what the rules look at."""
    after = Comment.objects.select_related("writer", "article").get(pk=comment.pk)
    after.text, after.name, after.website = mended.text, mended.name, mended.website
    after.html = render(mended.text)
    return after


def _placed(before: Comment, after: Comment, book: triage.Book) -> Verdict | None:
    """Return where the change puts the comment, and why; None where it stays.

    The rules are asked about both wordings. One that would have been thrown out is; one that a rule sees something
    new in waits; and a change alone never brings a comment before readers.
    """
    unchanged = _as_if(before, Mended(before.text, before.name, before.website))
    was, now = triage.triage(unchanged, book), triage.triage(after, book)
    if now.status in (Comment.Status.SPAM, Comment.Status.REJECTED):
        return now
    if before.status == Comment.Status.PENDING:
        # Where something else holds it (a moderator, reports), its reason stays.
        is_held_by_rule = before.rule == was.rule and now.status == before.status
        return Verdict(Comment.Status.PENDING, now.rule, now.because) if is_held_by_rule else None
    if now.status != Comment.Status.APPROVED and now.rule != was.rule:
        return Verdict(Comment.Status.PENDING, now.rule, f"Changed after it was approved. {now.because}")
    if what := changed_much(_as_read(before), after):
        return Verdict(Comment.Status.PENDING, "edited", f"Changed after it was approved: {what}.")
    return None


def _as_read(comment: Comment) -> Comment:
    """Return an approved comment as a moderator saw it last: small changes may not add up to a large one."""
    approved = Decision.objects.deciding_about(comment.pk).filter(became=Comment.Status.APPROVED).last()
    revisions = comment.revisions.order_by("pk")
    if approved is not None:
        revisions = revisions.filter(replaced_at__gt=approved.made_at)
    if by_staff := revisions.filter(by_staff=True).last():
        revisions = revisions.filter(pk__gt=by_staff.pk)
    first = revisions.first()
    return _as_if(comment, Mended(first.text, first.name, first.website)) if first else comment


def changed_much(before: Comment, after: Comment) -> str:
    """Return what of a comment has become another, in a few words for moderators; empty for a mend of typing.

    Another name or link is never a slip of the finger. Of the words, a few may have become similar ones, and a
    doubled one may be gone.
    """
    if before.name != after.name:
        return "another name"
    if before.website != after.website or _links(before) != _links(after):
        return "other links"
    return "" if _is_mend_of_typing(before.text, after.text) else "other words"


def _links(comment: Comment) -> set[str]:
    return {html.unescape(address) for address in _HREF.findall(comment.html)}


def _is_mend_of_typing(before: str, after: str) -> bool:
    """Whether a few words became similar ones, each in its place; one that stood twice in a row may be there once."""
    words, others = before.split(), after.split()
    if len(words) != len(others):
        words, others = [word for word, _ in groupby(words)], [word for word, _ in groupby(others)]
    if len(words) != len(others):
        return False
    changed = [(word, other) for word, other in zip(words, others, strict=True) if word != other]
    if len(changed) > min(MOST_TYPOS, max(1, len(words) // 5)):
        return False
    return all(_is_slip(word, other) for word, other in changed)


def _is_slip(word: str, other: str) -> bool:
    """Whether one word is the other, mistyped: two letters changed places, or one is doubled, missing or another.

    Never a figure, and never the beginning, where most languages deny: “legal” and “illegal”, “ever” and “never”.
    """
    if any(char.isdigit() for char in word + other):
        return word.strip(_STOPS) == other.strip(_STOPS)
    if _signs(word) != _signs(other):
        return False  # another picture, or "less" for "more", is another word
    plain, plain_other = _letters(word), _letters(other)
    if plain == plain_other:
        return True  # only stops and letter case differ
    if plain[:1] != plain_other[:1] or _has_marks(plain + plain_other) or _is_unspaced(word + other):
        return False
    longest = max(len(plain), len(plain_other))
    if longest > LONGEST_WORD:
        return False
    return _is_swapped_or_doubled(plain, plain_other) or (longest > SHORT_WORD and _is_one_off(plain, plain_other))


def _is_swapped_or_doubled(word: str, other: str) -> bool:
    """Whether two neighbouring letters changed places, or one was typed twice.

    Another letter in a short word is mostly another word: “now” for “not”, “can” for “cant”.
    """
    short, long = sorted((word, other), key=len)
    if len(short) == len(long):
        odd = [at for at in range(len(word)) if word[at] != other[at]]
        swapped = len(odd) == 2 and odd[1] - odd[0] == 1
        return swapped and word[odd[0]] == other[odd[1]] and word[odd[1]] == other[odd[0]]
    return len(long) - len(short) == 1 and any(
        long[at] == long[at - 1] and long[:at] + long[at + 1 :] == short for at in range(1, len(long))
    )


def _is_one_off(word: str, other: str) -> bool:
    """Whether one letter is missing, too many or another, behind the first two: “никто” is nobody, “некто” is not."""
    short, long = sorted((word, other), key=len)
    at = next((at for at, char in enumerate(short) if char != long[at]), len(short))
    return at > 1 and long[at + 1 :] == (short[at + 1 :] if len(short) == len(long) else short[at:])


def _letters(word: str) -> str:
    """Return its letters, and the marks that no letter has taken in: the vowels of many scripts are such marks."""
    composed = unicodedata.normalize("NFC", word.casefold())
    return "".join(char for char in composed if char.isalnum() or _has_marks(char))


def _has_marks(text: str) -> bool:
    return any(unicodedata.category(char)[0] == "M" for char in text)


def _signs(word: str) -> list[str]:
    """Return its pictures and its signs of arithmetic and money, which say as much as a word."""
    return [char for char in word if unicodedata.category(char) in ("So", "Sm", "Sc") and char not in "~|"]


def _is_unspaced(text: str) -> bool:
    """Whether a text is in a script that puts no spaces between words: one character may be a whole word there."""
    return any(unicodedata.east_asian_width(char) in ("W", "F") for char in text)
