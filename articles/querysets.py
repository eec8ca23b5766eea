"""The words in which articles are asked for; ``published()`` is the one that decides what readers see."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from articles.models import Article, Author, Publisher, Section  # noqa: F401  Article stands in a string


class ArticleQuerySet(models.QuerySet["Article"]):
    """Articles, by what may be done with them."""

    def published(self) -> Self:
        """Articles that a reader may see now: in state published and due by the clock.

        The clock is an argument of the query, so no job has to run for an article to appear.
        ``Article.is_published`` is the twin of this word for one article.
        """
        return self.filter(state=self.model.State.PUBLISHED, publish_at__lte=timezone.now())

    def scheduled(self) -> Self:
        """Articles in state published whose time is still to come, the next one first."""
        return self.filter(state=self.model.State.PUBLISHED, publish_at__gt=timezone.now()).order_by("publish_at", "pk")

    def newest_first(self) -> Self:
        """In the order of every list; the primary key settles equal times."""
        return self.order_by("-publish_at", "-pk")

    def in_section(self, section: Section) -> Self:
        return self.filter(section=section)

    def by(self, author: Author) -> Self:
        return self.filter(bylines__author=author)

    def based_on(self, publisher: Publisher) -> Self:
        """Articles whose source is a story of this publisher."""
        return self.filter(source_publisher=publisher)

    def for_cards(self) -> Self:
        """With what a card in a list prints, and without the body: two queries however many cards."""
        return self.select_related("section").prefetch_related("bylines").defer("body", "body_text")

    def next_due(self) -> datetime | None:
        """The moment at which the next scheduled article becomes public; None while nothing is scheduled."""
        return self.scheduled().values_list("publish_at", flat=True).first()
