"""The articles, with every act that changes one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from articles import markup, workflow
from articles.models.author import Author
from articles.models.history import Correction, PastSlug, Transition
from articles.models.publisher import Publisher
from articles.models.section import Section
from articles.models.tag import Tag
from articles.pagecache import expire
from articles.querysets import ArticleQuerySet
from articles.shelves import refile
from articles.sources import source_key
from articles.workflow import ACTS, State, WrongState

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from articles.models.byline import Byline


# Fields that decide on which lists an article stands, and where.
SHELVED_BY = frozenset({"state", "publish_at", "section", "source_publisher"})
UNSEEN = "a story that readers do not see"


class Article(models.Model):
    """One story. Its fields are data; its acts are methods that say who and why, and leave a Transition."""

    State = workflow.State

    class SourceKind(models.TextChoices):
        REPORT = "report", "Report"
        REWRITE = "rewrite", "Rewrite"
        QUOTE = "quote", "Quote"
        PRESS_RELEASE = "press_release", "Press release"

    class AI(models.TextChoices):
        NONE = "none", "None"
        ASSISTED = "assisted", "Assisted"
        GENERATED = "generated", "Generated"

    # What readers read.
    headline = models.CharField(max_length=140)
    kicker = models.CharField(max_length=40, blank=True, help_text="The short label above the headline.")
    standfirst = models.CharField(max_length=320, blank=True, help_text="The sentence or two below the headline.")
    body = models.TextField(blank=True, help_text="Sanitised HTML, one block element a line.")
    body_text = models.TextField(blank=True, editable=False)  # the body without its markup; kept for search and counts
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.PROTECT, related_name="articles")
    tags = models.ManyToManyField(Tag, blank=True, related_name="articles")
    authors = models.ManyToManyField(Author, through="Byline", related_name="articles")

    # The picture above the text.
    hero = models.ImageField(
        "hero picture", upload_to="heroes/", blank=True, width_field="hero_width", height_field="hero_height"
    )
    hero_width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    hero_height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    hero_alt = models.CharField(
        "description", max_length=240, blank=True, help_text="What the picture shows, for those who do not see it."
    )
    hero_decorative = models.BooleanField(
        "decorative", default=False, help_text="It says nothing that the text does not say; no description is needed."
    )
    hero_caption = models.CharField("caption", max_length=300, blank=True)
    hero_credit = models.CharField("credit", max_length=120, blank=True)

    # The story that this one is based on.
    source_publisher = models.ForeignKey(
        Publisher,
        verbose_name="publisher",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles",
    )
    source_title = models.CharField("original title", max_length=300, blank=True)
    source_url = models.URLField("link", max_length=500, blank=True)
    source_key = models.CharField(max_length=500, blank=True, editable=False)  # the link without what does not matter
    source_kind = models.CharField("kind", max_length=15, choices=SourceKind, blank=True)
    source_seen_on = models.DateField("seen on", null=True, blank=True)

    ai_involvement = models.CharField("AI involvement", max_length=10, choices=AI, default=AI.NONE)
    ai_note = models.CharField("note to readers", max_length=240, blank=True)

    # Address and sharing.
    slug = models.SlugField(max_length=90, unique=True)
    canonical_url = models.URLField(
        "canonical address",
        max_length=500,
        blank=True,
        help_text="Only for a verbatim copy of a story that stands elsewhere.",
    )
    social_image = models.ImageField(upload_to="social/", blank=True)
    noindex = models.BooleanField("keep out of search engines", default=False)

    # State.
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    publish_at = models.DateTimeField("publish time", null=True, blank=True)
    # Moved by a noticed change alone, never by a minor edit; empty until then.
    updated_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(max_length=300, blank=True, editable=False)
    sent_back_note = models.CharField(max_length=300, blank=True, editable=False)
    sent_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    pinned_until = models.DateTimeField(
        "leads the front page until", null=True, blank=True, help_text="Empty: it is not pinned."
    )
    comments_open = models.BooleanField("comments are open", default=True)
    comments_close_after_days = models.PositiveSmallIntegerField(
        "close comments after (days)", null=True, blank=True, help_text="Empty: the rule of the site."
    )

    # Housekeeping.
    version = models.PositiveIntegerField(default=1, editable=False)  # one more with each save by the desk
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    imported_from = models.CharField(max_length=60, blank=True, editable=False)
    imported_id = models.CharField(max_length=120, blank=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    if TYPE_CHECKING:
        bylines: RelatedManager[Byline]
        corrections: RelatedManager[Correction]
        transitions: RelatedManager[Transition]
        past_slugs: RelatedManager[PastSlug]
        section_id: int | None

    class Meta:
        ordering = ["-publish_at", "-pk"]
        permissions = [
            ("submit_article", "Can send an article for review"),
            ("publish_article", "Can publish, schedule and send back articles"),
            ("withdraw_article", "Can withdraw a published article"),
            ("change_any_article", "Can change articles of others"),
        ]
        indexes = [
            models.Index(fields=["state", "-publish_at", "-id"], name="article_newest"),
            models.Index(fields=["section", "state", "-publish_at", "-id"], name="article_in_section"),
            models.Index(fields=["source_publisher", "state", "-publish_at", "-id"], name="article_by_publisher"),
            models.Index(fields=["source_key", "-edited_at"], name="article_source_key"),
            models.Index(
                fields=["pinned_until"], name="article_pinned", condition=models.Q(pinned_until__isnull=False)
            ),
            models.Index(fields=["state", "-edited_at", "-id"], name="article_desk"),
            models.Index(fields=["-edited_at", "-id"], name="article_edited"),
            models.Index(fields=["section", "-edited_at", "-id"], name="article_edited_in_section"),
            models.Index(fields=["section", "state", "-edited_at", "-id"], name="article_desk_in_section"),
            models.Index(fields=["ai_involvement", "-edited_at", "-id"], name="article_edited_by_ai"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="article_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=State.PUBLISHED) | models.Q(publish_at__isnull=False),
                name="article_published_has_time",
            ),
            models.UniqueConstraint(
                fields=["imported_from", "imported_id"],
                condition=~models.Q(imported_id=""),
                name="article_imported_once",
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        """The address for ever: year and month of publication in the site's zone, then the slug."""
        at = timezone.localtime(self.publish_at) if self.publish_at else timezone.localtime(self.created_at)
        return reverse("articles:article", args=[f"{at.year:04}", f"{at.month:02}", self.slug])

    # What it is now.

    @property
    def is_published(self) -> bool:
        """Whether a reader may see it now: the twin of ``ArticleQuerySet.published``."""
        return self.state == self.State.PUBLISHED and self.publish_at is not None and self.publish_at <= timezone.now()

    @property
    def named(self) -> str:
        """What it is called to somebody who is no editor: its headline while readers see it, else nothing of it.

        For mails, private pages and whatever is written down for them: a story that was withdrawn may come back as
        another, under embargo.
        """
        return f"“{self.headline}”" if self.is_published else UNSEEN

    @property
    def is_scheduled(self) -> bool:
        return self.state == self.State.PUBLISHED and not self.is_published

    @property
    def is_gone(self) -> bool:
        """Whether readers knew it and may no longer see it; one withdrawn before its time was never public."""
        return (
            self.state == self.State.WITHDRAWN
            and self.publish_at is not None
            and self.withdrawn_at is not None
            and self.publish_at <= self.withdrawn_at
        )

    @property
    def source_line(self) -> str:
        """``publisher, original title`` as printed after "Source:", the same on page, feed, card and JSON-LD."""
        names = (self.source_publisher.name if self.source_publisher else "", self.source_title)
        return ", ".join(filter(None, names))

    @property
    def changed_at(self) -> datetime | None:
        """When readers last got something new: the update, else the publication."""
        return self.updated_at or self.publish_at

    @property
    def word_count(self) -> int:
        return len(self.body_text.split())

    @property
    def reading_minutes(self) -> int:
        """Whole minutes at 230 words a minute, at least one."""
        return max(1, round(self.word_count / 230))

    # Saving keeps the row's own consistency and expires the pages that show it.

    def clean(self) -> None:
        """Refuse an address under which readers knew another story: it leads there for ever."""
        if PastSlug.objects.filter(slug=self.slug).exclude(article=self.pk).exists():
            raise ValidationError({"slug": "Another story had this slug, and links to it lead there. Choose another."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sanitise the body, keep its plain text and the source's key, remember a slug that readers knew."""
        self.body = markup.clean(self.body)
        self.body_text = markup.plain(self.body)
        self.source_key = source_key(self.source_url)
        if "update_fields" in kwargs and kwargs["update_fields"] is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "body", "body_text", "source_key"}
        with transaction.atomic():
            before = Article.objects.filter(pk=self.pk).values("slug", "state", "section_id", "source_publisher_id")
            old = before.first() if self.pk else None
            super().save(*args, **kwargs)
            if old and old["slug"] != self.slug and old["state"] in (State.PUBLISHED, State.WITHDRAWN):
                PastSlug.objects.update_or_create(slug=old["slug"], defaults={"article": self})
            self.past_slugs.filter(slug=self.slug).delete()  # a name that came back leads here by itself
            if not kwargs.get("update_fields") or SHELVED_BY.intersection(kwargs["update_fields"]):
                refile(self)
            self.expire_pages(section_id=old and old["section_id"], publisher_id=old and old["source_publisher_id"])

    def settle(self) -> None:
        """Bring lists and pages in line after tags or bylines were changed; part of the same transaction."""
        with transaction.atomic():
            refile(self)
            self.expire_pages()

    def expire_pages(self, *, section_id: int | None = None, publisher_id: int | None = None) -> None:
        """Expire every page that shows this article; the arguments name what it stood under before."""
        keys = {f"article:{self.pk}", "front", "published"}
        keys |= {f"section:{pk}" for pk in (section_id, self.section_id) if pk}
        keys |= {f"publisher:{pk}" for pk in (publisher_id, self.source_publisher_id) if pk}
        keys |= {f"tag:{pk}" for pk in self.tags.values_list("pk", flat=True)}
        keys |= {f"author:{pk}" for pk in self.bylines.values_list("author_id", flat=True)}
        expire(*sorted(keys))

    # The acts. ``by`` is None for the site itself (an import, the sample site).

    def submit(self, *, by: User | None) -> None:
        """Send a draft for review."""
        self._move("submit", by=by, sent_back_note="", sent_back_by=None)

    def send_back(self, *, by: User | None, note: str) -> None:
        """Give an article in review back to its writer, with a sentence that says why."""
        self._move("send back", by=by, note=note, sent_back_note=note, sent_back_by=by)

    def publish(self, *, by: User | None, at: datetime | None = None) -> None:
        """Publish now, or at a time: one that is still to come makes the article scheduled."""
        self._move(
            "publish",
            by=by,
            publish_at=at or timezone.now(),
            sent_back_note="",
            sent_back_by=None,
            withdrawn_at=None,
            withdrawn_reason="",
        )

    def unschedule(self, *, by: User | None) -> None:
        """Take the publish time away from an article that is not public yet; it is in review again."""
        if not self.is_scheduled:
            raise WrongState("Readers can see this article already. Withdraw it instead.")
        self._move("unschedule", by=by, publish_at=None)

    def withdraw(self, *, by: User | None, reason: str) -> None:
        """Take a published article away from readers: its address answers 410 with this reason."""
        if not reason.strip():
            raise WrongState("Say why: readers see the reason at the article's address.")
        self._move("withdraw", by=by, note=reason, withdrawn_at=timezone.now(), withdrawn_reason=reason.strip())

    def correct(self, *, by: User | None, kind: str, text: str, at: datetime | None = None) -> Correction:
        """Print a dated notice under a published article; this is what moves its "updated" time."""
        if self.state != self.State.PUBLISHED:
            raise WrongState("Only a published article carries notices.")
        with transaction.atomic():
            notice: Correction = self.corrections.create(kind=kind, text=text, made_at=at or timezone.now(), made_by=by)
            self.updated_at = notice.made_at
            self.save(update_fields=["updated_at"])
        return notice

    def pin(self, *, by: User | None, until: datetime) -> None:
        """Make this the lead of the front page until a moment; a pin elsewhere ends, for there is one lead."""
        if by is not None and not by.has_perm("articles.publish_article"):
            raise PermissionDenied
        with transaction.atomic():
            Article.objects.filter(pinned_until__isnull=False).exclude(pk=self.pk).update(pinned_until=None)
            self.pinned_until = until
            self.save(update_fields=["pinned_until"])

    def _move(self, word: str, *, by: User | None, note: str = "", **changes: Any) -> None:
        act = ACTS[word]
        if by is not None and not by.has_perm(act.permission):
            raise PermissionDenied(f"{by.get_username()} may not {word} articles.")
        with transaction.atomic():
            # Two editors may press at once; the row lock orders them.
            was = Article.objects.select_for_update().values_list("state", flat=True).get(pk=self.pk)
            if was not in act.starts:
                raise WrongState(f"This article is {self.State(was).label.lower()}; it cannot be moved by “{word}”.")
            self.state = act.ends
            for name, value in changes.items():
                setattr(self, name, value)
            self.save(update_fields=["state", *changes])
            self.transitions.create(was=was, became=self.state, by=by, note=note)
