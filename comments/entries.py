"""What a page of the conversation shows: comments, the stubs of those that are not public, each at its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from articles.models import Article
from comments import tree
from comments.models import Comment

# A long thread shows its first replies and, below them, branches of a few; longer branches begin closed.
LONG = 10  # comments of a thread; in shorter ones nothing is folded
BRANCH = 4  # replies below a reply


@dataclass(slots=True)
class Entry:
    """A comment, or the nameless stub of one that is not public, at its place in the nested lists.

    Rows are read as plain values: a page may show a thousand, and a model instance costs ten times as much.
    """

    pk: int
    path: str
    depth: int
    parent_pk: int | None = None
    name: str = ""
    website: str = ""
    html: str = ""
    created_at: datetime | None = None  # None: a stub
    decided_at: datetime | None = None
    edited_at: datetime | None = None
    moderated_at: datetime | None = None
    staff_pk: int | None = None
    featured: bool = False
    random: str | None = None  # the writer's value, where pictures are shown
    owned: bool = False  # whether the owner of the address called it theirs; with ``random`` alone
    by_author: bool = False  # whether the staff wrote the article too
    withdrawn: bool = False  # for stubs alone
    parent: Entry | None = None
    is_here: bool = True  # else it stands on an earlier page, and here is only named
    replies: int = 0  # below it on this page; for a thread's first comment, below it in all
    is_folded: bool = False  # whether what is below it begins closed
    more: int = 0  # replies that only the thread's own page shows

    @property
    def is_stub(self) -> bool:
        return self.created_at is None

    @property
    def shown_at(self) -> datetime | None:
        """When readers could see it first, as far as is known: what is new since a visit follows from it."""
        return max(filter(None, (self.created_at, self.decided_at)), default=None)


COLUMNS = (
    *("pk", "path", "depth", "parent_id", "name", "website", "html", "created_at", "decided_at", "edited_at"),
    *("moderated_at", "staff_id", "featured"),
)
WITH_PICTURES = (*COLUMNS, "writer__random", "owned")


def entries_of(article: Article, rows: Iterable[Sequence[Any]], *, is_continued: bool = False) -> list[Entry]:
    """Return the entries of these rows (see COLUMNS) and what has to stand above them, in reading order.

    Where the rows continue a thread, what came before is named and not shown again.
    """
    found = {row[1]: Entry(*row) for row in rows}
    by_pk = {entry.pk: entry for entry in found.values()}
    if is_continued:
        _add_earlier(found, by_pk)
    _add_stubs(found, by_pk)
    for entry in found.values():
        if entry.parent_pk:
            entry.parent = by_pk.get(entry.parent_pk)
    if any(entry.staff_pk for entry in found.values()):
        # The article's page has fetched its bylines already; elsewhere this is one query more.
        authors = {line.author.user_id for line in article.bylines.all()} - {None}
        for entry in found.values():
            entry.by_author = entry.staff_pk in authors
    return [found[path] for path in sorted(found)]


def _add_earlier(found: dict[str, Entry], by_pk: dict[int, Entry]) -> None:
    """Name what the first row stands below, and whom the others answer, where that is on an earlier page."""
    above = {tree.own(path) for path in tree.ancestors(min(found, default=""))}
    missing = (above | {entry.parent_pk for entry in found.values() if entry.parent_pk}) - set(by_pk)
    rows = Comment.objects.filter(pk__in=missing, status=Comment.Status.APPROVED).values_list(*COLUMNS)
    for earlier in (Entry(*row) for row in rows):
        earlier.is_here = False
        by_pk[earlier.pk] = earlier
        if earlier.pk in above:
            found[earlier.path] = earlier


def _add_stubs(found: dict[str, Entry], by_pk: dict[int, Entry]) -> None:
    """Add what stands above a published comment without being public itself, and nothing of what it said."""
    missing: dict[int, str] = {}
    for path, entry in found.items():
        if entry.parent_pk is None or entry.parent_pk in by_pk:
            continue  # a public parent looks after what is above it
        for above in tree.ancestors(path):
            if above not in found:
                missing[tree.own(above)] = above
        # At the last level the parent stands beside, not above.
        missing.setdefault(entry.parent_pk, path[: -tree.WIDTH] + tree.step(entry.parent_pk))
    if not missing:
        return
    withdrawn = set(
        Comment.objects.filter(pk__in=missing, status=Comment.Status.WITHDRAWN).values_list("pk", flat=True)
    )
    for pk, path in missing.items():
        depth = len(path) // tree.WIDTH - 1
        found[path] = by_pk[pk] = Entry(pk, path, depth, withdrawn=pk in withdrawn)


def branches(paths: Iterable[str]) -> Counter[str]:
    """Return how many of these comments stand below each path."""
    return Counter(above for path in paths for above in tree.ancestors(path))


def folded(paths: Sequence[str]) -> set[str]:
    """Return the paths of the replies of one thread under which too much stands to be open from the start."""
    if len(paths) <= LONG:
        return set()
    return {above for above, size in branches(paths).items() if size > BRANCH and len(above) > tree.WIDTH}
