"""The pages of the conversation under an article: which threads stand on which, and where a comment is found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Exists, Q
from django.urls import reverse

from articles.models import Article
from comments import tree
from comments.entries import COLUMNS, WITH_PICTURES, Entry, branches, entries_of, folded
from comments.models import Comment, Thread

# One endless thread must not make a page endless: so many of its comments stand under the article, the rest on
# pages of its own.
SHOWN = 50
THREAD_PAGE = 100  # comments on a page of a thread's own
PICKED = 3  # featured comments in the strip above the threads


@dataclass(frozen=True)
class Pages:
    """Where a reader is among numbered pages; the first has no number in its address, so that it has one address."""

    number: int
    pages: int
    newest_first: bool = False

    @property
    def links(self) -> list[tuple[int | None, str]]:
        """The numbered links: the first, the last, and those about here; None stands for what is left out."""
        shown = sorted({1, self.pages, *range(max(1, self.number - 1), min(self.pages, self.number + 1) + 1)})
        links: list[tuple[int | None, str]] = []
        for number in shown:
            if links and number - (links[-1][0] or 0) > 1:
                links.append((None, ""))
            links.append((number, self.query(number)))
        return links

    @property
    def earlier(self) -> str:
        return self.query(self.number - 1)

    @property
    def later(self) -> str:
        return self.query(self.number + 1)

    def query(self, number: int) -> str:
        asked = [("page", str(number))] if number > 1 else []
        if self.newest_first:
            asked.append(("sort", "newest"))
        return f"?{urlencode(asked)}" if asked else ""

    @classmethod
    def asked(cls, number: str, items: int, size: int, *, newest_first: bool = False) -> Self:
        """Return the page of the number in an address.

        Raises NoSuchPage for anything but a page that is there: an address has one meaning, a made-up one none.
        """
        if number and (not number.isascii() or not number.isdigit() or number[0] == "0"):
            raise NoSuchPage
        pages = max(1, -(-items // size))
        wanted = int(number[:9] or 1)
        if wanted > pages:
            raise NoSuchPage
        return cls(wanted, pages, newest_first)


@dataclass(frozen=True)
class Conversation(Pages):
    """A page of threads under an article."""

    thread: Thread = field(default_factory=Thread)
    entries: list[Entry] = field(default_factory=list)
    has_picks: bool = False  # whether the newsroom picked anything under the article


class NoSuchPage(LookupError):
    """The conversation has no page of this number or order."""


def page_of(article: Article, *, number: str = "", order: str = "", pictures: bool = False) -> Conversation:
    """Return a page of the conversation, in at most four queries; the texts are those of the address."""
    if order not in ("", "newest"):
        raise NoSuchPage
    known = Thread.objects.filter(article=article).annotate(has_picks=Exists(Comment.objects.featured_on(article)))
    thread = known.first() or Thread(article=article)
    size = settings.COMMENTS_THREADS_PER_PAGE
    page = Pages.asked(number, thread.root_count, size, newest_first=bool(order))
    roots = []
    if thread.root_count:
        asked = Comment.objects.threads(article, newest_first=page.newest_first, shown=SHOWN)
        roots = list(asked[(page.number - 1) * size : page.number * size])
    entries = _entries(article, roots, pictures)
    has_picks = getattr(thread, "has_picks", False)
    return Conversation(page.number, page.pages, page.newest_first, thread, entries, has_picks)


def _entries(article: Article, roots: list[tuple[str, int, str, str | None]], pictures: bool) -> list[Entry]:
    """Return the entries of these threads in reading order; the threads keep the order given."""
    if not roots:
        return []
    # Threads of one page are neighbours in the index, so one range holds them all, up to one that is cut off.
    wanted, start, end = Q(), "", ""
    for path, _, _, cut in sorted(roots):
        start, end = start or path, cut or tree.below(path)[1]
        if cut:
            wanted |= Q(path__gte=start, path__lt=end)
            start = ""
    if start:
        wanted |= Q(path__gte=start, path__lt=end)
    approved = Comment.objects.filter(wanted, article=article, status=Comment.Status.APPROVED)
    # In no order of the database's: the paths put them in theirs.
    rows = approved.order_by().values_list(*(WITH_PICTURES if pictures else COLUMNS))
    threads: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries_of(article, rows):
        threads[entry.path[: tree.WIDTH]].append(entry)
    for path, size, status, cut in roots:
        entries = threads[path]
        if not entries:  # taken back between the two queries; the page is rendered once more for the next reader
            continue
        shown = [entry.path for entry in entries if not entry.is_stub]
        below, closed = branches(shown), folded(shown)
        for entry in entries:
            entry.replies, entry.is_folded = below[entry.path], entry.path in closed
        entries[0].replies = size - (status == Comment.Status.APPROVED)
        entries[0].more = max(0, size - len(shown)) if cut else 0
    return [entry for path, *_ in roots for entry in threads[path]]


def picked(article: Article, page: Conversation) -> list[Entry]:
    """Return what the newsroom picked, for the top of the first page; what stands at the top anyway is left out."""
    if page.number > 1 or not page.entries or not page.has_picks:
        return []
    rows = Comment.objects.featured_on(article).values_list(*COLUMNS)
    first = page.entries[0].path
    return [entry for entry in (Entry(*row) for row in rows[: PICKED + 1]) if entry.path != first][:PICKED]


@dataclass(frozen=True)
class LongThread(Pages):
    """A page of one thread, with nothing of it folded."""

    size: int = 0
    entries: list[Entry] = field(default_factory=list)


def thread_of(root: Comment, *, number: str = "", pictures: bool = False) -> LongThread:
    """Return a page of the thread that a comment starts; raises NoSuchPage where there is none."""
    if root.depth or not root.thread_size:
        raise NoSuchPage
    page = Pages.asked(number, root.thread_size, THREAD_PAGE)
    before = (page.number - 1) * THREAD_PAGE
    approved = Comment.objects.approved_between(root.article, *tree.below(root.path))
    rows = approved.values_list(*(WITH_PICTURES if pictures else COLUMNS))
    entries = entries_of(root.article, rows[before : before + THREAD_PAGE], is_continued=bool(before))
    return LongThread(page.number, page.pages, False, root.thread_size, entries)


def address_of(comment: Comment, *, newest_first: bool = False) -> str:
    """Return where a published comment is read: on the article's page, or where it is folded away there, its thread's.

    So whoever follows a permalink sees what it names, whatever the browser makes of closed parts of a page.
    """
    article, root = comment.article, comment.path[: tree.WIDTH]
    thread = Comment.objects.approved_between(article, *tree.below(root)).values_list("path", flat=True)
    shown = list(thread[: SHOWN + 1])
    closed = folded(shown[:SHOWN])
    if comment.path not in shown[:SHOWN] or any(above in closed for above in tree.ancestors(comment.path)):
        position = thread.filter(path__lt=comment.path).count()
        place, page = reverse("comments:thread", args=[tree.root(root)]), Pages(1, 1)
        number = position // THREAD_PAGE + 1
    else:
        roots = Comment.objects.roots(article)
        before = roots.filter(path__gt=root) if newest_first else roots.filter(path__lt=root)
        place, page = article.get_absolute_url(), Pages(1, 1, newest_first)
        number = before.count() // settings.COMMENTS_THREADS_PER_PAGE + 1
    return f"{place}{page.query(number)}#c-{comment.pk}"
