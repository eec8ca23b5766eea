"""What a press on one comment does: which model method it calls, what comes back of its words, and how it is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from articles.templatetags.desk import zoned_plain
from comments.admin import toast
from comments.forms import TOO_DEEP
from comments.markup import MAX_BYTES, is_too_deep, render, shows, tidy
from comments.models import AlreadyDecided, Comment, Decision, Notice
from comments.models.decided import TAKEN_BACK
from comments.models.log import DECIDING, PICKS

if TYPE_CHECKING:
    from comments.admin.queue import CommentAdmin

NOTE_LENGTH = 300  # characters of a note to the writer, as its column
TYPED = ("reply", "text", "reason", "note")  # the fields of the forms of presses
KEPT_LENGTH = 100_000  # characters given back of a text that was not taken


def is_id(text: str) -> bool:
    """Whether a posted text can be the id of a row; the database takes 64 bits and no more."""
    return text.isdecimal() and len(text) < 19


def act_on(comment: Comment, word: str, *, by: User, seen: str, channel: str, reason: str, note: str) -> Decision:
    """Call the model method behind a button.

    Raises AlreadyDecided, also where the comment is there already: whoever came second is told who was first.
    Raises ValueError for a rejection without a reason, KeyError for an unknown word.
    """
    acts: dict[str, Callable[[], Decision | None]] = {
        "approve": lambda: comment.approve(by=by, channel=channel, seen=seen),
        "spam": lambda: comment.mark_spam(by=by, channel=channel, seen=seen),
        "restore": lambda: comment.restore(by=by, channel=channel, seen=seen),
        "keep": lambda: comment.dismiss_reports(by=by, channel=channel, seen=seen),
        "feature": lambda: comment.feature(by=by, channel=channel, seen=seen),
        "unfeature": lambda: comment.feature(by=by, featured=False, channel=channel, seen=seen),
        "reject": lambda: comment.reject(by=by, reason=reason, note=note, channel=channel, seen=seen),
    }
    decision = acts[word]()
    if decision is None:
        comment.refresh_from_db(fields=["status", "reason"])
        raise AlreadyDecided(comment.who_decided(to=by, acts=PICKS if word in ("feature", "unfeature") else DECIDING))
    return decision


def answer(desk: CommentAdmin, request: HttpRequest, *, back: str, here: str = "") -> HttpResponse | None:
    """Do what a press on one comment or on "Undo" asks for; None where the post is something else."""
    if "undo" in request.POST:
        undone = undo(request, request.POST["undo"].split(","))
        return HttpResponseRedirect(here or (f"{back}#c{undone}" if undone else back))
    if "decide" not in request.POST:
        return None
    word, _, pk = request.POST["decide"].partition(":")
    comment = desk.get_object(request, pk)
    if comment is None or word not in (*toast.SAID, *WRITTEN):
        messages.error(request, "That comment is not here any more. Nothing changed.")
        keep_words(request, 0, word)
        return HttpResponseRedirect(back)
    try:
        if word in WRITTEN:
            WRITTEN[word](request, comment)
        else:
            _decide(request, comment, word)
    except (AlreadyDecided, ValueError) as refusal:
        link = reverse("admin:comments_comment_change", args=[comment.pk])
        words = "<a href='{}'>Comment by {}</a>: {}"
        messages.warning(request, format_html(words, link, comment.name, refusal))
        keep_words(request, comment.pk, word)
        return HttpResponseRedirect(here or f"{back}#c{comment.pk}")
    if word in ("amend", "putback"):
        return HttpResponseRedirect(here or f"{back}#c{comment.pk}")  # it still waits for a decision
    following = request.POST.get("next", "")
    return HttpResponseRedirect(f"{back}#c{following}" if following.isdecimal() and not here else back)


def keep_words(request: HttpRequest, of: int, word: str) -> None:
    """Keep what was typed with a press that is not taken, until a page has shown it; 0 for a comment that is gone."""
    if word == "reject" or word in WRITTEN:
        keep_typed(request, of, word, **{name: request.POST.get(name, "") for name in TYPED})


def keep_typed(request: HttpRequest, of: int, word: str, **typed: str) -> None:
    """Keep words for the forms of presses (``TYPED``), until a page has shown them."""
    words = {name: tidy(typed.get(name, ""))[:KEPT_LENGTH] for name in TYPED}
    request.session["kept_words"] = {"of": of, "word": word, **words}


def kept_words(request: HttpRequest, comments: Iterable[Comment], *, in_queue: bool = False) -> dict[str, Any]:
    """Return what came with a press that was refused, once: into the form again, or beside where there is none now.

    ``comments`` are those whose forms the page has; of a page that is about another comment the words stay kept.
    """
    kept: dict[str, Any] = request.session.get("kept_words", {})
    shown = next((comment for comment in comments if comment.pk == kept.get("of")), None)
    if not kept or (shown is None and not in_queue):
        return {}
    del request.session["kept_words"]
    if shown is None or not _has_form(shown, kept["word"]):
        kept["beside"] = [kept[name] for name in ("reply", "text", "note") if kept[name]]
        kept["chosen"] = kept["reason"] if kept["word"] == "reject" else ""
    return kept


def _has_form(comment: Comment, word: str) -> bool:
    """Whether the page of a comment has the form of a press, as its templates do."""
    match word:
        case "answer":
            return comment.status in (Comment.Status.PENDING, Comment.Status.APPROVED)
        case "reject":
            return comment.status not in (Comment.Status.REJECTED, Comment.Status.WITHDRAWN)
        case _:
            return comment.status != Comment.Status.WITHDRAWN and not comment.staff_id


def _decide(request: HttpRequest, comment: Comment, word: str) -> None:
    reason = request.POST.get("reason", "")
    decision = act_on(
        comment,
        word,
        by=cast("User", request.user),
        seen=request.POST.get("seen", ""),
        channel="queue",
        reason=reason,
        note=tidy(request.POST.get("note", "")).strip()[:NOTE_LENGTH],
    )
    toast.say(request, word, [decision], public=comment.article.is_published, name=comment.name, reason=reason)
    if word in ("keep", "approve") and comment.reported_at:
        for notice in Notice.objects.filter(comment=comment, handled_at=None).order_by("pk"):
            link = reverse("admin:comments_notice_change", args=[notice.pk])
            words = "<a href='{}'>Notice {} about it</a> still waits for an answer of its own."
            messages.info(request, format_html(words, link, notice.pk))


def _approve_and_answer(request: HttpRequest, comment: Comment) -> None:
    """Approve and print the newsroom's reply below it; both or neither."""
    text = _written(request, "reply", "Write the reply first. Nothing changed.")
    waited = comment.status == Comment.Status.PENDING
    reply = comment.answer(by=cast("User", request.user), text=text, seen=request.POST.get("seen", ""))
    acted_on = [comment.pk, reply.pk] if waited else [reply.pk]
    last = {row.comment_id: row for row in Decision.objects.deciding().filter(comment_id__in=acted_on).order_by("pk")}
    seen = f"readers see {'both' if waited else 'it'} {toast.when(comment.article.is_published)}"
    toast.keep(request, f"Your reply to {comment.name} is there: {seen}", list(last.values()))


def _amend(request: HttpRequest, comment: Comment) -> None:
    """Change a reader's words; the wording before stays, and readers see that a moderator did it."""
    text = _written(request, "text", "That text would show nothing. Reject the comment instead; nothing changed.")
    _reword(request, comment, text, tidy(request.POST.get("reason", "")))


def _put_back(request: HttpRequest, comment: Comment) -> None:
    """Put an earlier wording in the place of the one that stands."""
    asked = request.POST.get("revision", "")
    revision = comment.revisions.filter(pk=asked).first() if is_id(asked) else None
    if revision is None:
        raise ValueError("That wording is not kept any more. Nothing changed.")
    _reword(request, comment, revision.text, f"Put back the wording of {zoned_plain(revision.replaced_at)}")


def _reword(request: HttpRequest, comment: Comment, text: str, reason: str) -> None:
    if comment.status == Comment.Status.WITHDRAWN:
        raise ValueError("Its writer took it back. It stays as it is; nothing changed.")
    if text == comment.text:
        raise ValueError("It says that already. Nothing changed.")
    comment.amend(by=cast("User", request.user), text=text, reason=reason, seen=request.POST.get("seen", ""))
    public = ": readers see it, and that a moderator edited it" if comment.is_published else ""
    toast.keep(request, f"Text by {comment.name} changed{public}")


def _written(request: HttpRequest, name: str, refusal: str) -> str:
    """Return a text that a moderator typed. Raises ValueError where it shows nothing, or is too long to be kept."""
    text = tidy(request.POST.get(name, "")).strip()
    if not shows(render(text)):
        raise ValueError(refusal)
    if len(text.encode()) > MAX_BYTES:
        raise ValueError(f"A text may have {MAX_BYTES:,} bytes. Nothing changed.")
    if is_too_deep(text):
        raise ValueError(f"{TOO_DEEP} Nothing changed.")
    return text


# The presses that come with a text.
WRITTEN: dict[str, Callable[[HttpRequest, Comment], None]] = {
    "answer": _approve_and_answer,
    "amend": _amend,
    "putback": _put_back,
}


def undo(request: HttpRequest, pks: list[str]) -> int | None:
    """Take one's own last decisions back; what stays as it is, since somebody has moved on, is named.

    Returns the first comment of those that are back where they were. One's own reply is taken back with its words,
    which stand in the form again.
    """
    user = cast("User", request.user)
    toast.drop(request, undo=",".join(pks))
    undone: list[int] = []
    refused: list[str] = []
    decisions = Decision.objects.filter(pk__in=[pk for pk in pks if is_id(pk)], by=user).order_by("-pk")
    for decision in decisions:
        comment = Comment.objects.select_related("article").filter(pk=decision.comment_id).first()
        if comment is None:
            refused.append("That comment is not here any more. Nothing changed.")
            continue
        try:
            if comment.staff_id == user.pk and not decision.was:
                _take_reply_back(request, comment, decision)
            elif comment.undo(decision, by=user) is not None:
                undone.append(comment.pk)
        except AlreadyDecided as refusal:
            refused.append(f"{comment.name}: {refusal}")
    toast.name_refused(request, refused)
    if undone:
        back = "1 comment back where it was" if len(undone) == 1 else f"{len(undone)} comments back where they were"
        toast.keep(request, f"Undone: {back}.")
    if not decisions:
        messages.info(request, "There was nothing to take back. Nothing changed.")
    return undone[0] if undone else None


def _take_reply_back(request: HttpRequest, reply: Comment, decision: Decision) -> None:
    last = Decision.objects.deciding_about(reply.pk).last()
    if last is not None and last.channel == "undo" and last.by_id == reply.staff_id:
        raise AlreadyDecided(TAKEN_BACK)
    if last != decision or reply.status != Comment.Status.APPROVED:
        raise AlreadyDecided("Somebody has decided about your reply since. It stays as it is.")
    reply.withdraw(by=cast("User", request.user), channel="undo")
    toast.keep(request, "Undone: your reply is taken back.")
    keep_typed(request, reply.parent_id or 0, "answer", reply=reply.text)
