"""The page on which a writer appeals: once, against a decision, to somebody who did not take it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from comments import receipts
from comments.forms import AppealForm
from comments.markup import tidy
from comments.models import Appeal, Comment, NoAppeal
from comments.views.answers import refused
from comments.views.opened import NOT_CHANGED, opened_by_receipt, to_receipt


@opened_by_receipt
def appeal(request: HttpRequest, comment: Comment, posted: QueryDict) -> HttpResponse:
    """The form of the appeal: 303 to the receipt once it was sent."""
    text = tidy(posted.get("text", ""))
    back = receipts.receipt_url(comment)
    if sentence := Appeal.why_not(comment):
        return refused(request, 403, sentence, headline=NOT_CHANGED, kept=text, back=back)
    form = AppealForm({"text": text}) if request.method == "POST" else AppealForm()
    if form.is_valid():
        try:
            Appeal.lodge(comment, form.cleaned_data["text"])
        except NoAppeal as refusal:  # from another window, a moment ago
            return refused(request, 403, str(refusal), headline=NOT_CHANGED, kept=text, back=back)
        return to_receipt(comment, "#appeal")
    about = {"comment": comment, "form": form, "helper": form.helper_for(request.path), "back": back}
    return render(request, "comments/appeal.html", about, status=422 if form.is_bound else 200)
