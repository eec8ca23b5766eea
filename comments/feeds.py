"""What readers say as RSS and Atom: under one article, and on the whole site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.safestring import SafeString

from articles.feeds import FullAtom, Published
from articles.markup import printable
from articles.metadata import absolute
from articles.models import Article
from articles.pagecache import carries
from comments.models import Comment
from comments.models.words import EVERYWHERE

ITEMS = 30
NEWSROOM = "From the newsroom"  # above what staff say, as a heading: no name and no comment makes one
# Rows looked at for the site's feed: where more in a row stand under articles that were withdrawn, it is shorter.
NEWEST = 300


class Comments(Published):
    """The newest comments of the whole site."""

    app, name = "comments", "feed"

    def title(self, article: Article | None) -> str:
        about = f"“{article.headline}”, {settings.SITE_NAME}" if article else settings.SITE_NAME
        return printable(f"Comments on {about}")

    def link(self, article: Article | None) -> str:
        return absolute(f"{article.get_absolute_url()}#comments" if article else "/")

    def description(self, article: Article | None) -> str:
        return "What readers say, once a rule or a moderator has let it."

    def items(self, article: Article | None) -> Sequence[Comment]:
        carries("published", EVERYWHERE)
        newest = Comment.objects.filter(status=Comment.Status.APPROVED).order_by("-created_at", "-pk")[:NEWEST]
        rows = Comment.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).published()
        found = _with_parents(rows)
        carries(*(key for each in found for key in (f"thread:{each.article_id}", f"article:{each.article_id}")))
        return found

    def item_title(self, item: Comment) -> SafeString:
        return SafeString(printable(f"{self.who(item)} on “{item.article.headline}”"))

    def who(self, item: Comment) -> str:
        parent = item.parent if item.parent and item.parent.status == Comment.Status.APPROVED else None
        return f"{item.name}, in reply to {parent.name}," if parent else item.name

    def item_description(self, item: Comment) -> str:
        heading = f"<h3>{NEWSROOM}</h3>\n" if item.staff_id else ""
        return printable(heading + item.html)

    def item_categories(self, item: Comment) -> list[str]:
        return [NEWSROOM] if item.staff_id else []

    def item_link(self, item: Comment) -> str:
        return absolute(item.get_absolute_url())

    item_guid = item_link
    item_guid_is_permalink = True

    def item_author_name(self, item: Comment) -> str:
        return printable(item.name)

    def item_pubdate(self, item: Comment) -> datetime:
        return item.created_at

    def item_updateddate(self, item: Comment) -> datetime:
        return max(filter(None, (item.created_at, item.edited_at, item.moderated_at)))

    def item_extra_kwargs(self, item: Comment) -> dict[str, str]:
        return {"content": self.item_description(item)}


class CommentsAtom(Comments):
    name = "feed_atom"
    feed_type = FullAtom
    subtitle = Comments.description


class OnArticle(Comments):
    """The newest comments under one article."""

    name = "article_feed"

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        carries("published", "layout")
        slug = kwargs["slug"]
        article = Article.objects.published().filter(past_slugs__slug=slug).exclude(slug=slug).first()
        if article and not Article.objects.filter(slug=slug).exists() and request.method in ("GET", "HEAD"):
            carries(f"article:{article.pk}")
            return HttpResponsePermanentRedirect(self.feed_url(article))
        return super().__call__(request, *args, **kwargs)

    def get_object(self, request: HttpRequest, slug: str) -> Article:
        article = Article.objects.published().filter(slug=slug).first()
        if article is None:
            raise Http404("There is no article at this address that takes comments.")
        return article

    def items(self, article: Article | None) -> Sequence[Comment]:
        assert article is not None
        carries(f"thread:{article.pk}", f"article:{article.pk}")
        approved = Comment.objects.on(article).filter(status=Comment.Status.APPROVED)
        return _with_parents(approved)

    def item_title(self, item: Comment) -> SafeString:
        return SafeString(printable(self.who(item).rstrip(",")))


class OnArticleAtom(OnArticle):
    name = "article_feed_atom"
    feed_type = FullAtom
    subtitle = Comments.description


def _with_parents(rows: Any) -> list[Comment]:
    """Return the newest of these comments with what an item prints of article and parent; nothing of a writer."""
    needed = ("name", "staff", "html", "created_at", "edited_at", "moderated_at", "article__headline", "parent__name")
    rows = rows.select_related("article", "parent").only(*needed, "parent__status")
    return list(rows.order_by("-created_at", "-pk")[:ITEMS])
