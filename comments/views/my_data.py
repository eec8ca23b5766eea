"""My data: asking by address, the page behind the link in the mail, and the same for one comment from its receipt."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from comments import privacy, receipts
from comments.addresses import address_key
from comments.data_mail import mail_data_link
from comments.erasure import How, erase, erase_comment
from comments.forms import DataForm
from comments.intake import Unreadable, is_cross_site, unstored
from comments.markup import tidy
from comments.models import Comment, DataRequest, FloodWindow, Notice, Writer
from comments.networks import network_of
from comments.views.answers import CROSS_SITE_PRIVATE, opens_nothing, refused, sent
from comments.views.opened import NOT_CHANGED, opened_by_receipt, to_receipt

ASKED_FROM_A_NETWORK = 10  # requests in the window below: a form must not become a weapon
WINDOW = timedelta(hours=1)
SHOWN = 50  # comments on a page
TOO_MANY = "Too many requests came from your network within an hour. Wait a while, then ask again."
CROSS_SITE = "Your browser says that this came from another site. If it was you, press the button here."
TOO_OLD = "Such a link works for a day, and a newer one replaces it. Perhaps it was cut short on its way to you."
CHOOSE = "Choose what is to be erased. Nothing changed."


@sensitive_post_parameters()
@sensitive_variables()
@csrf_exempt  # nobody's authority is used: the answer goes to the address, whoever asks
@unstored
def ask_for_data(request: HttpRequest) -> HttpResponse:
    """The form that takes an address. It answers the same whether anything is held under it or not."""
    try:
        posted = sent(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence, headline=NOT_CHANGED)
    if request.method != "POST":
        return _form(request, DataForm(), status=200, asked="asked" in request.GET)
    form = DataForm({"email": tidy(posted.get("email", ""))})
    status = 422
    if is_cross_site(request):
        form.add_error(
            None, "Your browser says that this came from another site. If it was you, press the button here."
        )
        status = 403
    if not form.is_valid():
        return _form(request, form, status=status)
    if _floods(network_of(request)):
        form.add_error(None, TOO_MANY)
        response = _form(request, form, status=429)
        response.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
        return response
    with transaction.atomic():
        asked = DataRequest.of(address_key(form.cleaned_data["email"]))
        mail_data_link.enqueue(asked.pk)
    return HttpResponseRedirect(f"{reverse('comments:ask_for_data')}?asked", status=303)


def _form(request: HttpRequest, form: DataForm, *, status: int, asked: bool = False) -> HttpResponse:
    about = {"form": form, "helper": form.helper_for(reverse("comments:ask_for_data")), "asked": asked}
    return render(request, "comments/ask_for_data.html", about, status=status)


def _floods(network: str) -> bool:
    if not network:
        return False
    return FloodWindow.hit(f"data {network}"[:43], now=timezone.now(), window=WINDOW).count > ASKED_FROM_A_NETWORK


@csrf_exempt  # its address is the key, which no other site has
@unstored
def my_data(request: HttpRequest, key: str) -> HttpResponse:
    """All that is held under an address, for whoever reads its mail: a list, a copy, and the way to erase it."""
    asked = DataRequest.opened_by(key)
    if asked is None or asked.writer is None:
        return opens_nothing(request, TOO_OLD)
    try:
        posted = sent(request)
    except Unreadable as problem:
        return refused(request, problem.status, problem.sentence, headline=NOT_CHANGED, back=request.path)
    if request.method != "POST":
        return _shown(request, asked.writer, key)
    if is_cross_site(request, private_page=True):
        return refused(request, 403, CROSS_SITE_PRIVATE, headline=NOT_CHANGED)
    if posted.get("act") == "export":
        return _file(privacy.export(asked.writer, private=posted.get("private") == "1"))
    if posted.get("act") == "erase" and (how := _how(posted)):
        return _erased(request, asked.writer, how)
    return refused(request, 422, CHOOSE, headline=NOT_CHANGED, back=request.path, back_to="Back to your data")


@csrf_exempt  # its address is the key, which no other site has
@unstored
def erase_data(request: HttpRequest, key: str) -> HttpResponse:
    """Ask how much is to be erased; the button posts to the page of the data."""
    asked = DataRequest.opened_by(key)
    if asked is None or asked.writer is None:
        return opens_nothing(request, TOO_OLD)
    if request.method not in ("GET", "HEAD"):
        return refused(request, 405, "Press the button on this page.", headline=NOT_CHANGED)
    back = reverse("comments:my_data", args=[key])
    response = render(request, "comments/erase_data.html", {"back": back, "comment": None})
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _shown(request: HttpRequest, writer: Writer, key: str) -> HttpResponse:
    comments = (
        Comment.objects.filter(writer=writer).select_related("article").defer("article__body", "article__body_text")
    )
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        comments = comments.filter(pk__lt=before)
    shown = list(comments.order_by("-pk")[: SHOWN + 1])
    about: dict[str, Any] = {
        "comments": [(comment, receipts.receipt_url(comment)) for comment in shown[:SHOWN]],
        "older": shown[SHOWN - 1].pk if len(shown) > SHOWN else None,
        "notices": Notice.objects.filter(notifier=writer).order_by("-pk")[:SHOWN],
        "records": _counted(writer),
        "key": key,
    }
    response = render(request, "comments/my_data.html", about)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _counted(writer: Writer) -> list[tuple[str, int]]:
    """Return how much there is of what, leaving out what there is nothing of."""
    counts = [(record.title, record.of_writer(writer).count()) for record in privacy.REGISTRY if record.of_writer]
    return [(title, number) for title, number in counts if number]


def _erased(request: HttpRequest, writer: Writer, how: How) -> HttpResponse:
    done = erase(writer, how)
    response = render(request, "comments/data_erased.html", {"done": done, "words_too": how is How.REMOVE})
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _how(posted: QueryDict) -> How | None:
    """Return the choice that was made; None where there was none."""
    return next((how for how in How if how.value == posted.get("how")), None)


def _file(data: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(data, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@opened_by_receipt
def comment_data(request: HttpRequest, comment: Comment, posted: QueryDict) -> HttpResponse:
    """What is held with one comment, from its receipt: a copy, and the way to erase it."""
    back = receipts.receipt_url(comment)
    if request.method != "POST":
        return render(request, "comments/erase_data.html", {"back": request.path, "comment": comment, "receipt": back})
    if posted.get("act") == "export":
        return _file(privacy.export_comment(comment))
    if posted.get("act") == "erase" and (how := _how(posted)):
        erase_comment(comment, how)
        return to_receipt(comment)
    return refused(request, 422, CHOOSE, headline=NOT_CHANGED, back=back)
