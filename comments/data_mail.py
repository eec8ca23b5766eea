"""The mail that leads somebody to what is held under an address: sent to that address alone, never more than hourly."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from articles.tasks import task
from comments import mail
from comments.models import DataRequest
from comments.models.data_request import OPEN_FOR
from comments.models.writer import LOOKED_AGAIN


@task("Mail a link to somebody's data", queue="mail")
def mail_data_link(request_id: int) -> None:
    """Answer a request by mail where anything is held; a request that was answered, or is gone, needs nothing.

    Where it is not its turn, since the address has just had another mail or the site has sent as many as it may, it
    comes back for a day: the law gives a right to an answer, and none to have it at once.
    """
    request = DataRequest.objects.select_related("writer").filter(pk=request_id).first()
    if request is None or request.writer is None or request.is_settled():
        return
    if not request.takes_turn():
        if request.may_wait():
            mail_data_link.using(run_after=timezone.now() + LOOKED_AGAIN).enqueue(request_id)
        return
    key = request.open_with_new_key()
    until = timezone.localtime(timezone.now() + OPEN_FOR)
    about = {
        "link": mail.absolute(reverse("comments:my_data", args=[key])),
        "ask": mail.absolute(reverse("comments:ask_for_data")),
        "until": until,
        "hours": int(OPEN_FOR.total_seconds() // 3600),
    }
    subject = f"What {settings.SITE_NAME} holds about you"
    letter = mail.to_writer("my_data", request.writer, subject=subject, about=about)
    try:
        mail.send(letter)
    except Exception:
        # Not sent, so the next try is not one mail too many.
        request.close()
        raise
