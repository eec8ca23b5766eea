"""Shelves: every list of articles with a kept count and kept positions, so that size costs nothing.

A shelf is one list: the front, a section, a tag, an author, a publisher, a month, a year. Each published article is
filed on its shelves with its publish time, scheduled ones as well; which of them readers see is the clock's to say,
at the moment of reading. Whoever changes an article refiles it in the same transaction (``refile``).

Counts are kept up to a moment and topped up, when read, with what fell due since. Positions are kept every five
hundred articles, counted from the oldest, so that a publication at the new end moves none of them and page 1,000
is found as fast as page 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, models, transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from articles.workflow import State

if TYPE_CHECKING:
    from articles.models import Article

STEP = 500  # articles between two kept positions; the most that a reading has to step over


class Shelf(models.Model):
    """One list: its key, and how many of its articles were public at ``counted_until``."""

    key = models.CharField(max_length=40, unique=True)
    count = models.PositiveIntegerField(default=0)
    counted_until = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"

    @classmethod
    def at(cls, key: str) -> Shelf:
        """Return the shelf of this key; an empty one, unsaved, where nothing was ever filed."""
        return cls.objects.filter(key=key).first() or cls(key=key)

    def total(self) -> int:
        """Return how many articles a reader may see on it now: the kept count and what fell due since."""
        if self.pk is None:
            return 0
        return self.count + self._due_until(timezone.now())

    @classmethod
    def totals(cls, prefix: str) -> dict[str, int]:
        """Return the total of every shelf whose key begins so and that is not empty, by key, in two queries."""
        shelves = {shelf.pk: shelf for shelf in cls.objects.filter(key__startswith=prefix)}
        # One range of the index for each shelf; joined to the shelves instead, every filing would be read.
        due = Q()
        for shelf in shelves.values():
            due |= Q(shelf=shelf, publish_at__gt=shelf.counted_until)
        rows = Filing.objects.filter(due, publish_at__lte=timezone.now()) if shelves else Filing.objects.none()
        since = dict(rows.values("shelf").annotate(count=models.Count("pk")).values_list("shelf", "count"))
        totals = {shelf.key: shelf.count + since.get(pk, 0) for pk, shelf in shelves.items()}
        return {key: total for key, total in totals.items() if total}

    def newer_than(self, pk: int) -> int | None:
        """Return how many of its public articles are newer than this one; None where it has left the shelf."""
        filed = self._public().filter(article_id=pk).first()
        if filed is None:
            return None
        newer = self._public().filter(publish_at__gte=filed.publish_at)
        return newer.exclude(publish_at=filed.publish_at, article_id__lte=pk).count()

    def slice(self, start: int, stop: int, total: int) -> list[tuple[int, datetime]]:
        """Return id and publish time of the public articles from ``start`` to before ``stop``, newest first.

        ``total`` is what ``total()`` said. The article's own state is asked too: a shelf can leave a story out by
        mistake, never let one out.
        """
        if self.pk is None or start >= total:
            return []
        filed = (
            self._public()
            .filter(article__state=State.PUBLISHED, article__publish_at__lte=timezone.now())
            .order_by("-publish_at", "-article_id")
        )
        skip = start
        if start > STEP:
            oldest_first = total - 1 - start
            mark = self.marks.filter(position__gte=oldest_first).order_by("position").first()
            if mark is not None and mark.position < total:
                filed = filed.filter(publish_at__lte=mark.publish_at).exclude(
                    publish_at=mark.publish_at, article_id__gt=mark.article_id
                )
                skip = mark.position - oldest_first
        return list(filed.values_list("article_id", "publish_at")[skip : skip + stop - start])

    def recount(self) -> None:
        """Count anew and keep all positions anew: after an import, or where a count is doubted."""
        with transaction.atomic():
            shelf = Shelf.objects.select_for_update().get(pk=self.pk)
            shelf.counted_until = timezone.now()
            shelf.count = shelf._public().count()
            shelf.save(update_fields=["count", "counted_until"])
            shelf.marks.all().delete()
            shelf._keep_positions()

    def _public(self) -> models.QuerySet[Filing]:
        return Filing.objects.filter(shelf=self, publish_at__lte=timezone.now())

    def _due_until(self, now: datetime) -> int:
        return Filing.objects.filter(shelf=self, publish_at__gt=self.counted_until, publish_at__lte=now).count()

    def _advance(self) -> None:
        now = timezone.now()
        self.count += self._due_until(now)
        self.counted_until = max(now, self.counted_until)

    def _keep_positions(self) -> None:
        """Keep what is missing at the new end; the positions that are there stay right."""
        last = self.marks.order_by("-position").first()
        if self.count - (last.position if last else -1) <= STEP:
            return
        beyond = self._public()
        if last is not None:
            beyond = beyond.filter(publish_at__gte=last.publish_at).exclude(
                publish_at=last.publish_at, article_id__lte=last.article_id
            )
        order = [F("publish_at").asc(), F("article_id").asc()]
        numbered = beyond.annotate(number=Window(RowNumber(), order_by=order)).annotate(rest=F("number") % STEP)
        base = last.position if last else -1
        ShelfMark.objects.bulk_create(
            ShelfMark(shelf=self, position=base + number, publish_at=publish_at, article_id=article_id)
            for number, publish_at, article_id in numbered.filter(rest=0).values_list(
                "number", "publish_at", "article_id"
            )
        )

    if TYPE_CHECKING:
        from django.db.models.fields.related_descriptors import RelatedManager

        marks: RelatedManager[ShelfMark]


class Filing(models.Model):
    """One article on one shelf, with its publish time, past or to come."""

    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="filings")
    publish_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shelf", "article"], name="filing_once")]
        indexes = [models.Index(fields=["shelf", "-publish_at", "-article"], name="filing_newest")]

    def __str__(self) -> str:
        return f"{self.article_id} on {self.shelf_id}"

    if TYPE_CHECKING:
        article_id: int
        shelf_id: int


class ShelfMark(models.Model):
    """A kept position: which article is the n-th of a shelf, counted from the oldest public one (number 0)."""

    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name="marks")
    position = models.PositiveIntegerField()
    publish_at = models.DateTimeField()
    article_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shelf", "position"], name="shelf_mark_once")]

    def __str__(self) -> str:
        return f"{self.position} of {self.shelf_id}"

    if TYPE_CHECKING:
        shelf_id: int


def newest_on(keys: Sequence[str], count: int) -> list[int]:
    """Return the ids of the newest public articles of each of these shelves, one list after the other, in one query."""
    if not keys:
        return []
    one = """
        SELECT article_id FROM (
            SELECT article_id FROM articles_filing
            WHERE shelf_id = (SELECT id FROM articles_shelf WHERE key = %s) AND publish_at <= %s
            ORDER BY publish_at DESC, article_id DESC LIMIT %s
        ) AS newest
    """  # a limit inside a union needs a query of its own around it on SQLite, and harms nowhere
    # Not a join: PostgreSQL would read and sort the whole shelf before it takes the first.
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(keys)), [value for key in keys for value in (key, now, count)])
        return [pk for (pk,) in cursor.fetchall()]


def keys_of(article: Article) -> set[str]:
    """Return the keys of the shelves that an article belongs on; none unless its state is published."""
    if article.state != State.PUBLISHED or article.publish_at is None:
        return set()
    keys = {"front", month_key(article.publish_at), year_key(article.publish_at)}
    if article.section_id:
        keys.add(f"section:{article.section_id}")
    if article.source_publisher_id:
        keys.add(f"publisher:{article.source_publisher_id}")
    keys |= {f"tag:{pk}" for pk in article.tags.values_list("pk", flat=True)}
    keys |= {f"author:{pk}" for pk in article.bylines.values_list("author_id", flat=True)}
    return keys


def month_key(moment: datetime) -> str:
    """Return the key of a month, in the zone of the site."""
    return f"month:{timezone.localtime(moment):%Y-%m}"


def year_key(moment: datetime) -> str:
    """Return the key of a year, in the zone of the site."""
    return f"year:{timezone.localtime(moment):%Y}"


def refile(article: Article) -> None:
    """Bring the shelves in line with an article as it is now; part of the transaction that changed it."""
    with transaction.atomic():
        wanted = keys_of(article)
        filed = dict(Filing.objects.filter(article=article).values_list("shelf__key", "publish_at"))
        # In one order for everybody, so that two editors' locks never wait for each other.
        for key in sorted(wanted | set(filed)):
            if key not in wanted:
                _move(key, article, old=filed[key], new=None)
            elif filed.get(key) != article.publish_at:
                _move(key, article, old=filed.get(key), new=article.publish_at)


def _move(key: str, article: Article, *, old: datetime | None, new: datetime | None) -> None:
    Shelf.objects.get_or_create(key=key)
    shelf = Shelf.objects.select_for_update().get(key=key)
    shelf._advance()
    moved = [moment for moment in (old, new) if moment is not None and moment <= shelf.counted_until]
    if old in moved:
        shelf.count -= 1
    if new in moved:
        shelf.count += 1
    if new is None:
        Filing.objects.filter(shelf=shelf, article=article).delete()
    else:
        Filing.objects.update_or_create(shelf=shelf, article=article, defaults={"publish_at": new})
    shelf.save(update_fields=["count", "counted_until"])
    if moved:
        # Everything that is newer than the older of the two moments stands one place further on, or back.
        since = min(moved)
        shelf.marks.filter(Q(publish_at__gt=since) | Q(publish_at=since, article_id__gte=article.pk)).delete()
    shelf._keep_positions()


def recount(keys: Iterable[str] = ()) -> None:
    """Count shelves anew: those of these keys, or all."""
    shelves = Shelf.objects.order_by("key")
    for shelf in shelves.filter(key__in=list(keys)) if keys else shelves:
        shelf.recount()
