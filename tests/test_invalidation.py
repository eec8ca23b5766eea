"""After every act of every writer, what the stores serve is what a fresh rendering gives, on every surface.

Two page caches stand for two processes: each has a memory of its own, both share the files, the generations and the
database. "Fresh" is Django itself, with no store in front of it. The acts are listed by hand; a test finds writes
that go round the model methods.
"""

from __future__ import annotations

import ast
import contextlib
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.test import Client, TestCase
from django.utils.text import slugify
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from articles import fragments, views
from articles.models import Article, Author, Publisher, Section, Tag
from articles.pagecache import PageCache
from articles.schedule import next_due
from articles.workflow import WrongState
from comments import edits
from comments.erasure import How, erase, erase_comment
from comments.models import AlreadyDecided, Appeal, Comment, Measure, Notice, NotShown, Policy, Restriction, Thread
from comments.retention import purge
from newsblog.sessions import is_session
from tests.factories import (
    make_administrator,
    make_article,
    make_author,
    make_comment,
    make_editor,
    make_moderator,
    make_publisher,
    make_section,
    make_tag,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_keys")]
# A test's transaction is never committed; what would follow the commit is done when the block ends.
committed = partial(TestCase.captureOnCommitCallbacks, execute=True)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SURFACES = (
    "/",
    "/?page=2",
    "/2026/03/chip-maker-opens-plant/",
    "/2026/03/chip-maker-opens-plant/?sort=newest",
    "/2026/03/neighbour/",
    "/2026/03/due-at-one/",
    "/chip-maker-opens-plant/",
    "/2026/03/renamed/",
    "/sections/chips/",
    "/sections/space/",
    "/tags/plants/",
    "/tags/robots/",
    "/authors/ada-king/",
    "/authors/jonas-weil/",
    "/publishers/plant-news/",
    "/2026/",
    "/2026/03/",
    "/archive/",
    "/corrections/",
    "/search/?q=plant",
    "/feeds/",
    "/feeds/latest/",
    "/feeds/latest/atom/",
    "/feeds/sections/chips/",
    "/feeds/tags/plants/",
    "/feeds/authors/ada-king/",
    "/feeds/publishers/plant-news/",
    "/feeds/corrections/",
    "/privacy/",
    "/comments/feed/",
    "/comments/feed/atom/",
    "/comments/feed/on/chip-maker-opens-plant/",
    "/comments/feed/on/renamed/atom/",
    "/sitemap.xml",
    "/sitemap-1.xml",
    "/sitemap-lists.xml",
    "/sitemap-news.xml",
    "/nothing-here/",
)

# What is asked of both stores; the rest of one, for a page has one way to be right in both.
BY_BOTH = ("/", "/2026/03/chip-maker-opens-plant/", "/sections/chips/", "/feeds/latest/", "/nothing-here/")


class Stores:
    """Django, and two stores in front of it."""

    def __init__(self, folder: Path) -> None:
        fragments.forget()
        self.django = WSGIHandler()
        self.layers = [
            PageCache(self.django, next_due=next_due, is_session=is_session, folder=folder / "pages") for _ in range(2)
        ]

    def ask(self, application: Any, address: str) -> tuple[str, bytes]:
        path, _, query = address.partition("?")
        begun: list[str] = []

        def start(status: str, headers: Any, exc_info: Any = None) -> None:
            begun.append(status)

        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "127.0.0.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
        }
        answer = application(environ, start)
        try:
            return begun[-1], b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()

    def fill(self) -> None:
        for number, layer in enumerate(self.layers):
            for surface in SURFACES if number == 0 else BY_BOTH:
                self.ask(layer, surface)

    def stale(self) -> list[str]:
        """The surfaces on which a store serves something else than a fresh rendering."""
        found = []
        for surface in SURFACES:
            fresh = self.ask(self.django, surface)
            for number, layer in enumerate(self.layers if surface in BY_BOTH else self.layers[:1]):
                if self.ask(layer, surface) != fresh:
                    found.append(f"{surface} in store {number}")
        return found


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of four, so that a handful of stories fills two pages."""
    monkeypatch.setattr(views, "PER_PAGE", 4)


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return Stores(tmp_path)


@pytest.fixture
def noon() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


class Newsroom:
    """What stands at noon: a story with a conversation, a neighbour, one that is due at one, and the people."""

    def __init__(self) -> None:
        chips, space = make_section("Chips"), make_section("Space")
        self.chips, self.space = chips, space
        self.story = make_article(
            "Chip maker opens plant",
            section=chips,
            tags=("Plants",),
            publish_at=NOON - timedelta(hours=2),
            source_publisher=make_publisher("Plant News"),
            source_title="A plant opens",
            body="<p>The plant opens.</p>",
        )
        self.neighbour = make_article(
            "Neighbour", section=space, tags=("Plants",), authors=("Jonas Weil",), publish_at=NOON - timedelta(hours=1)
        )
        self.due = make_article("Due at one", section=chips, tags=("Robots",), publish_at=NOON + timedelta(hours=1))
        self.draft = make_article("Draft on plants", section=space, state=Article.State.DRAFT)
        for number in range(5):
            make_article(f"Old {number}", section=space, publish_at=NOON - timedelta(days=number + 1))
        self.approved = make_comment(self.story, "A remark that readers see.")
        self.pending = make_comment(self.story, "A remark that waits.", status=Comment.Status.PENDING)
        self.spam = make_comment(self.story, "A remark in the folder.", status=Comment.Status.SPAM)
        self.reply = make_comment(self.story, "An answer.", parent=self.approved, name="Noor")
        self.ada, self.max = make_editor(), make_moderator()
        Policy(avatars=True).save()
        make_tag("Robots")
        make_author("Jonas Weil")

    def desk(self) -> Client:
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(self.max)
        return client


def save(row: Any, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def settle(article: Article, *, tags: tuple[str, ...] = (), authors: tuple[str, ...] = ()) -> None:
    # By slug, for another act may have renamed them.
    article.tags.set([Tag.objects.get(slug=slugify(name)) for name in tags])
    article.bylines.all().delete()
    for position, name in enumerate(authors):
        article.bylines.create(author=Author.objects.get(slug=slugify(name)), position=position)
    article.settle()


def decide(n: Newsroom, action: str, *comments: Comment, **more: str) -> None:
    answer = n.desk().post(
        "/admin/comments/comment/",
        {"action": action, "_selected_action": [comment.pk for comment in comments], "select_across": "0", **more},
    )
    assert answer.status_code == 302, answer.content.decode()[-2000:]


def mend(comment: Comment, text: str) -> None:
    mended = edits.Mended(text, comment.name, comment.website)
    refusal = edits.mend(comment, mended, seen=comment.text_version)
    if refusal:  # too late, or after a decision
        raise WrongState(refusal.sentence)


def appeal_and_grant(n: Newsroom) -> None:
    n.approved.reject(by=n.max, reason="insult")
    Appeal.lodge(n.approved, "Read it again.").grant(by=n.ada)


def restrict_and_end(n: Newsroom) -> None:
    rule = Restriction(section=n.chips, mode="closed", reason="A pause.", by=n.max)
    rule.save()
    rule.end(by=User.objects.filter(username="grace").first() or make_administrator("grace"))


ACTS: dict[str, Callable[[Newsroom], Any]] = {
    "a draft is published": lambda n: n.draft.publish(by=n.ada),
    "a draft is submitted": lambda n: n.draft.submit(by=n.ada),
    "a draft is scheduled": lambda n: n.draft.publish(by=n.ada, at=NOON + timedelta(minutes=5)),
    "a scheduled story loses its time": lambda n: n.due.unschedule(by=n.ada),
    "a story is withdrawn": lambda n: n.story.withdraw(by=n.ada, reason="The source took it back."),
    "a story is corrected": lambda n: n.story.correct(by=n.ada, kind="correction", text="It opened on Monday."),
    "a story is pinned": lambda n: n.story.pin(by=n.ada, until=NOON + timedelta(minutes=30)),
    "another story is pinned": lambda n: (
        n.story.pin(by=n.ada, until=NOON + timedelta(minutes=30)),
        n.neighbour.pin(by=n.ada, until=NOON + timedelta(minutes=40)),
    ),
    "a headline is changed": lambda n: save(n.story, headline="Chip maker opens a second plant"),
    "a neighbour's headline is changed": lambda n: save(n.neighbour, headline="Neighbour, renamed"),
    "a body is changed": lambda n: save(n.story, body="<p>The second plant opens.</p>"),
    "a standfirst is changed": lambda n: save(n.story, standfirst="Second sentence."),
    "a publish time is moved": lambda n: save(n.story, publish_at=NOON - timedelta(minutes=5)),
    "a publish time is moved to another month": lambda n: save(n.story, publish_at=NOON - timedelta(days=40)),
    "a slug is changed": lambda n: save(n.story, slug="renamed"),
    "a slug is changed and changed back": lambda n: (
        save(n.story, slug="renamed"),
        save(n.story, slug="chip-maker-opens-plant"),
    ),
    "a section is changed": lambda n: save(n.story, section=n.space),
    "a source is changed": lambda n: save(n.story, source_publisher=make_publisher("Other News")),
    "comments are closed by the desk": lambda n: save(n.story, comments_open=False),
    "comments are given an end": lambda n: save(n.story, comments_close_after_days=1),
    "a story is kept out of search engines": lambda n: save(n.story, noindex=True),
    "tags are changed": lambda n: settle(n.story, tags=("Robots",), authors=("Ada King",)),
    "bylines are changed": lambda n: settle(n.story, tags=("Plants",), authors=("Jonas Weil", "Ada King")),
    "a section is renamed": lambda n: save(n.chips, name="Silicon"),
    "a section is recoloured": lambda n: save(n.chips, colour=Section.Colour.TEAL),
    "a section is added": lambda n: make_section("Policy"),
    "a tag is renamed": lambda n: save(Tag.objects.get(slug="plants"), name="Factories"),
    "an author is renamed": lambda n: save(Author.objects.get(slug="ada-king"), name="Ada Lovelace"),
    "an author gets a line about them": lambda n: save(Author.objects.get(slug="ada-king"), bio="Writes."),
    "a publisher is renamed": lambda n: save(Publisher.objects.get(slug="plant-news"), name="Plant Weekly"),
    "a comment is approved": lambda n: n.pending.approve(by=n.max),
    "a comment is rejected": lambda n: n.approved.reject(by=n.max, reason="off-topic"),
    "a comment is marked as spam": lambda n: n.approved.mark_spam(by=n.max),
    "a comment is restored": lambda n: n.approved.restore(by=n.max),
    "a comment is withdrawn": lambda n: n.approved.withdraw(),
    "a decision is undone": lambda n: n.pending.undo(n.pending.approve(by=n.max), by=n.max),
    "a reader posts": lambda n: make_comment(n.story, "A new remark.", status=Comment.Status.PENDING),
    "the newsroom answers": lambda n: n.pending.answer(by=n.max, text="We asked, and they said yes."),
    "a thread is closed": lambda n: Thread.of(n.story).close(by=n.max, reason="It went round in circles."),
    "a thread is closed and opened": lambda n: (
        Thread.of(n.story).close(by=n.max, reason="A pause."),
        Thread.of(n.story).reopen(by=n.max),
    ),
    "a writer mends a comment": lambda n: mend(n.approved, "A remark that readers see!"),
    "a writer says something else": lambda n: mend(n.approved, "Buy something."),
    "a moderator changes a comment": lambda n: n.approved.amend(by=n.max, text="Shorter.", reason="A private number."),
    "a writer's name is erased": lambda n: erase_comment(n.approved, How.ANONYMISE),
    "a writer's words are erased": lambda n: erase_comment(n.approved, How.REMOVE),
    "what was kept long enough is purged": lambda n: purge(now=NOON + timedelta(days=400)),
    "the rules for comments change": lambda n: Policy(keep_network_days=11, avatars=False, public_log=True).save(),
    "a comment is called one's own": lambda n: n.approved.vouch(),
    "a comment is featured": lambda n: n.approved.feature(by=n.max),
    "a featured comment is taken back": lambda n: (n.approved.feature(by=n.max), n.approved.withdraw()),
    "readers' reports take a comment away": lambda n: [
        n.approved.report(reason="abuse", network=f"192.0.{number}.0/24") for number in range(3)
    ],
    "a reported comment is kept": lambda n: (
        [n.approved.report(reason="abuse", network=f"192.0.{number}.0/24") for number in range(3)],
        n.approved.dismiss_reports(by=n.max),
    ),
    "a notice is upheld": lambda n: Notice.enter(n.approved.report(reason="illegal")).uphold(
        by=n.max, explanation="So."
    ),
    "an appeal is granted": lambda n: appeal_and_grant(n),
    "a person's comments are erased": lambda n: erase(n.approved.writer, How.ANONYMISE),
    "a person's words are erased": lambda n: erase(n.approved.writer, How.REMOVE),
    "a person is banned": lambda n: Measure.impose(n.approved.writer, "ban", by=n.max, reason="Threats."),
    "a thread slows down": lambda n: Thread.of(n.story).rule("slow", by=n.max, slow_seconds=60),
    "a thread is for staff": lambda n: Thread.of(n.story).rule("staff", by=n.max, reason="We answer."),
    "a section is closed": lambda n: Restriction(section=n.chips, mode="closed", reason="A pause.", by=n.max).save(),
    "the site slows down": lambda n: Restriction(mode="slow", reason="A rush.", by=n.max).save(),
    "a restriction is ended": lambda n: restrict_and_end(n),
    "comments are approved in bulk": lambda n: decide(n, "approve", n.pending, n.spam),
    "comments are rejected in bulk": lambda n: decide(n, "reject", n.approved, n.reply, bulk_reason="insult"),
}


@pytest.mark.parametrize("act", ACTS)
def test_the_next_request_after_every_act_gets_the_new_pages(stores: Stores, noon: Any, act: str) -> None:
    with committed():
        newsroom = Newsroom()
    stores.fill()
    with committed():
        ACTS[act](newsroom)
    assert stores.stale() == []


def test_the_clock_alone_changes_the_pages_at_their_moment(stores: Stores, noon: Any) -> None:
    with committed():
        newsroom = Newsroom()
        newsroom.story.pin(by=None, until=NOON + timedelta(minutes=30))
        newsroom.story.comments_close_after_days = 1
        newsroom.story.save()
    for step in (29, 1, 29, 1, 22 * 60 - 1, 1, 48 * 60):  # to the pin's end, the due story, the thread's end, beyond
        stores.fill()
        noon.shift(timedelta(minutes=step))
        assert stores.stale() == []
    assert b"due-at-one" in stores.ask(stores.layers[0], "/")[1]


def test_a_story_saved_at_the_desk_is_new_at_once(stores: Stores, noon: Any) -> None:
    with committed():
        newsroom = Newsroom()
    stores.fill()
    desk = Client(HTTP_HOST="127.0.0.1")
    desk.force_login(newsroom.ada)
    page = desk.get(f"/admin/articles/article/{newsroom.draft.pk}/change/")
    form = page.context["adminform"].form
    data = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    data |= {"headline": "Draft on plants, mended"}
    with committed():
        answer = desk.post(f"/admin/articles/article/{newsroom.draft.pk}/change/", {k: v for k, v in data.items() if v})
    assert answer.status_code in (302, 200)
    assert stores.stale() == []


class Newsdesk(RuleBasedStateMachine):
    """Edits, decisions, clock moves and reads in any order; no read is ever old, or early."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(NOON, tick=False)
        self.moved = self.clock.start()

    @initialize()
    def begin(self) -> None:
        # Each run of the machine works in a transaction of its own, and leaves nothing behind.
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.stores = Stores(settings.VAR / f"machine-{id(self)}")
        with committed():
            self.newsroom = Newsroom()

    @rule(act=st.sampled_from(sorted(ACTS)))
    def act(self, act: str) -> None:
        # An act that starts in another state is refused, and changes nothing; there may be no decision to undo.
        with contextlib.suppress(WrongState, AlreadyDecided, NotShown, AttributeError, ObjectDoesNotExist), committed():
            ACTS[act](self.newsroom)

    @rule(minutes=st.sampled_from([1, 5, 29, 30, 60, 1440]))
    def wait(self, minutes: int) -> None:
        self.moved.shift(timedelta(minutes=minutes))

    @rule(which=st.integers(0, 1), surface=st.sampled_from(SURFACES))
    def read(self, which: int, surface: str) -> None:
        self.stores.ask(self.stores.layers[which], surface)

    @invariant()
    def nothing_is_stale(self) -> None:
        if hasattr(self, "stores"):
            for surface in (
                "/",
                "/2026/03/chip-maker-opens-plant/",
                "/tags/plants/",
                "/feeds/latest/",
                "/nothing-here/",
            ):
                fresh = self.stores.ask(self.stores.django, surface)
                assert all(self.stores.ask(layer, surface) == fresh for layer in self.stores.layers), surface

    def teardown(self) -> None:
        self.clock.stop()
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)


def test_no_order_of_acts_reads_and_clock_leaves_an_old_page() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Newsdesk,
        settings=hypothesis_settings(
            max_examples=8, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


# Writes that go round ``save()`` and the acts: each is known by its place, with the reason why no page goes stale.
KNOWN = {
    ("articles/admin/form.py", "make_publisher", "Publisher.create"): "a new one stands on no page yet",
    ("articles/admin/form.py", "save_names", "Byline.update_or_create"): "the form settles the article afterwards",
    ("articles/admin/form.py", "save_names", "Tag.create"): "a new one stands on no page yet",
    ("articles/models/article.py", "pin", "Article.update"): "the pin that ends shows on the front, which expires",
    ("articles/models/article.py", "save", "PastSlug.update_or_create"): "part of the save that expires",
    ("comments/models/comment.py", "_count", "Thread.get_or_create"): "part of entering and deciding, which expire",
    ("comments/models/comment.py", "_count", "Thread.update"): "part of entering and deciding, which expire",
    ("comments/models/comment.py", "vouch", "Comment.update"): "one of the acts: it expires the thread itself",
    ("comments/models/comment.py", "enter", "Comment.update"): "its place in the thread, before anybody sees it",
    ("comments/edits.py", "mend", "Comment.update"): "the spam score, which moderators alone see",
    ("comments/views/subscriptions.py", "_take_wish", "Comment.update"): "a wish for mail, which no page shows",
    ("comments/retention.py", "_drop_spam", "Comment.delete"): "nobody answered it, so nothing of it showed",
    ("comments/retention.py", "_drop_traces", "Comment.update"): "networks and browsers, which no page shows",
    ("comments/retention.py", "_empty", "Comment.update"): "no reader saw it; its stub names nobody either way",
    ("comments/models/memory.py", "_take_in", "Comment.update"): "what the spam score has learned; no page shows it",
    ("comments/models/memory.py", "relearn", "Comment.update"): "what the spam score has learned; no page shows it",
    ("comments/trust.py", "disown", "Comment.update"): "why it waits, which moderators alone see",
}
ROUND = {"update", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete", "create"}
MODELS = {"Article", "Section", "Tag", "Author", "Publisher", "Byline", "Correction", "Comment", "Thread", "PastSlug"}


def writes_round_the_acts() -> set[tuple[str, str, str]]:
    """Every ``Model.objects….update(…)`` and its like in the product: file, function, call."""
    found = set()
    for folder in ("articles", "comments", "newsblog"):
        for file in sorted((settings.BASE_DIR / folder).rglob("*.py")):
            if "migrations" in file.parts:
                continue
            for function in ast.walk(ast.parse(file.read_text("utf-8"))):
                if not isinstance(function, ast.FunctionDef):
                    continue
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ROUND:
                        names = {node.id for node in ast.walk(call.func) if isinstance(node, ast.Name)} & MODELS
                        place = str(file.relative_to(settings.BASE_DIR))
                        found |= {(place, function.name, f"{name}.{call.func.attr}") for name in names}
    return found


def test_no_write_goes_round_the_acts_without_a_reason() -> None:
    # The sample site is loaded before anybody reads, and publishes through the acts.
    found = {write for write in writes_round_the_acts() if not write[0].endswith("load_sample_site.py")}
    assert found == set(KNOWN)


def test_the_finder_of_such_writes_finds_one(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "new.py").write_text("def tidy():\n    Article.objects.filter(pk=1).update(slug='x')\n")
    settings.BASE_DIR = tmp_path
    assert writes_round_the_acts() == {("articles/new.py", "tidy", "Article.update")}
