"""The test box (“what would this comment get?”) and the replay of the last days; neither writes anything."""

from __future__ import annotations

import dataclasses
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from articles.models import Article
from comments.markup import MAX_BYTES, render, tidy
from comments.models import Block, BlockedWord, Comment, Measure, Policy, Thread, Writer
from comments.models.block import Blocks, Known, domain_of
from comments.models.rules import Effect, Words
from comments.networks import cut
from comments.triage import Book, Context, opening, repeats, same_words, triage
from comments.triage.replay import DAYS, LISTED, MOST, replay
from comments.triage.rules import opinions
from comments.words import folded

if TYPE_CHECKING:
    NumbersBase = forms.ModelForm[Policy]
else:
    NumbersBase = forms.ModelForm


def _list_of(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, help_text="One a line.", widget=forms.Textarea(attrs={"rows": 3})
    )


class TrialForm(forms.Form):
    """A comment as it might come in, and what would be known of its writer."""

    text = forms.CharField(label="Comment", widget=forms.Textarea(attrs={"rows": 7}))
    name = forms.CharField(label="Name", max_length=80, required=False, initial="Rita Moreau")
    website = forms.URLField(label="Website", max_length=200, required=False, assume_scheme="https")
    mail_domain = forms.CharField(label="Domain of the address", max_length=255, required=False)
    network = forms.CharField(
        label="Network", max_length=64, required=False, help_text="Like 192.0.2.0/24; an address is cut to its network."
    )
    article = forms.SlugField(
        label="Article", max_length=120, required=False, help_text="Its slug. Empty: the newest one."
    )
    answers = forms.IntegerField(
        label="Answers comment", min_value=1, max_value=2**31, required=False, help_text="Its number. Empty: none."
    )
    approved = forms.IntegerField(label="Comments of this writer approved before", min_value=0, initial=0)
    turned_down = forms.IntegerField(
        label="Turned down lately",
        min_value=0,
        initial=0,
        required=False,
        help_text="Rejected or spam by people, within the days.",
    )
    is_confirmed = forms.BooleanField(label="The address is confirmed", required=False)
    measure = forms.ChoiceField(
        label="What moderators decided about this writer",
        required=False,
        choices=[("", "Nothing"), *(choice for choice in Measure.Kind.choices if choice[0] != Measure.Kind.WARN)],
    )
    seconds = forms.FloatField(
        label="Seconds from form to post",
        min_value=0,
        max_value=86_400,
        required=False,
        help_text="Empty: not known, as of a page that is the same for everybody.",
    )
    is_trapped = forms.BooleanField(label="The hidden field was filled in", required=False)

    def clean_text(self) -> str:
        text = tidy(self.cleaned_data["text"])
        if len(text.encode()) > MAX_BYTES:
            raise forms.ValidationError(f"A comment has at most {MAX_BYTES // 1000} kB.")
        return text

    def clean_mail_domain(self) -> str:
        domain: str = self.cleaned_data["mail_domain"]
        try:
            return domain_of(domain) if domain else ""
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean_network(self) -> str:
        text: str = self.cleaned_data["network"].strip()
        try:
            return cut(ip_network(text, strict=False)[0] if "/" in text else ip_address(text)) if text else ""
        except ValueError:
            raise forms.ValidationError("Write a network like 192.0.2.0/24 or 2001:db8::/48.") from None

    def clean_article(self) -> Article:
        articles = Article.objects.published().select_related("section").defer("body", "body_text")
        slug: str = self.cleaned_data["article"]
        article = articles.filter(slug=slug).first() if slug else articles.order_by("-publish_at").first()
        if article is None:
            raise forms.ValidationError("No published article has this slug.")
        return article

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if (pk := data.get("answers")) and "article" in data:
            data["parent"] = Comment.objects.published().filter(pk=pk, article=data["article"]).first()
            if data["parent"] is None:
                self.add_error("answers", "Readers see no comment of this number under that article.")
        return data

    def asked(self) -> Context:
        """Return the comment with what would be known of it, as the rules are asked about a real one."""
        data = self.cleaned_data
        comment = Comment(
            article=data["article"],
            parent=data.get("parent"),
            text=data["text"],
            html=render(data["text"]),
            name=data["name"],
            website=data["website"],
            network=data["network"],
        )
        confirmed_at = timezone.now() if data["is_confirmed"] else None
        asked = Context(
            comment,
            Book.current(),
            writer=Writer(approved_count=data["approved"], confirmed_at=confirmed_at),
            mail_domain=data["mail_domain"],
            same=same_words(comment),
            seconds=data["seconds"],
            trapped=data["is_trapped"],
        )
        turned_down = data["turned_down"] or 0
        asked.rejected = (turned_down, turned_down + data["approved"])
        asked.measures = [Measure(kind=data["measure"], reason="as you chose")] if data["measure"] else []
        return asked


class NumbersForm(NumbersBase):
    """The numbers and words to be tried; what is saved stays as it is."""

    hold_words = _list_of("Also hold these words")
    spam_words = _list_of("Also send these into the spam folder")
    reject_words = _list_of("Also reject these")
    without_words = _list_of("Without these listed words")
    mail_domains = _list_of("Also hold who writes from these mail domains")
    link_domains = _list_of("Also hold links to these domains")

    class Meta:
        model = Policy
        fields = [
            *("hold_links", "hold_score", "spam_score", "rejected_share", "rejected_days"),
            *("trust_confirmed", "trust_after"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hold_links"].widget.attrs["placeholder"] = str(settings.COMMENTS_HOLD_LINKS)

    def clean_without_words(self) -> str:
        text: str = self.cleaned_data["without_words"]
        known = {folded(phrase) for phrase in BlockedWord.objects.values_list("phrase", flat=True)}
        if unknown := [phrase for phrase in _lines(text) if folded(phrase) not in known]:
            raise forms.ValidationError(f"Not on the lists: {', '.join(unknown[:5])}.")
        return text

    def clean_mail_domains(self) -> list[str]:
        return self._domains("mail_domains")

    def clean_link_domains(self) -> list[str]:
        return self._domains("link_domains")

    def _domains(self, name: str) -> list[str]:
        try:
            return [domain_of(line) for line in _lines(self.cleaned_data[name])]
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None

    def book(self) -> Book:
        """Return the rules in force with what was typed in their place, saved nowhere."""
        current = Book.current()
        policy = Policy(**{field.attname: getattr(current.policy, field.attname) for field in Policy._meta.fields})
        for name in self.Meta.fields:
            setattr(policy, name, self.cleaned_data[name])
        listed = dict(current.words.effects)
        without = {folded(phrase) for phrase in _lines(self.cleaned_data["without_words"])}
        listed = {phrase: effect for phrase, effect in listed.items() if folded(phrase) not in without}
        for effect, name in ((Effect.HOLD, "hold"), (Effect.SPAM, "spam"), (Effect.REJECT, "reject")):
            reason = BlockedWord._meta.get_field("reason").get_default()
            listed |= dict.fromkeys(_lines(self.cleaned_data[f"{name}_words"]), (effect.value, reason))
        known = [block for kind in current.blocks.by_kind.values() for block in kind.values()]
        tried = ((Block.Kind.MAIL, "mail_domains"), (Block.Kind.LINK, "link_domains"))
        known += [
            Known(0, kind.value, domain, Effect.HOLD.value, "", "", None)
            for kind, name in tried
            for domain in self.cleaned_data[name]
        ]
        return dataclasses.replace(current, policy=policy, words=Words(listed), blocks=Blocks(known))


def _lines(text: str) -> list[str]:
    return [line.strip()[:100] for line in text.splitlines() if line.strip()]


@sensitive_post_parameters()
def trial_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Say what every rule thinks of a comment that nobody has written."""
    form = TrialForm(request.POST or None, label_suffix="")
    about = {**context, "title": "What would this comment get?", "form": form}
    if request.method == "POST" and form.is_valid():
        asked = form.asked()
        comment = asked.comment
        verdict = triage(comment, context=asked)
        said = opinions(asked)
        about |= {
            "verdict": verdict,
            "status": Comment.Status(verdict.status).label,
            "opinions": said,
            "decides": next(rule for rule, opinion in said if opinion),
            "score": asked.score,
            "refusal": repeats(comment, list(asked.same)),
            "opening": opening(comment.article, Thread.objects.filter(article=comment.article_id).first()),
            "article": comment.article,
        }
    return TemplateResponse(request, "admin/comments/rules/try.html", about, status=422 if form.errors else 200)


def replay_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Say what other numbers and words would have done to the last days."""
    instance = Policy.objects.filter(pk=1).first() or Policy(pk=1)
    form = NumbersForm(request.POST or None, instance=instance, label_suffix="")
    about = {
        **context,
        "title": f"What would these rules have done to the last {DAYS} days?",
        "form": form,
        "days": DAYS,
        "most": MOST,
        "listed": LISTED,
    }
    if request.method == "POST" and form.is_valid():
        about["replay"] = replay(form.book())
    return TemplateResponse(request, "admin/comments/rules/replay.html", about, status=422 if form.errors else 200)
