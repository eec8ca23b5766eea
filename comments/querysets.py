"""The words in which comments are asked for; ``published()`` is the one that decides what readers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from articles.models import Article

if TYPE_CHECKING:
    from comments.models import Comment


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments, by what may be done with them."""

    def published(self) -> Self:
        """Comments a reader may see: approved, under a published article.

        ``Comment.is_published`` is the twin of this word for one comment.
        """
        return self.filter(status=self.model.Status.APPROVED, article__in=Article.objects.published())

    def pending(self) -> Self:
        """The moderation queue: what waits for a decision, the oldest first."""
        return self.filter(status=self.model.Status.PENDING).order_by("created_at", "pk")

    def on(self, article: Article) -> Self:
        return self.filter(article=article)
