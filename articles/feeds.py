"""The news as RSS and Atom, in full text; every address in them is absolute and ours, whatever Host was asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.files.storage import FileSystemStorage
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import feedgenerator, timezone
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.safestring import SafeString
from django.utils.xmlutils import SimplerXMLGenerator

from articles import markup
from articles.fragments import part
from articles.lists import ShelfList, Story
from articles.metadata import absolute
from articles.models import Article, Author, Correction, Publisher, Section, Tag
from articles.pagecache import carries

ITEMS = 20
NOTHING = "Nothing has been published here yet."

if TYPE_CHECKING:
    _Feed = Feed[Any, Any]
else:
    _Feed = Feed

Subject = Section | Tag | Author | Publisher


class FullRss(feedgenerator.Rss201rev2Feed):
    """RSS 2.0 with the whole text beside the summary."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


class FullAtom(feedgenerator.Atom1Feed):
    """Atom with the whole text beside the summary."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class Published(_Feed):
    """What every feed of ours promises: GET and HEAD only, an ETag, no address but the site's own."""

    feed_type: type[feedgenerator.SyndicationFeed] = FullRss
    app, name = "articles", ""  # of the URL of this feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = super().__call__(request, *args, **kwargs)
        # The newest item's time falls back when a story is withdrawn, so only the bytes say whether they changed.
        del response.headers["Last-Modified"]
        set_response_etag(response)
        answer = get_conditional_response(request, etag=response.headers.get("ETag"), response=response)
        return answer or response

    def feed_url(self, subject: Subject | Article | None) -> str:
        return absolute(reverse(f"{self.app}:{self.name}", args=[subject.slug] if subject else []))

    feed_guid = feed_url


class _Atom(Published):
    feed_type = FullAtom


class Latest(Published):
    """The newest stories of the whole site."""

    name = "feed"

    def title(self, subject: Subject | None) -> str:
        return markup.printable(f"{subject}, {settings.SITE_NAME}" if subject else settings.SITE_NAME)

    def link(self, subject: Subject | None) -> str:
        return absolute(subject.get_absolute_url() if subject else "/")

    def description(self, subject: Subject | None) -> str:
        return markup.printable(getattr(subject, "description", "") or settings.SITE_DESCRIPTION)

    def shelf(self, subject: Subject | None) -> str:
        """The key of the list that this feed carries."""
        return "front"

    def items(self, subject: Subject | None) -> Sequence[Story]:
        carries("published", "layout")
        rows = Article.objects.select_related("section", "source_publisher")
        rows = rows.prefetch_related("bylines", "tags", "corrections")
        found: Sequence[Story] = ShelfList(self.shelf(subject), rows)[:ITEMS]
        carries(*{f"author:{line.author_id}" for each in found for line in each.bylines.all()})
        carries(*{f"tag:{tag.pk}" for each in found for tag in each.tags.all()})
        carries(*{f"publisher:{each.source_publisher_id}" for each in found if each.source_publisher_id})
        if subject and not found:
            raise Http404(NOTHING)
        return found

    def item_title(self, item: Article) -> SafeString:
        return SafeString(markup.printable(item.headline))

    def item_description(self, item: Article) -> str:
        return markup.printable(item.standfirst)

    def item_link(self, item: Article) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Article) -> str:
        """The same for ever, also where the slug is changed."""
        return absolute(f"/#article-{item.pk}")

    item_guid_is_permalink = False

    def item_author_name(self, item: Article) -> str:
        names = [line.author.name for line in item.bylines.all()]
        return markup.printable(" and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))))

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.publish_at

    def item_updateddate(self, item: Article) -> datetime | None:
        return item.changed_at

    def item_categories(self, item: Article) -> list[str]:
        section = [item.section.name] if item.section else []
        return [markup.printable(name) for name in (*section, *(tag.name for tag in item.tags.all()))]

    def item_enclosures(self, item: Article) -> list[feedgenerator.Enclosure]:
        if not item.hero:
            return []
        # Asking a remote storage for the size of twenty pictures would take seconds; 0 means "not known".
        local = isinstance(item.hero.storage, FileSystemStorage)
        try:
            size = item.hero.size if local else 0
        except OSError:
            size = 0
        return [feedgenerator.Enclosure(absolute(item.hero.url), str(size), "image/webp")]

    def item_extra_kwargs(self, item: Article) -> dict[str, str]:
        return {"content": part(f"feed item\n{item.pk}", lambda: self._content(item))}

    def _content(self, item: Article) -> str:
        carries(f"article:{item.pk}", *([f"publisher:{item.source_publisher_id}"] if item.source_publisher_id else []))
        body = markup.with_absolute_links(item.body, f"{settings.SITE_URL}/")
        content = render_to_string("articles/_feed_item.html", {"article": item, "body": SafeString(body)})
        return markup.printable(content)


class LatestAtom(_Atom, Latest):
    name = "feed_atom"
    subtitle = Latest.description


class _Some(Latest):
    """The newest stories of one section, tag, author or publisher."""

    model: type[Section] | type[Tag] | type[Author] | type[Publisher]

    def get_object(self, request: HttpRequest, slug: str) -> Subject:
        carries("published", "layout")
        found: Subject | None = self.model._default_manager.filter(slug=slug).first()
        if found is None:
            raise Http404(NOTHING)
        carries(self.shelf(found))
        return found

    def shelf(self, subject: Subject | None) -> str:
        return f"{self.model._meta.model_name}:{subject.pk}" if subject else ""


class BySection(_Some):
    name = "section_feed"
    model = Section


class BySectionAtom(_Atom, BySection):
    name = "section_feed_atom"
    subtitle = Latest.description


class ByTag(_Some):
    name = "tag_feed"
    model = Tag


class ByTagAtom(_Atom, ByTag):
    name = "tag_feed_atom"
    subtitle = Latest.description


class ByAuthor(_Some):
    name = "author_feed"
    model = Author


class ByAuthorAtom(_Atom, ByAuthor):
    name = "author_feed_atom"
    subtitle = Latest.description


class ByPublisher(_Some):
    name = "publisher_feed"
    model = Publisher


class ByPublisherAtom(_Atom, ByPublisher):
    name = "publisher_feed_atom"
    subtitle = Latest.description


class Corrections(Published):
    """The notices printed under articles."""

    name = "corrections_feed"

    def title(self) -> str:
        return f"Corrections and updates, {settings.SITE_NAME}"

    def link(self) -> str:
        return absolute(reverse("articles:corrections"))

    def description(self) -> str:
        return "What we changed after publication, when, and why."

    def items(self) -> Sequence[Correction]:
        carries("published")
        its_article = Article.objects.published().filter(pk=OuterRef("article_id"))
        return list(
            Correction.objects.filter(Exists(its_article), made_at__lte=timezone.now())
            .select_related("article")
            .defer("article__body", "article__body_text")
            .order_by("-made_at", "-pk")[:ITEMS]
        )

    def item_title(self, item: Correction) -> SafeString:
        return SafeString(markup.printable(f"{item.get_kind_display()}: {item.article.headline}"))

    def item_description(self, item: Correction) -> str:
        return markup.printable(item.text)

    def item_link(self, item: Correction) -> str:
        return absolute(f"{item.article.get_absolute_url()}#notice-{item.pk}")

    def item_guid(self, item: Correction) -> str:
        return absolute(f"/#notice-{item.pk}")

    item_guid_is_permalink = False

    def item_pubdate(self, item: Correction) -> datetime:
        return item.made_at

    def item_updateddate(self, item: Correction) -> datetime:
        return item.made_at

    def item_extra_kwargs(self, item: Correction) -> dict[str, str]:
        return {"content": markup.printable(item.text)}


class CorrectionsAtom(_Atom, Corrections):
    name = "corrections_feed_atom"
    subtitle = Corrections.description
