"""How a mail of ours is made: one text and one HTML part from two templates, headers that name it as what it is.

Who gets which mail is decided elsewhere; nothing here reads the database. A mail to an address that nobody has
confirmed carries no word that its sender chose.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from smtplib import SMTPRecipientsRefused
from typing import TYPE_CHECKING, Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from comments.addresses import to_write_to

if TYPE_CHECKING:
    from comments.models.writer import Writer

log = logging.getLogger(__name__)

SUBJECT_LENGTH = 150  # characters; longer ones are cut in every list of mails

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def absolute(path: str) -> str:
    """Return the whole address of a path on this site, whatever host a request named."""
    return f"{settings.SITE_URL}{path}"


def letter(
    name: str, *, to: str, subject: str, about: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """Return the mail made from ``comments/mail/<name>.txt`` and ``.html``, to one address, ready to be sent.

    It says that a machine wrote it (RFC 3834), so that no holiday note answers it.
    """
    words = {
        "site_name": settings.SITE_NAME,
        "site_root": settings.SITE_URL,
        "subject": subject,
        **about,
    }
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:SUBJECT_LENGTH],  # no line end gets into a header
        body=render_to_string(f"comments/mail/{name}.txt", words).strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to_write_to(to)],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", **(headers or {})},
    )
    html = render_to_string(f"comments/mail/{name}.html", words)
    mail.attach_alternative(_INLINER.inline(html), "text/html")
    return mail


def to_writer(
    name: str, writer: Writer, *, subject: str, about: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """Return a mail to the address of a writer: in its text and its headers the link by which they all end.

    Other ``headers`` are those of a mail that ends by itself (about one discussion).
    """
    stops = {"stop": absolute(writer.stop_path)}
    headers = headers or unsubscribing(writer.stop_path)
    return letter(name, to=writer.address, subject=subject, about={**stops, **about}, headers=headers)


def unsubscribing(path: str) -> dict[str, str]:
    """Return the headers by which a mail program unsubscribes with one press (RFC 8058)."""
    return {"List-Unsubscribe": f"<{absolute(path)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def send(mail: EmailMultiAlternatives) -> None:
    """Hand a mail to the mail server; raises what the server raises, so that the task is tried again.

    A server that knows for good that it cannot deliver to this address (an answer of 5xx) is not asked again: a
    mistyped address is nobody's task to mend.
    """
    try:
        mail.send()
    except SMTPRecipientsRefused as refusal:
        codes = [code for code, _ in refusal.recipients.values()]
        if not codes or min(codes) < 500:
            raise
        log.warning("The mail server refused a recipient for good (%s); that mail is not sent.", min(codes))
