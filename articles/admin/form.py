"""The article form: every field, what each role may set, and what must hold before a change reaches readers."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_prose_editor.widgets import ProseEditorWidget

from articles import checklist, markup
from articles.admin.fields import MomentField, NamesField, PictureField, free_slug, read_kept, sign_kept
from articles.models import Article, Author, Byline, Correction, Publisher, Section, Tag

if TYPE_CHECKING:
    Base = forms.ModelForm[Article]
else:
    Base = forms.ModelForm

# What the editor offers; articles/markup.py decides what is kept.
EXTENSIONS = {
    "Heading": {"levels": [2, 3]},
    "Bold": True,
    "Italic": True,
    "Code": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "Blockquote": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "CodeBlock": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "HTML": True,
    "NoSpellCheck": False,  # editors want the browser's
}
EDITORS_ONLY = ("publish_at", "pinned_until", "canonical_url", "noindex")
MOMENT = "%Y-%m-%dT%H:%M"  # what the browser's own date and time field reads and writes
MINOR = "minor"
# Presses that take an article away from readers: nothing need be said of the text that goes with them.
TAKING_AWAY = ("withdraw", "unschedule")


def moment_widget() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)


def moment_field(**kwargs: Any) -> MomentField:
    return MomentField(required=False, widget=moment_widget(), **kwargs)


def digest(value: str) -> str:
    """Return what tells two values of a field apart; short, for a hidden field."""
    return hashlib.sha256(value.encode()).hexdigest()[:12]


class ArticleForm(Base):
    """One article as its editor sees it. ``user`` is set by the admin on the class it makes for a request."""

    user: User

    section = forms.ModelChoiceField(Section.objects.all(), required=False)
    byline_names = NamesField(model=Author, what="author", label="Byline", help_text="Names in order, with commas.")
    tag_names = NamesField(
        model=Tag, what="tag", label="Tags", help_text="Names, with commas. A new name makes a new tag."
    )
    publisher_name = forms.CharField(
        label="Publisher", required=False, max_length=120, help_text="A new name adds a publisher."
    )
    source_url = forms.URLField(label="Link", required=False, max_length=500, assume_scheme="https")
    canonical_url = forms.URLField(
        label="Canonical address",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Only for a verbatim copy of a story that stands elsewhere.",
    )
    hero = PictureField(
        label="Picture",
        required=False,
        help_text="JPEG, PNG, WebP, AVIF or GIF, up to 20 MB. Where it was taken is removed.",
    )
    hero_kept = forms.CharField(required=False, widget=forms.HiddenInput)
    hero_removed = forms.BooleanField(required=False, label="Take the picture away")
    publish_at = moment_field(label="Publish time")
    pinned_until = moment_field(label="Leads the front page until", help_text="Empty: it does not lead.")

    # What an act asks for; see ArticleAdmin.
    send_back_note = forms.CharField(
        label="What should be mended?", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    withdraw_reason = forms.CharField(
        label="Why? Readers see this.", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    notice_kind = forms.ChoiceField(
        label="What kind of change is it?",
        required=False,
        choices=[*Correction.Kind.choices, (MINOR, "Minor: spelling, a link; no notice")],
        widget=forms.RadioSelect,
    )
    notice_text = forms.CharField(
        label="The notice that readers see", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    # What the form was made from, so that a save over somebody else's is seen, and which parts of it collide.
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    base = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Article
        fields = [
            "kicker",
            "headline",
            "standfirst",
            "body",
            "section",
            "publish_at",
            "pinned_until",
            "hero",
            "hero_alt",
            "hero_decorative",
            "hero_caption",
            "hero_credit",
            "source_kind",
            "source_title",
            "source_url",
            "source_seen_on",
            "ai_involvement",
            "ai_note",
            "comments_open",
            "comments_close_after_days",
            "slug",
            "canonical_url",
            "noindex",
        ]
        widgets = {
            "kicker": forms.TextInput(attrs={"placeholder": "The short label above the headline"}),
            "headline": forms.Textarea(attrs={"rows": 2, "maxlength": 140}),
            "standfirst": forms.Textarea(attrs={"rows": 3, "maxlength": 320}),
            "body": ProseEditorWidget(
                config={"extensions": EXTENSIONS}, preset="configurable", attrs={"rows": 24, "aria-label": "Text"}
            ),
            "source_seen_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ai_involvement": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        article = self.instance
        self.was_live = bool(article.pk) and article.is_published
        self.was_scheduled = bool(article.pk) and article.is_scheduled
        self.act = str(self.data.get("act", "")) if self.is_bound else ""
        self.kept_picture = ""
        self.pinned_before = article.pinned_until
        self._start_texts()
        self.fields["slug"].required = False
        self.fields["slug"].help_text = "Empty: made from the headline."
        self.fields["source_kind"].choices = [("", "None: all of it is our own"), *Article.SourceKind.choices]  # type: ignore[attr-defined]
        if not self.user.has_perm("articles.publish_article"):
            for name in EDITORS_ONLY:
                del self.fields[name]
        elif self.was_live or article.state == Article.State.WITHDRAWN:
            # The address holds the month, and readers were told the time: it stays as it was.
            del self.fields["publish_at"]
        self.fields["version"].initial = article.version
        self.fields["base"].initial = json.dumps({name: digest(value) for name, value in self.raw_values().items()})

    def _start_texts(self) -> None:
        """Fill the fields that stand for related rows."""
        article = self.instance
        bylines = cast("NamesField", self.fields["byline_names"])
        tags = cast("NamesField", self.fields["tag_names"])
        if article.pk:
            self.fields["byline_names"].initial = bylines.written(
                [line.author for line in article.bylines.select_related("author")]
            )
            self.fields["tag_names"].initial = tags.written(list(article.tags.all()))
        else:
            self.fields["byline_names"].initial = bylines.written(list(Author.objects.filter(user=self.user)))
        if article.source_publisher:
            self.fields["publisher_name"].initial = article.source_publisher.name

    # Comparing two states of the form.

    CONTENT = (
        *(name for name in Meta.fields if name != "hero"),
        "byline_names",
        "tag_names",
        "publisher_name",
    )

    def content_names(self) -> list[str]:
        """The fields that hold the article's content, in the order of the page."""
        return [name for name in self.CONTENT if name in self.fields]

    def raw_values(self) -> dict[str, str]:
        """Return what an untouched form would post, field by field."""
        return {name: self._raw(name, self[name].initial) for name in self.content_names()}

    def posted_values(self) -> dict[str, str]:
        """Return what was posted, comparable with ``raw_values``."""
        posted = {}
        for name in self.content_names():
            value = str(self.data.get(name, "")).replace("\r\n", "\n")
            posted[name] = markup.clean(value) if name == "body" else "on" if value and self._is_box(name) else value
        return posted

    def _raw(self, name: str, value: Any) -> str:
        if self._is_box(name):
            return "on" if value else ""
        field = self.fields[name]
        shown = field.widget.format_value(field.prepare_value(value))
        text = (shown[0] if shown else "") if isinstance(shown, list) else shown
        return "" if text is None else str(text).replace("\r\n", "\n")

    def _is_box(self, name: str) -> bool:
        return isinstance(self.fields[name], forms.BooleanField)

    # Cleaning.

    def clean_byline_names(self) -> list[Author]:
        text = self.cleaned_data["byline_names"]
        rows, unknown = cast("NamesField", self.fields["byline_names"]).found(text)
        if unknown:
            names = ", ".join(f"“{name}”" for name in unknown)
            raise ValidationError(f"There is no author called {names}. Add the author first, or mend the name.")
        return cast("list[Author]", rows)

    def clean_tag_names(self) -> tuple[list[Tag], list[str]]:
        """Return the tags that are there and the names of those to be made."""
        rows, unknown = cast("NamesField", self.fields["tag_names"]).found(self.cleaned_data["tag_names"])
        if too_long := [name for name in unknown if len(name) > 60]:
            raise ValidationError(f"A tag has 60 characters at most: “{too_long[0][:40]}…”.")
        if unknown and not self.user.has_perm("articles.add_tag"):
            raise ValidationError(f"There is no tag called “{unknown[0]}”.")
        return cast("list[Tag]", rows), unknown

    def clean_publisher_name(self) -> str:
        name = " ".join(self.cleaned_data["publisher_name"].split())
        known = Publisher.objects.filter(name__iexact=name).exists()
        if name and not known and not self.user.has_perm("articles.add_publisher"):
            raise ValidationError(f"There is no publisher called “{name}”.")
        return name

    def clean_hero(self) -> Any:
        """Return the new picture's name, the one kept from a form that had an error elsewhere, or what was there."""
        upload = self.cleaned_data["hero"]
        if isinstance(upload, str) and upload:
            self.kept_picture = upload
            return upload
        if kept := read_kept(str(self.data.get("hero_kept", ""))):
            self.kept_picture = kept
            return kept
        return None  # as it was; setting it again would open the file

    @property
    def kept_token(self) -> str:
        """What the hidden field holds, so that a picture survives an error in another field."""
        return sign_kept(self.kept_picture) if self.kept_picture else ""

    def clean_publish_at(self) -> datetime | None:
        at = self._as_it_was("publish_at")
        if self.was_scheduled and self.act not in (*TAKING_AWAY, "publish"):
            if at is None:
                raise ValidationError("To take the time away, use “Take the publish time away”.")
            if at <= timezone.now():
                raise ValidationError("This time has passed. To publish at once, use “Publish now”.")
        return at

    def clean_pinned_until(self) -> datetime | None:
        return self._as_it_was("pinned_until")

    def _as_it_was(self, name: str) -> datetime | None:
        """Return a time with the seconds that it had, for the browser's field knows minutes alone."""
        at: datetime | None = self.cleaned_data[name]
        before: datetime | None = getattr(self.instance, name)
        same = at and before and at.replace(second=0, microsecond=0) == before.replace(second=0, microsecond=0)
        return before if same else at

    def clean_slug(self) -> str:
        """An empty one is made from the headline; so is one that was, while readers have not seen the article."""
        slug = self.cleaned_data["slug"]
        headline = self.cleaned_data.get("headline", "")
        article = self.instance
        unseen = article.state in (Article.State.DRAFT, Article.State.IN_REVIEW)
        follows = bool(article.pk) and unseen and slug == article.slug and slug == self._slug_made_before()
        if slug and not follows:
            return str(slug)
        return free_slug(Article, headline, pk=article.pk)

    def _slug_made_before(self) -> str:
        before = Article.objects.filter(pk=self.instance.pk).values_list("headline", flat=True).first() or ""
        return free_slug(Article, before, pk=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.was_live and self.act not in TAKING_AWAY:
            if not data.get("notice_kind"):
                self.add_error("notice_kind", "Readers see this article: say what kind of change it is.")
            elif data["notice_kind"] != MINOR and not data.get("notice_text", "").strip():
                self.add_error("notice_text", "Write the notice that readers see.")
        if self.act == "withdraw" and not data.get("withdraw_reason", "").strip():
            self.add_error("withdraw_reason", "Say why: readers see the reason at the article's address.")
        if self.act == "send_back" and not data.get("send_back_note", "").strip():
            self.add_error("send_back_note", "Say what should be mended.")
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """The picture was checked when it came; the model's own check opens the file, which may have gone missing."""
        return {*super()._get_validation_exclusions(), "hero"}  # type: ignore[misc]

    def _post_clean(self) -> None:
        """Fill the instance; then a change to what readers see, or are due to see, passes the checklist first."""
        super()._post_clean()  # type: ignore[misc]
        if self.cleaned_data.get("hero_removed") and not self.kept_picture:
            self.instance.hero = ""
        name = self.cleaned_data.get("publisher_name", "")
        if "publisher_name" in self.cleaned_data:
            self.instance.source_publisher = Publisher.objects.filter(name__iexact=name).first() if name else None
        reaches_readers = (self.was_live or self.was_scheduled) and self.act not in TAKING_AWAY
        if reaches_readers and not self.errors:
            stand_in = Publisher(pk=0, name=name) if name and not self.instance.source_publisher else None
            if stand_in:
                self.instance.source_publisher = stand_in
            findings = checklist.review(self.instance, self.cleaned_data.get("byline_names", []))
            if stand_in:
                self.instance.source_publisher = None
            if block := checklist.first_block(findings):
                self.add_error(None, f"Not saved, for readers would see it: {block.words.lower()}.")

    # Saving what stands beside the row.

    def save_names(self) -> list[str]:
        """Write bylines and tags; return a sentence for each row that had to be made."""
        article = self.instance
        wanted: list[Author] = self.cleaned_data["byline_names"]
        article.bylines.exclude(author__in=wanted).delete()
        for position, author in enumerate(wanted):
            Byline.objects.update_or_create(article=article, author=author, defaults={"position": position})
        tags, new_names = self.cleaned_data["tag_names"]
        made = [Tag.objects.create(name=name, slug=free_slug(Tag, name)) for name in new_names]
        article.tags.set([*tags, *made])
        return [f"New tag: {tag.name}." for tag in made]

    def make_publisher(self) -> list[str]:
        """Make the publisher that was named and is not known yet; return a sentence when one was made."""
        name = self.cleaned_data["publisher_name"]
        if not name or self.instance.source_publisher_id:
            return []
        self.instance.source_publisher = Publisher.objects.create(name=name, slug=free_slug(Publisher, name))
        return [f"New publisher: {name}."]
