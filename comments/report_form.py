"""The form with which a reader reports a comment: shape and wording, no policy; and the token that ties it to one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer

from comments import markup
from comments.forms import TOKEN_WEEKS, WEEK, AddressField
from comments.models import Comment, Report

STATEMENT_LENGTH = 4_000  # characters; a notice may have to quote
LEGAL = ("law", "name", "email", "good_faith")  # asked for illegal content alone
TOO_OLD = "This page had been open for too long. Nothing you wrote is lost: press “Send the report” once more."

_signer = Signer(salt="comments.report")


def report_token(comment: Comment) -> str:
    """Return the token of a comment's report form; another comment's, or one of long ago, is none."""
    return _signer.sign(f"{comment.pk}.{int(time.time() // WEEK)}")


def report_token_is_good(token: str, comment: Comment) -> bool:
    """Whether a token was made by us, for this comment, in this week or one of the four before."""
    try:
        pk, _, week = _signer.unsign(token).partition(".")
    except BadSignature:
        return False
    return pk == str(comment.pk) and week.isdigit() and 0 <= int(time.time() // WEEK) - int(week) < TOKEN_WEEKS


class ReportForm(forms.Form):
    """What a reader says is wrong; illegal content needs a statement, and may be answered."""

    reason = forms.ChoiceField(
        label="What is wrong with it?",
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what is wrong with the comment.",
            "invalid_choice": "Choose one of the reasons in the list.",
        },
    )
    statement = forms.CharField(
        label="Why?",
        required=False,
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For the moderators alone. You may leave it empty, except for illegal content: "
        "say which words you mean and why they break the law.",
        error_messages={
            "max_length": "Use at most %(limit_value)d characters; this text has %(show_value)d.",
        },
    )
    law = forms.CharField(
        label="Which law, if you know",
        help_text="The comment’s writer reads it, where the comment is removed for that.",
        required=False,
        max_length=200,
        error_messages={"max_length": "Use at most %(limit_value)d characters; this has %(show_value)d."},
    )
    name = forms.CharField(
        label="Your name",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": "Use at most %(limit_value)d characters; this name has %(show_value)d."},
    )
    email = AddressField(
        label="Your email",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="For an answer by mail, if you want one. Never shown; you get a private page in any case.",
        error_messages={
            "invalid": "This is not a whole email address. Write it like name@example.org, or leave it empty.",
            "max_length": "An email address has at most %(limit_value)d characters; this one has %(show_value)d.",
        },
    )
    good_faith = forms.BooleanField(
        label="I believe in good faith that what I say here is accurate and complete", required=False
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def sent(cls, data: Mapping[str, str], *, token: str) -> ReportForm:
        """Return the form as a reader sent it, each text tidied first, with a token of today."""
        names = ("reason", "statement", "law", "name", "email", "good_faith")
        return cls({**{name: markup.tidy(data.get(name, "")) for name in names}, "token": token})

    def clean(self) -> dict[str, Any]:
        """Ask what the law asks of a notice, and of nothing else."""
        data = super().clean() or {}
        if data.get("reason") != Report.Reason.ILLEGAL:
            for name in LEGAL:
                self.errors.pop(name, None)
                data[name] = ""
            return data
        if "statement" not in self.errors and not markup.shows(data.get("statement", "")):
            self.add_error("statement", "Say which words you mean and why they break the law.")
        if not data.get("good_faith"):
            self.add_error("good_faith", "Confirm that you say this in good faith: the law asks it of a notice.")
        for name in ("law", "name"):
            if "\n" in data.get(name, ""):
                self.add_error(name, ValidationError("Write this on one line."))
        return data

    def helper_for(self, action: str) -> FormHelper:
        """Return how the form is laid out; it carries no CSRF token, as a guest's post carries no authority."""
        helper = FormHelper(self)
        helper.form_action = action
        helper.form_class = "reply report"
        helper.disable_csrf = True
        helper.layout = Layout(
            "token",
            HTML('{% include "comments/_report_reasons.html" %}'),
            Field("statement"),
            Div(
                HTML('{% include "comments/_report_law.html" %}'),
                Field("law"),
                Row(Field("name", wrapper_class="col-md-6"), Field("email", wrapper_class="col-md-6")),
                Field("good_faith"),
                css_class="report__law",
            ),
            Div(StrictButton("Send the report", type="submit", css_class="btn-primary"), css_class="reply__acts"),
        )
        return helper
