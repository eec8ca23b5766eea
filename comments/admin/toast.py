"""What the desk says of the last act, and the Undo that stands with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from comments.models import Comment, Decision

STANDS = timedelta(minutes=10)  # a slip is noticed soon; later the sentence is in the way of what is read
NAMED = 5  # of the comments that a press leaves alone; more sentences are not read

# What a press says it did: of one comment, of several.
SAID = {
    "approve": ("approved: readers see it now", "approved: readers see them now"),
    "spam": ("moved to spam", "moved to spam"),
    "reject": ("rejected", "rejected"),
    "restore": ("put back into the queue", "put back into the queue"),
    "keep": ("kept: its reports are dismissed", "kept: their reports are dismissed"),
    "feature": ("featured: readers see it set off", "featured: readers see them set off"),
    "unfeature": ("no longer featured", "no longer featured"),
}


def keep(request: HttpRequest, text: str, decisions: Sequence[Decision] = ()) -> None:
    """Keep the sentence that the next page shows, with the decisions that its button undoes."""
    undo = ",".join(str(decision.pk) for decision in decisions)
    request.session["toast"] = {"text": text, "undo": undo, "at": timezone.now().timestamp()}


def of(request: HttpRequest) -> dict[str, str] | None:
    """Return the sentence for a page that is shown: with an Undo until the next act, else once.

    A browser throws pages away that it has fetched, as after a double click; the Undo is not to go with them.
    """
    kept: dict[str, str] | None = request.session.get("toast")
    if kept is None:
        return None
    is_over = timezone.now().timestamp() > float(kept.get("at", 0)) + STANDS.total_seconds()
    if is_over or not kept["undo"]:
        del request.session["toast"]
    return None if is_over else kept


def drop(request: HttpRequest, *, undo: str) -> None:
    """Forget the sentence whose Undo was pressed, whatever comes of it."""
    if request.session.get("toast", {}).get("undo") == undo:
        del request.session["toast"]


def say(
    request: HttpRequest,
    word: str,
    decisions: Sequence[Decision],
    *,
    name: str = "",
    reason: str = "",
) -> None:
    """Keep the sentence that the next page shows, with the decisions that its button undoes."""
    if not decisions:
        return
    one, several = SAID[word]
    text = f"Comment by {name} {one}" if name else f"{len(decisions)} comments {several}"
    if not name and len(decisions) == 1:
        text = f"1 comment {one}"
    if word == "reject":
        text += f" ({dict(Comment.Reason.choices)[reason].lower()})"
    keep(request, text, decisions)


def name_refused(request: HttpRequest, refused: list[str]) -> None:
    """Say of each comment that a press left alone why; of many, of the first ones."""
    for sentence in refused[:NAMED]:
        messages.warning(request, sentence)
    if len(refused) > NAMED:
        messages.warning(request, f"{len(refused) - NAMED} more are left alone for such reasons.")
