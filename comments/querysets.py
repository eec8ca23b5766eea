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
        # Asked of each comment's own article: as a list, SQLite would gather all that is published first.
        its_article = Article.objects.published().filter(pk=models.OuterRef("article_id"))
        return self.filter(models.Exists(its_article), status=self.model.Status.APPROVED)

    def pending(self) -> Self:
        """The moderation queue: what waits for a decision, the oldest first."""
        return self.filter(status=self.model.Status.PENDING).order_by("created_at", "pk")

    def on(self, article: Article) -> Self:
        return self.filter(article=article)

    def approved_between(self, article: Article, start: str, end: str) -> Self:
        """The approved comments of an article whose paths lie in a half-open range, in reading order."""
        return self.filter(article=article, status=self.model.Status.APPROVED, path__gte=start, path__lt=end).order_by(
            "path"
        )

    def thread_paths(self, article: Article, *, newest_first: bool = False) -> models.QuerySet[Comment, str]:
        """The paths of an article's threads that have anything to show, the oldest thread first or last."""
        roots = self.filter(article=article, depth=0, thread_size__gt=0)
        return roots.order_by("-path" if newest_first else "path").values_list("path", flat=True)
