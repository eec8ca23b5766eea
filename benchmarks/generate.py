"""A news site of any size, the same every time: articles, conversations, and every kept column and count right.

Rows bypass the models, by COPY on PostgreSQL and ``executemany`` on SQLite, so that a million articles with ten
million comments take minutes. What the models would have kept (paths, rendered HTML, fingerprints, counts) is
computed here by the same functions or in the same way; ``tests/test_benchmarks.py`` compares the two. The log of
decisions stays empty, as after an import.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

from articles import shelves
from articles.models import Article, Author, Byline, Filing, Publisher, Section, Shelf, Tag
from articles.sources import source_key
from benchmarks.rows import Row, Table, moment
from benchmarks.words import article_text, mixed, words
from comments import tree
from comments.markup import render
from comments.models import Comment, Tally, Thread, Writer, text_fingerprint

# So few that each list fills its page on the smallest site already: what grows is the site, not the page.
SECTIONS, TAGS, AUTHORS, PUBLISHERS = 7, 30, 7, 9
TAGS_EACH = 3
LONG = (20, 100, 2_000)  # comments of the three articles with a conversation of their own, all approved
IN_A_THREAD = 5
SPAN = timedelta(days=3_650)  # over which the articles of the largest site are spread
PACE = timedelta(hours=6)  # between two articles of a small one
DROPPED_FROM = 5_000  # articles from which on indexes are dropped, and made anew over the whole
_MINUTES = [timedelta(minutes=number) for number in range(max(LONG) + 10)]

# How 100 comments of ordinary articles stand: what a site that moderates by hand comes to.
_SHARES = ((92, Comment.Status.APPROVED), (95, Comment.Status.PENDING), (97, Comment.Status.REJECTED))
# Parents within a thread of five, by place: an answer, an answer to it, and two more.
_PARENTS = (None, 0, 1, 0, 3)


@dataclass(frozen=True)
class Made:
    """What a generated site holds, and where its pages lie."""

    articles: int
    comments: int
    article: str  # path of an article with the usual number of comments
    threads: dict[int, str]  # number of comments → path
    slugs: list[str]  # of articles that take comments
    section: str
    tag: str
    word: str  # that a search finds in some articles
    seconds: float


def status_of(number: int) -> str:
    """Return the state of the n-th comment of ordinary articles."""
    share = mixed(number, 100, 5)
    return next((status for limit, status in _SHARES if share < limit), Comment.Status.SPAM)


class Site:
    """The rows of a site of so many articles, oldest first."""

    def __init__(self, articles: int, comments: int = 10) -> None:
        if articles < 10:
            raise ValueError("A generated site has at least ten articles.")
        self.articles = articles
        self.each = comments
        self.words = words()
        self.step = min(PACE, SPAN / articles)
        # Whole seconds, some time ago: nothing is due while figures are taken.
        self.end = timezone.now().replace(microsecond=0) - timedelta(hours=1)
        self.writers = max(50, articles * comments // 20)
        self.counts = {name: array("l", bytes(8 * (self.writers + 1))) for name in ("approved", "rejected", "spam")}
        self.tally: Counter[str] = Counter()
        self.threads: list[Row] = []
        # The newest but a few, so that they stand on the front page and are no special case of any list.
        self.long = {articles - 2 - at: size for at, size in enumerate(LONG)}

    # Articles.

    def published_at(self, number: int) -> datetime:
        return self.end - (self.articles - number) * self.step

    def slug(self, number: int) -> str:
        return f"{self._headline(number).lower().replace(' ', '-')[:70].rstrip('-')}-{number}"

    def path(self, number: int) -> str:
        return f"/{timezone.localtime(self.published_at(number)):%Y/%m}/{self.slug(number)}/"

    def _headline(self, number: int) -> str:
        return self.words.headlines[mixed(number, len(self.words.headlines))]

    def tags_of(self, number: int) -> list[int]:
        first = mixed(number, TAGS, 3)
        return sorted({(first + at * 17) % TAGS + 1 for at in range(TAGS_EACH)})

    def authors_of(self, number: int) -> list[int]:
        first = mixed(number, AUTHORS, 4)
        return [first + 1] if number % 4 else [first + 1, (first + 3) % AUTHORS + 1]

    def section_of(self, number: int) -> int:
        return mixed(number, SECTIONS, 1) + 1

    def publisher_of(self, number: int) -> int:
        return mixed(number, PUBLISHERS, 2) + 1

    def article_rows(self) -> Iterator[Row]:
        for number in range(1, self.articles + 1):
            at = moment(self.published_at(number))
            headline = self._headline(number)
            body, plain = article_text(self.words, number)
            url = f"https://publisher{self.publisher_of(number)}.example/stories/{number}"
            yield (
                number,
                headline,
                self.words.names[number % 50],
                self.words.standfirsts[mixed(number, len(self.words.standfirsts), 6)],
                body.replace("\n", "\\n"),
                plain,
                self.section_of(number),
                self.publisher_of(number),
                self.words.headlines[mixed(number, len(self.words.headlines), 8)],
                url,
                source_key(url),
                Article.SourceKind.REPORT,
                self.slug(number),
                Article.State.PUBLISHED,
                at,
                at,
                at,
            )

    # Conversations.

    def comment_rows(self) -> Iterator[Row]:
        """Yield every comment, and keep the counts that follow from them."""
        pk = 0
        for number in range(1, self.articles + 1):
            size = self.long.get(number, self.each)
            if size:
                rows = list(self._conversation(number, pk + 1, size, everybody=number in self.long))
                yield from rows
                pk += size

    def _conversation(self, article: int, first: int, size: int, *, everybody: bool) -> Iterator[Row]:
        published = self.published_at(article).replace(tzinfo=None)  # it is in UTC, and so is what is written
        approved = pending = roots = 0
        last = None
        for start in range(0, size, IN_A_THREAD):
            numbers = range(first + start, first + min(start + IN_A_THREAD, size))
            states = [Comment.Status.APPROVED if everybody else status_of(pk) for pk in numbers]
            shown = sum(state == Comment.Status.APPROVED for state in states)
            roots += shown > 0
            approved += shown
            pending += sum(state == Comment.Status.PENDING for state in states)
            places: list[tuple[str, int]] = []
            for place, (pk, state) in enumerate(zip(numbers, states, strict=True)):
                above = _PARENTS[place]
                if above is None:
                    places.append((tree.step(pk), 0))
                else:
                    places.append((places[above][0] + tree.step(pk), places[above][1] + 1))
                at = published + _MINUTES[min(3 + start + place, len(_MINUTES) - 1)]
                if state == Comment.Status.APPROVED:
                    last = str(at)
                yield self._comment(
                    pk, article, None if above is None else numbers[above], places[-1], shown, state, at
                )
        self.threads.append((article, approved, pending, roots, last))

    def _comment(
        self, pk: int, article: int, parent: int | None, place: tuple[str, int], shown: int, state: str, at: datetime
    ) -> Row:
        writer = mixed(pk, self.writers, 9) + 1
        if state in self.counts:
            self.counts[state][writer] += 1
        self.tally[state] += 1
        text = f"{self.words.remarks[mixed(pk, len(self.words.remarks), 10)]} ({pk})"
        path, depth = place
        decided = None if state == Comment.Status.PENDING else str(at + _MINUTES[20])
        return (
            pk,
            article,
            writer,
            parent,
            path,
            depth,
            shown if depth == 0 else 0,
            self.words.names[writer % len(self.words.names)],
            text,
            f"<p>{text}</p>\\n",
            state,
            Comment.Reason.OFF_TOPIC if state == Comment.Status.REJECTED else "",
            "hold_everything",
            "every comment waits for a moderator",
            decided,
            str(at),
            text_fingerprint(text),
            f"10.{writer % 256}.{writer // 256 % 256}.0/24",
        )

    def writer_rows(self) -> Iterator[Row]:
        approved, rejected, spam = self.counts["approved"], self.counts["rejected"], self.counts["spam"]
        for number in range(1, self.writers + 1):
            address = f"reader{number}@readers.example"
            yield (
                number,
                address,
                address,
                f"{mixed(number, 2**32):016x}",
                approved[number],
                rejected[number],
                spam[number],
            )


def generate(articles: int, comments: int = 10) -> Made:
    """Fill an empty, migrated database. The last comment's HTML is checked against the renderer, as a safeguard."""
    begun = datetime.now(UTC)
    site = Site(articles, comments)
    indexes = _Indexes() if connection.vendor == "postgresql" and articles >= DROPPED_FROM else None
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
                cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        if indexes:
            indexes.drop()
        _load_names(site)
        Table(
            Article,
            *("id", "headline", "kicker", "standfirst", "body", "body_text", "section_id", "source_publisher_id"),
            *("source_title", "source_url", "source_key", "source_kind", "slug", "state", "publish_at", "created_at"),
            "edited_at",
        ).load(site.article_rows())
        _load_places(site)
        made = Table(
            Comment,
            *("id", "article_id", "writer_id", "parent_id", "path", "depth", "thread_size", "name", "text", "html"),
            *("status", "reason", "rule", "because", "decided_at", "created_at", "fingerprint", "network"),
        ).load(site.comment_rows())
        Table(Writer, "id", "address", "key", "random", "approved_count", "rejected_count", "spam_count").load(
            site.writer_rows()
        )
        Table(Thread, "article_id", "approved_count", "pending_count", "root_count", "last_comment_at").load(
            site.threads
        )
        Table(Tally, "status", "count").load(sorted(site.tally.items()))
        if indexes:
            indexes.restore()
        _reset_sequences()
    shelves.recount()
    _analyse()
    last = Comment.objects.order_by("-pk").first()
    if last is not None and last.html != render(last.text):
        raise AssertionError("Comments are rendered differently now: bring benchmarks/generate.py in line.")
    return Made(
        articles=articles,
        comments=made,
        article=site.path(articles - 6),
        threads={size: site.path(number) for number, size in site.long.items()},
        slugs=[site.slug(number) for number in range(max(1, articles - 200), articles - 10)] or [site.slug(1)],
        section="/sections/section-2/",
        tag="/tags/tag-5/",
        word=site.words.rare,
        seconds=(datetime.now(UTC) - begun).total_seconds(),
    )


def _load_names(site: Site) -> None:
    colours = Section.Colour.values
    words = site.words
    Table(Section, "id", "name", "slug", "description", "colour", "position").load(
        (at, f"Section {at}", f"section-{at}", words.standfirsts[at], colours[at % len(colours)], at)
        for at in range(1, SECTIONS + 1)
    )
    Table(Tag, "id", "name", "slug", "description").load(
        (at, f"Tag {at} {words.words[at]}", f"tag-{at}", words.standfirsts[at + 50]) for at in range(1, TAGS + 1)
    )
    Table(Author, "id", "name", "slug", "role", "bio").load(
        (at, words.names[at], f"author-{at}", "Correspondent", words.standfirsts[at + 200])
        for at in range(1, AUTHORS + 1)
    )
    Table(Publisher, "id", "name", "slug", "url").load(
        (at, f"Publisher {at}", f"publisher-{at}", f"https://publisher{at}.example/") for at in range(1, PUBLISHERS + 1)
    )


def _load_places(site: Site) -> None:
    """Write which tags, authors and shelves the articles stand under."""
    numbers = range(1, site.articles + 1)
    tags = ((number, tag) for number in numbers for tag in site.tags_of(number))
    Table(Article.tags.through, "id", "article_id", "tag_id").load((at, *pair) for at, pair in enumerate(tags, 1))
    lines = ((number, author, at) for number in numbers for at, author in enumerate(site.authors_of(number)))
    Table(Byline, "id", "article_id", "author_id", "position").load((at, *line) for at, line in enumerate(lines, 1))
    keys: dict[str, int] = {}

    def filings() -> Iterator[Row]:
        for number in numbers:
            published = site.published_at(number)
            at = moment(published)
            yield keys.setdefault("front", len(keys) + 1), number, at
            yield keys.setdefault(shelves.month_key(published), len(keys) + 1), number, at
            yield keys.setdefault(shelves.year_key(published), len(keys) + 1), number, at
            yield keys.setdefault(f"section:{site.section_of(number)}", len(keys) + 1), number, at
            yield keys.setdefault(f"publisher:{site.publisher_of(number)}", len(keys) + 1), number, at
            for tag in site.tags_of(number):
                yield keys.setdefault(f"tag:{tag}", len(keys) + 1), number, at
            for author in site.authors_of(number):
                yield keys.setdefault(f"author:{author}", len(keys) + 1), number, at

    Table(Filing, "id", "shelf_id", "article_id", "publish_at").load((at, *row) for at, row in enumerate(filings(), 1))
    Table(Shelf, "id", "key").load((pk, key) for key, pk in keys.items())


def _models() -> list[type[models.Model]]:
    from django.apps import apps

    return [
        model
        for label in ("articles", "comments")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _analyse() -> None:
    """Let the planner know the sizes; on PostgreSQL mark what every transaction may see, as time would."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")


class _Indexes:
    """The indexes and foreign keys of our tables on PostgreSQL: made over the whole, they take a fraction of the time.

    Adding the foreign keys anew has the database check every reference that was generated.
    """

    def __init__(self) -> None:
        tables = [model._meta.db_table for model in _models()]
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT indexname, indexdef FROM pg_indexes
                WHERE schemaname = 'public' AND tablename = ANY(%s)
                AND indexname NOT IN (SELECT conname FROM pg_constraint)
                """,
                [tables],
            )
            self.indexes: list[tuple[str, str]] = cursor.fetchall()
            cursor.execute(
                """
                SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
                WHERE contype IN ('f', 'u') AND conrelid::regclass::text = ANY(%s) ORDER BY contype DESC, conname
                """,
                [tables],
            )
            self.constraints: list[tuple[str, str, str]] = cursor.fetchall()

    def drop(self) -> None:
        with connection.cursor() as cursor:
            for table, name, _ in reversed(self.constraints):
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            for name, _ in self.indexes:
                cursor.execute(f'DROP INDEX "{name}"')

    def restore(self) -> None:
        with connection.cursor() as cursor:
            for _, definition in self.indexes:
                cursor.execute(definition)
            for table, name, definition in self.constraints:
                cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
            # Deferred checks would otherwise wait for the end, and stand in the way of the next statement.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
