"""One page of the conversation under an article, as readers see it: the threads, their comments, their stubs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings

from articles.models import Article
from comments import tree
from comments.models import Comment, Thread


@dataclass(slots=True)
class Entry:
    """A comment, or the nameless stub of one that is not public, at its place in the nested lists.

    Rows are read as plain values: a page may show a thousand, and a model instance costs ten times as much.
    ``before`` and ``after`` open and close the lists around the entry, so that the whole page is one loop however
    deep the threads go.
    """

    pk: int
    path: str
    depth: int
    parent_pk: int | None = None
    name: str = ""
    website: str = ""
    html: str = ""
    created_at: datetime | None = None  # None: a stub
    staff_pk: int | None = None
    featured: bool = False
    by_author: bool = False  # whether the staff wrote the article too
    withdrawn: bool = False  # for stubs alone
    parent: Entry | None = None
    before: str = ""
    after: str = ""

    @property
    def is_stub(self) -> bool:
        return self.created_at is None


COLUMNS = (*("pk", "path", "depth", "parent_id", "name", "website", "html", "created_at", "staff_id", "featured"),)


@dataclass(frozen=True)
class Conversation:
    """A page of threads, numbered from 1."""

    thread: Thread
    entries: list[Entry]
    number: int
    pages: int
    newest_first: bool

    @property
    def links(self) -> list[tuple[int | None, str]]:
        """The numbered links: the first, the last, and those about here; None stands for what is left out."""
        shown = sorted({1, self.pages, *range(max(1, self.number - 1), min(self.pages, self.number + 1) + 1)})
        links: list[tuple[int | None, str]] = []
        for number in shown:
            if links and number - (links[-1][0] or 0) > 1:
                links.append((None, ""))
            links.append((number, self._query(number)))
        return links

    @property
    def earlier(self) -> str:
        return self._query(self.number - 1)

    @property
    def later(self) -> str:
        return self._query(self.number + 1)

    def _query(self, number: int) -> str:
        """Return the query of a page; the first one has none, so that it has one address."""
        asked = [("page", str(number))] if number > 1 else []
        if self.newest_first:
            asked.append(("sort", "newest"))
        return f"?{urlencode(asked)}" if asked else ""


class NoSuchPage(LookupError):
    """The conversation has no page of this number or order."""


def page_of(article: Article, *, number: str = "", order: str = "") -> Conversation:
    """Return a page of the conversation, in at most four queries; the texts are those of the address.

    Raises NoSuchPage for anything but a page that is there: an address has one meaning, and a made-up one none.
    """
    if order not in ("", "newest") or (number and (not number.isascii() or not number.isdigit() or number[0] == "0")):
        raise NoSuchPage
    thread = Thread.objects.filter(article=article).first() or Thread(article=article)
    per_page = settings.COMMENTS_THREADS_PER_PAGE
    pages = max(1, -(-thread.root_count // per_page))
    wanted = int(number[:9] or 1)
    if wanted > pages:
        raise NoSuchPage
    roots = Comment.objects.thread_paths(article, newest_first=bool(order))
    paths = list(roots[(wanted - 1) * per_page : wanted * per_page]) if thread.root_count else []
    return Conversation(thread, _entries(article, paths), wanted, pages, bool(order))


def page_number(comment: Comment) -> int:
    """Return the page, oldest first, on which the thread of a published comment stands."""
    own = comment.path[: tree.WIDTH]
    before = Comment.objects.thread_paths(comment.article).filter(path__lt=own).count()
    per_page: int = settings.COMMENTS_THREADS_PER_PAGE
    return before // per_page + 1


def _entries(article: Article, roots: list[str]) -> list[Entry]:
    """Return the entries of these threads in reading order; the threads keep the order given."""
    if not roots:
        return []
    # Threads of one page are neighbours in the index, so one range holds them all.
    start, end = tree.below(min(roots))[0], tree.below(max(roots))[1]
    rows = Comment.objects.approved_between(article, start, end).values_list(*COLUMNS)
    found = {row[1]: Entry(*row) for row in rows}
    by_pk = {entry.pk: entry for entry in found.values()}
    _add_stubs(found, by_pk)
    for entry in found.values():
        if entry.parent_pk:
            entry.parent = by_pk.get(entry.parent_pk)
    if any(entry.staff_pk for entry in found.values()):
        # The article's page has fetched its bylines already; elsewhere this is one query more.
        authors = {line.author.user_id for line in article.bylines.all()} - {None}
        for entry in found.values():
            entry.by_author = entry.staff_pk in authors
    rank = {path: position for position, path in enumerate(roots)}
    return _nested(sorted(found.values(), key=lambda entry: (rank[entry.path[: tree.WIDTH]], entry.path)))


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


def _nested(entries: list[Entry]) -> list[Entry]:
    """Give each entry what opens and closes the lists around it."""
    last = -1
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        entry.before = "<ol><li>" if entry.depth > max(last, 0) else "<li>"
        after = following.depth if following is not None else 0
        if after <= entry.depth:
            entry.after = "</li>" + "</ol></li>" * (entry.depth - after)
        last = entry.depth
    return entries
