"""What an article's page prints, and the stories that stand beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, Subquery

from articles import markup, metadata
from articles.models import Article, Author, Correction, Publisher, Tag
from articles.pagecache import carries
from articles.shelves import newest_on

CONTENTS_FROM = 3  # headings; a shorter piece is read without a list of contents
RELATED = 3
LOOKED_AT = 40  # the newest stories of each tag; what is related and older is rarely looked for
MOST_TAGS = 5


class ArticlePage:
    """What an article's page prints, each thing fetched when it is printed, and carried then.

    A page whose parts are kept (``articles/fragments.py``) asks for none of it.
    """

    def __init__(self, found: Article) -> None:
        self.article = found
        self.section = found.section

    @cached_property
    def _authors(self) -> list[Author]:
        return [line.author for line in self.article.bylines.all()]

    @cached_property
    def _tags(self) -> list[Tag]:
        return list(self.article.tags.all())

    @cached_property
    def _around(self) -> Around:
        return Around(self.article, self.tags())

    @cached_property
    def _notices(self) -> list[Correction]:
        return list(self.article.corrections.all()) if self.article.updated_at else []

    def _carries(self, *keys: str) -> None:
        """Say so of the part being made; the article itself, too: it may have neither author nor tag."""
        carries(f"article:{self.article.pk}", *keys)

    def authors(self) -> list[Author]:
        self._carries(*(f"author:{each.pk}" for each in self._authors))
        return self._authors

    def tags(self) -> list[Tag]:
        self._carries(*(f"tag:{each.pk}" for each in self._tags))
        return self._tags

    def publisher(self) -> Publisher | None:
        self._carries(*([f"publisher:{self.article.source_publisher_id}"] if self.article.source_publisher_id else []))
        return self.article.source_publisher

    def notices(self) -> list[Correction]:
        self._carries()
        return self._notices

    def contents(self) -> list[tuple[str, str]]:
        self._carries()
        headings = markup.headings(self.article.body)
        return headings if len(headings) >= CONTENTS_FROM else []

    def around(self) -> Around:
        carries("published")
        return self._around

    @cached_property
    def _meta(self) -> metadata.Metadata:
        return metadata.for_article(self.article, authors=self.authors(), tags=self.tags(), notices=self.notices())

    def meta(self) -> metadata.Metadata:
        self.authors(), self.tags(), self.publisher()
        return self._meta


def article_context(found: Article) -> dict[str, Any]:
    """Return what an article's page prints; the desk's preview prints the same."""
    page = ArticlePage(found)
    names = ("authors", "tags", "publisher", "notices", "contents", "around", "meta")
    return {"article": found, "section": page.section, **{name: getattr(page, name) for name in names}}


class Around:
    """The stories published just before and just after one, and those related to it; in two queries."""

    def __init__(self, found: Article, tags: Sequence[Tag]) -> None:
        self.previous: Article | None = None
        self.following: Article | None = None
        # The newest of each tag: one of a hundred thousand stories costs what one of ten costs.
        shared = Counter(newest_on([f"tag:{each.pk}" for each in tags[:MOST_TAGS]], LOOKED_AT))
        del shared[found.pk]
        likely = sorted(shared, key=lambda pk: (shared[pk], pk), reverse=True)[: RELATED * 4]
        wanted = Q(pk__in=likely) | self._beside(found)
        rows = list(Article.objects.published().filter(wanted).select_related("section").defer("body", "body_text"))
        self._find_neighbours(found, rows)
        self.related = self._choose(found, [each for each in rows if each.pk in likely], shared)

    @staticmethod
    def _beside(found: Article) -> Q:
        """The two neighbours; a draft has none."""
        if found.publish_at is None:
            return Q()
        others = Article.objects.published()
        # As one range each: of two conditions joined by "or", SQLite would collect and sort all that fits.
        older = others.filter(publish_at__lte=found.publish_at).exclude(publish_at=found.publish_at, pk__gte=found.pk)
        newer = others.filter(publish_at__gte=found.publish_at).exclude(publish_at=found.publish_at, pk__lte=found.pk)
        older, newer = older.newest_first(), newer.order_by("publish_at", "pk")
        return Q(pk=Subquery(older.values("pk")[:1])) | Q(pk=Subquery(newer.values("pk")[:1]))

    def _find_neighbours(self, found: Article, rows: Sequence[Article]) -> None:
        if found.publish_at is None:
            return
        beside = [each for each in rows if each.pk != found.pk]
        self.previous = max((each for each in beside if _place(each) < _place(found)), key=_place, default=None)
        self.following = min((each for each in beside if _place(each) > _place(found)), key=_place, default=None)

    @staticmethod
    def _choose(found: Article, rows: Sequence[Article], shared: Counter[int]) -> list[Article]:
        """The stories that share the most tags, the newer first; never two on the same source."""
        chosen: list[Article] = []
        sources = {found.source_key}
        for each in sorted(rows, key=lambda each: (shared[each.pk], _place(each)), reverse=True):
            if not each.source_key or each.source_key not in sources:
                sources.add(each.source_key)
                chosen.append(each)
        return chosen[:RELATED]


def _place(story: Article) -> tuple[datetime, int]:
    """The place of a story in every list."""
    assert story.publish_at is not None
    return story.publish_at, story.pk
