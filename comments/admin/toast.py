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

# What a press says it did: of one comment, of several. Readers see nothing under an article that they do not see.
SAID = {
    "approve": ("approved: readers see it {when}", "approved: readers see them {when}"),
    "spam": ("moved to spam", "moved to spam"),
    "reject": ("rejected", "rejected"),
    "restore": ("put back into the queue", "put back into the queue"),
    "keep": ("kept: its reports are dismissed", "kept: their reports are dismissed"),
    "feature": ("featured: readers see it set off {when}", "featured: readers see them set off {when}"),
    "unfeature": ("no longer featured", "no longer featured"),
}
SOMEWHERE = "where their articles are published"


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


def when(public: bool) -> str:
    """When readers see what stands under one article."""
    return "now" if public else "once its article is published"


def say(
    request: HttpRequest,
    word: str,
    decisions: Sequence[Decision],
    *,
    public: bool,
    name: str = "",
    reason: str = "",
) -> None:
    """Say what a press did to one comment, or to several; ``public`` is whether all their articles are published."""
    if not decisions:
        return
    one, several = SAID[word]
    if len(decisions) == 1:
        who, what = f"Comment by {name}" if name else "1 comment", one.format(when=when(public))
    else:
        who, what = f"{len(decisions)} comments", several.format(when="now" if public else SOMEWHERE)
    text = f"{who} {what}"
    if word == "reject":
        text += f" ({dict(Comment.Reason.choices)[reason].lower()})"
    keep(request, text, decisions)


def name_refused(request: HttpRequest, refused: list[str]) -> None:
    """Say of each comment that a press left alone why; of many, of the first ones."""
    for sentence in refused[:NAMED]:
        messages.warning(request, sentence)
    if len(refused) > NAMED:
        messages.warning(request, f"{len(refused) - NAMED} more are left alone for such reasons.")
