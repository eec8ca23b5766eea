"""The page on which a writer mends a comment: within the window, from the receipt."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from comments import edits, receipts
from comments.forms import EditForm
from comments.markup import render as rendered
from comments.markup import tidy
from comments.models import Comment
from comments.triage import Refusal
from comments.views.opened import NOT_CHANGED, opened_by_receipt, to_receipt


@opened_by_receipt
def edit(request: HttpRequest, comment: Comment, posted: QueryDict) -> HttpResponse:
    """The comment in a form: 303 to the receipt once it is mended, otherwise the form with what is still in the way."""
    texts = {name: tidy(posted.get(name, "")) for name in ("comment", "name", "website")}
    if refusal := edits.why_not(comment):
        return _refused(request, comment, refusal, texts["comment"])
    if request.method != "POST":
        now = {"comment": comment.text, "name": comment.name, "website": comment.website}
        return _page(
            request, comment, EditForm(initial={**now, "seen": comment.text_version}, of=comment.writer), status=200
        )
    seen = tidy(posted.get("seen", "")) or "nothing"
    form = EditForm({**texts, "seen": seen}, of=comment.writer)
    if not form.is_valid():
        return _page(request, comment, form, status=422)
    mended = edits.Mended(*(form.cleaned_data[name] for name in ("comment", "name", "website")))
    if "preview" in posted:
        return _page(request, comment, form, status=200, preview=mended)
    refusal = edits.mend(comment, mended, seen=seen)
    if refusal is None:
        return to_receipt(comment)
    if refusal.status in (403, 429):
        return _refused(request, comment, refusal, texts["comment"])
    comment.refresh_from_db(fields=["edited_at", "moderated_at"])
    form = EditForm({**texts, "seen": comment.text_version}, of=comment.writer)
    form.add_error(None, refusal.sentence)
    return _page(request, comment, form, status=refusal.status)


def _refused(request: HttpRequest, comment: Comment, refusal: Refusal, kept: str) -> HttpResponse:
    """Say why the words stay; what was typed is given back."""
    about = {"headline": NOT_CHANGED, "sentence": refusal.sentence, "kept": kept}
    back = receipts.receipt_url(comment)
    return render(request, "comments/refused.html", {**about, "back": back}, status=refusal.status)


def _page(
    request: HttpRequest, comment: Comment, form: EditForm, *, status: int, preview: edits.Mended | None = None
) -> HttpResponse:
    about: dict[str, Any] = {
        "comment": comment,
        "form": form,
        "helper": form.helper_for(request.path),
        "back": receipts.receipt_url(comment),
        "preview": None,
    }
    if preview is not None:
        about["preview"] = Comment(name=preview.name, website=preview.website, html=rendered(preview.text))
    return render(request, "comments/edit.html", about, status=status)
