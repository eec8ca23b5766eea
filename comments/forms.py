"""The form under every article: shape and wording, no policy; and the token that ties it to its article."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout, Row
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import EmailValidator, RegexValidator, URLValidator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article
from comments import markup
from comments.addresses import holds, holds_any, is_real_host
from comments.models import Writer
from comments.models.appeal import TEXT_LENGTH

WEEK = 7 * 24 * 60 * 60  # seconds
TOKEN_WEEKS = 5  # this week and the four before it: a page may have stood open or in a cache for a while
TRAP = "subject"  # a field that people do not see, and that no browser fills in
TOO_OLD = "This page had been open for too long. Nothing you wrote is lost: press “Post comment” once more."

OTHER_LETTERS = "Write the part before the @ in plain letters, figures and signs: mail to others is often lost."
NO_NAME = "This is your email address. Write the name that stands above your comment."
HOLDS_ADDRESS = "Your comment holds the email address that we promise not to publish. Take it out."

# Also said by js/counter.js, before anything is sent.
TOO_LONG = f"Use at most {markup.MAX_BYTES // 1000} kB; this comment has {{}} kB."
TOO_DEEP = f"Lists and quotes may stand at most {markup.MAX_DEPTH} levels deep."

_signer = Signer(salt="comments.form")


def form_token(article: Article, *, now: float | None = None) -> str:
    """Return the token of an article's form: it changes once a week, so that a page has the same bytes all week.

    On a page that is nobody else's it may say when it was made; see ``seconds_since``.
    """
    return _signer.sign(f"{article.pk}.{_week()}" + (f".{int(now)}" if now else ""))


def token_is_good(token: str, article: Article) -> bool:
    """Whether a token was made by us, for this article, in this week or one of the four before."""
    try:
        pk, week, *_ = f"{_signer.unsign(token)}.".split(".")
    except BadSignature:
        return False
    return pk == str(article.pk) and week.isdigit() and 0 <= _week() - int(week) < TOKEN_WEEKS


def seconds_since(token: str) -> float | None:
    """Return how long ago a good token was made, where it says so: stored pages are the same for everybody."""
    made = _signer.unsign(token).split(".")[2:]
    return max(0.0, time.time() - float(made[0])) if made else None


def _week() -> int:
    return int(time.time() // WEEK)


def _is_text(text: str) -> None:
    """Refuse what shows nothing: a name of spaces that only look like none."""
    if not markup.shows(text):
        raise ValidationError("Use letters that can be seen.")


def _is_no_address(name: str) -> None:
    """Refuse an email address as a name: most who type one there have taken the box for the next."""
    if holds_any(name):
        raise ValidationError(NO_NAME)


class WebAddressField(forms.URLField):
    """An address of the web: no other scheme stands behind a name."""

    default_validators = [
        URLValidator(schemes=["http", "https"]),
        # Browsers read a backslash as a slash, and other readers do not: they would see different hosts.
        RegexValidator(
            r"\\|^[a-zA-Z]+://[^/?#]*@",
            "Write the address without backslashes and user names.",
            code="host",  # the field has its own words for what is invalid
            inverse_match=True,
        ),
    ]


class _ReachableAddress(EmailValidator):
    """Django's own check, and that the host is one that somebody can have, the part before it in ASCII.

    Django's pattern ignores case by the rules of Unicode, which takes letters for others that only look like them.
    """

    def __call__(self, value: str | None) -> None:
        if not (value or "").rpartition("@")[0].isascii():
            # With a code that is no field's own: the field has its own words for what is invalid.
            raise ValidationError(OTHER_LETTERS, code="letters")
        super().__call__(value)

    def validate_domain_part(self, domain_part: str) -> bool:
        return super().validate_domain_part(domain_part) and is_real_host(domain_part)


class AddressField(forms.EmailField):
    """An address that mail reaches from anywhere: a host of this machine alone (``localhost``) is none."""

    default_validators = [_ReachableAddress(allowlist=[])]


class CommentForm(forms.Form):
    """What a guest writes. ``reply`` and ``token`` travel hidden; what is remembered never reaches us.

    Neither the name nor the words may hold the address that the form promises not to publish.
    """

    comment = forms.CharField(
        label="Comment",
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=mark_safe(
            "Plain text. <code>*emphasis*</code>, <code>`code`</code>, <code>&gt; quote</code> and lists work; "
            "links are written out."
        ),
        error_messages={"required": "Write your comment."},
    )
    name = forms.CharField(
        label="Name",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        validators=[
            RegexValidator(r"\n", "Write your name on one line.", inverse_match=True),
            _is_text,
            _is_no_address,
        ],
        error_messages={
            "required": "Write the name that stands above your comment.",
            "max_length": "Use at most %(limit_value)d characters; this name has %(show_value)d.",
        },
    )
    email = AddressField(
        label="Email",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Never shown, never shared.",
        error_messages={
            "required": "Write your email address; readers never see it.",
            "invalid": "This is not a whole email address. Write it like name@example.org.",
            "max_length": "An email address has at most %(limit_value)d characters; this one has %(show_value)d.",
        },
    )
    website = WebAddressField(
        label="Website",
        max_length=200,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
        error_messages={
            "invalid": "This is not a web address. Start it with https:// or leave it empty.",
            "max_length": "Use at most %(limit_value)d characters; this address has %(show_value)d.",
        },
    )
    follow = forms.BooleanField(label="Mail me when somebody answers.", required=False)
    wants_outcome = forms.BooleanField(
        label="Mail me the decision.",
        required=False,
        help_text="We first mail you a link that confirms your address; every mail has a link that ends them.",
    )
    reply = forms.CharField(required=False, widget=forms.HiddenInput)
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def sent(cls, data: Mapping[str, str], *, token: str, reply: str) -> CommentForm:
        """Return the form as a reader sent it, each text tidied first, ready to be shown again.

        What travels hidden is made anew: the token as of today, the comment that is answered if it is there.
        """
        return cls({**cls.tidied(data), "token": token, "reply": reply})

    @staticmethod
    def tidied(data: Mapping[str, str]) -> dict[str, str]:
        texts = {name: markup.tidy(data.get(name, "")) for name in ("comment", "name", "email", "website")}
        boxes = {name: "on" for name in ("follow", "wants_outcome") if data.get(name)}
        return {**texts, **boxes}

    def clean_comment(self) -> str:
        text: str = self.cleaned_data["comment"]
        size = len(text.encode())
        if size > markup.MAX_BYTES:
            raise ValidationError(TOO_LONG.format(f"{size / 1000:.1f}"))
        if markup.is_too_deep(text):
            raise ValidationError(TOO_DEEP)
        html = markup.render(text)
        if (found := max(markup.addresses(text), html.count("<a "))) > markup.MAX_ADDRESSES:
            raise ValidationError(f"Use at most {markup.MAX_ADDRESSES} web addresses; this comment has {found}.")
        if not markup.shows(html):
            raise ValidationError("Write your comment.")
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if address := self.address():
            for field, sentence in (("name", NO_NAME), ("comment", HOLDS_ADDRESS)):
                if holds(data.get(field, ""), address):
                    self.add_error(field, sentence)
        return data

    def address(self) -> str:
        """Return the address under which the comment stands; empty where there is none yet."""
        email: str = self.cleaned_data.get("email", "")
        return email

    def helper_for(self, action: str) -> FormHelper:
        """Return how the form is laid out; it carries no CSRF token, for one stored copy serves every reader."""
        helper = FormHelper(self)
        helper.form_action = action
        helper.form_class = "reply"
        helper.disable_csrf = True
        helper.layout = Layout(
            HTML('{% include "comments/_form_note.html" %}'),
            "token",
            "reply",
            Field("comment"),
            HTML(render_to_string("comments/_comment_help.html", {"limit": markup.MAX_BYTES, "too_long": TOO_LONG})),
            Row(Field("name", wrapper_class="col-md-6"), Field("email", wrapper_class="col-md-6")),
            Field("website"),
            Field("follow"),
            Field("wants_outcome"),
            HTML('{% include "comments/_trap.html" %}'),
            HTML('{% include "comments/_remember.html" %}'),
            Div(
                StrictButton("Post comment", type="submit", css_class="btn-primary"),
                StrictButton("Preview", type="submit", name="preview", value="1", css_class="btn-secondary"),
                css_class="reply__acts",
            ),
        )
        return helper


class EditForm(CommentForm):
    """What a writer may change of a comment later: its words, the name above it, the website behind the name."""

    not_done = "Not changed yet."
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # the wording from which the writer set out

    def __init__(self, *args: Any, of: Writer | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = of
        for name in set(self.fields) - {"comment", "name", "website", "seen"}:
            del self.fields[name]

    def address(self) -> str:
        return self.of.key if self.of else ""

    def helper_for(self, action: str) -> FormHelper:
        helper = FormHelper(self)
        helper.form_action = action
        helper.form_class = "reply"
        helper.disable_csrf = True
        helper.layout = Layout(
            "seen",
            Field("comment"),
            HTML(render_to_string("comments/_comment_help.html", {"limit": markup.MAX_BYTES, "too_long": TOO_LONG})),
            Row(Field("name", wrapper_class="col-md-6"), Field("website", wrapper_class="col-md-6")),
            Div(
                StrictButton("Save the change", type="submit", css_class="btn-primary"),
                StrictButton("Preview", type="submit", name="preview", value="1", css_class="btn-secondary"),
                css_class="reply__acts",
            ),
        )
        return helper


class AppealForm(forms.Form):
    """Why a writer asks for a comment to be read again."""

    not_done = "Not sent yet."
    text = forms.CharField(
        label="Why should it be read again?",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"At most {TEXT_LENGTH:,} characters. A moderator who did not decide before reads it.",
        error_messages={
            "required": "Write why the comment should be read again.",
            "max_length": "Use at most %(limit_value)d characters; this text has %(show_value)d.",
        },
        validators=[_is_text],
    )

    def helper_for(self, action: str) -> FormHelper:
        """Return how the form is laid out."""
        helper = FormHelper(self)
        helper.form_action = action
        helper.form_class = "reply"
        helper.disable_csrf = True
        send = StrictButton("Send the appeal", type="submit", css_class="btn-primary")
        helper.layout = Layout(Field("text"), Div(send, css_class="reply__acts"))
        return helper


class DataForm(forms.Form):
    """The address under which somebody wrote."""

    not_done = "Not sent yet."
    email = AddressField(
        label="Email",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="The one that you typed with your comments.",
        error_messages={
            "required": "Write the email address under which you wrote.",
            "invalid": "This is not a whole email address. Write it like name@example.org.",
        },
    )

    def helper_for(self, action: str) -> FormHelper:
        """Return how the form is laid out."""
        helper = FormHelper(self)
        helper.form_action = action
        helper.form_class = "reply"
        helper.disable_csrf = True
        send = StrictButton("Send me the link", type="submit", css_class="btn-primary")
        helper.layout = Layout(Field("email"), Div(send, css_class="reply__acts"))
        return helper


def guest_form(article: Article) -> SafeString:
    """Return the empty form of an article's page, equal for every reader.

    It is rendered once per process; only its address and its token differ from one article to the next.
    """
    before, between, after = _guest_form_parts()
    return mark_safe(  # noqa: S308  # a slug and a signature need no escaping
        before + reverse("comments:write", args=[article.slug]) + between + form_token(article) + after
    )


@cache
def _guest_form_parts() -> tuple[str, str, str]:
    form = CommentForm(initial={"token": "@token@"})
    html = render_crispy_form(form, form.helper_for("@action@"))
    before, between, after = re.split("@action@|@token@", html)
    return before, between, after
