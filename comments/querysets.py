"""The words in which comments are asked for; ``published()`` is the one that decides what readers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Concat

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

    def roots(self, article: Article) -> Self:
        """The comments that start a thread with anything to show."""
        return self.filter(article=article, depth=0, thread_size__gt=0)

    def threads(
        self, article: Article, *, newest_first: bool = False, shown: int
    ) -> models.QuerySet[Comment, tuple[str, int, str, str | None]]:
        """The threads of an article that have anything to show, the oldest first or last: path, size, and status of
        the first comment; and for one with more than may be shown at once, the path of the first that is too many.
        """
        inside = self.model._default_manager.filter(
            article=article,
            status=self.model.Status.APPROVED,
            path__gte=models.OuterRef("path"),
            path__lt=Concat(models.OuterRef("path"), models.Value("g")),  # see tree.below()
        )
        cut = models.Case(
            models.When(
                thread_size__gt=shown, then=models.Subquery(inside.order_by("path").values("path")[shown : shown + 1])
            ),
            default=None,
        )
        ordered = self.roots(article).order_by("-path" if newest_first else "path")
        return ordered.annotate(cut=cut).values_list("path", "thread_size", "status", "cut")

    def featured_on(self, article: Article) -> Self:
        """What the newsroom picked among the approved comments of an article, in reading order."""
        return self.filter(article=article, status=self.model.Status.APPROVED, featured=True).order_by("path")
