"""Size costs nothing: what each page asks of a large site, as the database itself says how it answers.

Every statement that a page or an act sends is explained. None may read a big table whole, nor sort one; and what is
read is counted, in rows on PostgreSQL and in steps of the virtual machine on SQLite, so that a long walk along an
index is found as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone

from articles import lists, shelves
from articles.admin import paging
from articles.models import Article, Correction, PastSlug
from benchmarks import generate
from comments import conversation, figures, follow_mail, held_mail, receipts, transparency, triage
from comments.models import (
    Comment,
    Decision,
    Follow,
    ModeratorMail,
    Notice,
    Policy,
    Report,
    Tally,
    Thread,
    Writer,
)
from tests.factories import make_author_user, make_editor, make_moderator
from tests.plans import Watch, answered_by_index

pytestmark = pytest.mark.django_db

ARTICLES, EACH = 3_000, 8


class Large:
    """The large site, its staff, and an article with the usual number of comments."""

    max_: User
    ada: User
    jonas: User
    article: Article
    page: str
    section: str
    tag: str
    long: Article
    author = "author-3"
    publisher = "publisher-3"


@pytest.fixture(scope="module")
def large(django_db_setup: None, django_db_blocker: Any) -> Iterator[Large]:
    """Make the site once for the module, inside a transaction that is rolled back after it."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(generate, "_analyse", lambda: None)  # it would end the transaction on PostgreSQL
        with transaction.atomic():
            made = generate.generate(ARTICLES, EACH)
            large = Large()
            large.max_, large.ada, large.jonas = make_moderator(), make_editor(), make_author_user()
            large.page, large.section, large.tag = made.article, made.section, made.tag
            large.article = Article.objects.get(slug=made.article.split("/")[3])
            large.long = Article.objects.get(slug=made.threads[2_000].split("/")[3])
            _age(large)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
                if connection.vendor == "postgresql":
                    cursor.execute("SET LOCAL random_page_cost = 1.1")  # as on a disk without moving parts
            yield large
            transaction.set_rollback(True)
        connection.close()


@pytest.fixture(autouse=True)
def _small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk's bounds in the measure of this site, so that a list that keeps to none is found."""
    monkeypatch.setattr(paging, "COUNTED", 100)
    monkeypatch.setattr(paging, "SEARCHED", 300)
    monkeypatch.setattr(paging, "DEEPEST", 400)


def _age(large: Large) -> None:
    """Give the site what is not generated: decisions, corrections, past slugs, drafts, a pin, closed threads."""
    now = timezone.now()
    with connection.cursor() as cursor:
        digest = "md5(id::text)" if connection.vendor == "postgresql" else "printf('%064d', id)"
        cursor.execute(
            f"""
            INSERT INTO comments_decision (comment_id, article_id, was, became, by_id, channel, reason, reason_before,
                rule, made_at, previous, digest, act, about)
            SELECT id, article_id, 'pending', status, %s, 'queue', reason, '', rule, decided_at, '', {digest},
                'decide', ''
            FROM comments_comment WHERE status <> 'pending' ORDER BY decided_at, id
            """,
            [large.max_.pk],
        )
    numbers = range(1, ARTICLES // 4)
    Correction.objects.bulk_create(
        Correction(article_id=pk, kind="update", text="More is known.", made_at=now - timedelta(hours=pk))
        for pk in numbers
    )
    PastSlug.objects.bulk_create(PastSlug(article_id=pk, slug=f"past-{pk}") for pk in numbers)
    Article.objects.bulk_create(
        Article(
            headline=f"Draft {number}",
            slug=f"draft-{number}",
            created_by=large.jonas,
            edited_at=now - timedelta(minutes=number),
        )
        for number in range(20)
    )
    due = [Article(headline=f"Due {n}", slug=f"due-{n}", state="published", section_id=2) for n in range(3)]
    for hours, each in enumerate(due, 1):
        each.publish_at = now + timedelta(hours=hours)
    Article.objects.bulk_create(due)
    Article.objects.filter(pk=ARTICLES - 50).update(pinned_until=now + timedelta(days=1))
    Thread.objects.filter(pk__in=range(1, 10)).update(mode="closed")
    Comment.objects.filter(pk__in=range(10, 10_000, 10)).update(reported_at=F("created_at"))
    Tally.move("reported", Comment.objects.filter(reported_at__isnull=False).count())
    Report.objects.bulk_create(
        Report(
            comment_id=10 * (number % 900 + 1),
            reason="spam",
            state="dismissed" if number % 3 else "open",
            network=f"10.{number % 250}.{number // 900}.0/24",
            made_at=now - timedelta(minutes=number),
        )
        for number in range(9_000)
    )
    Notice.objects.bulk_create(
        Notice(comment_id=report.comment_id, report=report, due_at=report.made_at, state="dismissed", handled_at=now)
        for report in Report.objects.filter(state="dismissed")[:4_000]
    )
    Comment.objects.filter(pk__in=range(10, 10_000, 20), status="approved").update(featured=True)


def test_the_watch_finds_what_it_is_for(large: Large) -> None:
    """A table read whole, one sorted, and a long walk along an index: each is a fault."""
    for rows in (
        Article.objects.filter(kicker="none"),
        Comment.objects.order_by("name")[:3],
        Comment.objects.filter(status="approved", name="Nobody").order_by("created_at")[:3],
    ):
        watch = Watch()
        with connection.execute_wrapper(watch):
            list(rows)
        assert watch.faults, rows.query


# What readers ask.


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/?page=2", "/?page=150", "/archive/", "/corrections/", "/feeds/latest/"),
        *("/sitemap.xml", "/sitemap-lists.xml", "/sitemap-news.xml", "/feeds/corrections/", "/past-7/", "/nothing/"),
    ],
)
def test_a_page_of_the_whole_site_reads_little(large: Large, client: Client, path: str) -> None:
    with answered_by_index():
        assert client.get(path).status_code in (200, 301, 404)


@pytest.mark.parametrize("kind", ["sections", "tags", "authors", "publishers"])
@pytest.mark.parametrize("query", ["", "?page=3"])
def test_a_page_of_a_list_reads_little(large: Large, client: Client, kind: str, query: str) -> None:
    slug = {"sections": "section-2", "tags": "tag-5", "authors": "author-3", "publishers": "publisher-3"}[kind]
    with answered_by_index(4):
        assert client.get(f"/{kind}/{slug}/{query}").status_code == 200


@pytest.mark.parametrize("deep", [0, 700, 2_400])
def test_a_slice_of_a_shelf_starts_at_a_kept_position(large: Large, deep: int) -> None:
    with answered_by_index(3):
        assert len(lists.ShelfList("front", Article.objects.for_cards())[deep : deep + 18]) == 18


def test_the_newest_of_some_shelves_are_the_ends_of_as_many_ranges(large: Large) -> None:
    with answered_by_index():
        assert len(shelves.newest_on(["front", "section:2", "tag:5"], 40)) == 120


def test_an_article_and_its_conversation_read_little(large: Large, client: Client) -> None:
    with answered_by_index(6):
        assert client.get(large.page).status_code == 200


def test_what_is_due_next_is_one_look(large: Large) -> None:
    with answered_by_index():
        assert Article.objects.next_due()


def test_a_part_of_the_sitemap_is_a_span_of_keys(large: Large, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.sitemaps.PART", 500)
    with answered_by_index():
        assert client.get("/sitemap-3.xml").content.count(b"<url>") > 400


@pytest.mark.parametrize("order", ["", "newest"])
@pytest.mark.parametrize("number", ["", "15"])
def test_a_page_of_a_long_conversation_is_one_range(large: Large, order: str, number: str) -> None:
    with answered_by_index(3):
        assert conversation.page_of(large.long, number=number, order=order).entries


def test_a_permalink_finds_its_page(large: Large, client: Client) -> None:
    last = Comment.objects.filter(article=large.long).order_by("-pk").first()
    assert last
    with answered_by_index(2):
        assert "?page=20#" in client.get(f"/comments/{last.pk}/").url


# What writers ask.


def test_a_post_is_weighed_by_index(large: Large) -> None:
    comment = Comment(article=large.article, name="Rita Moreau", text="A remark.", network="10.1.1.0/24")
    comment.writer = Writer.objects.get(pk=7)
    book = triage.Book.current()  # small tables, read whole once a process
    slow = triage.Opening(True, paces=(triage.Pace(300, "section"),))
    with answered_by_index(3):
        same = triage.same_words(comment)
        triage.same_post(comment, "rita@reader.example", same)
        triage.repeats(comment, same)
        triage.floods(comment)
        triage.goes_too_fast(comment, slow)
        triage.triage(comment, book)


def test_a_comment_is_entered_and_decided_by_index(large: Large) -> None:
    comment = Comment(
        article=large.article, name="Rita Moreau", text="Another remark.", writer=Writer.objects.get(pk=7)
    )
    with answered_by_index(10):
        comment.enter()
        comment.approve(by=large.max_)
        comment.withdraw()


def test_the_rounds_of_mail_read_on_by_index(large: Large) -> None:
    """The followers of a long conversation are to hear of a reply, an address is to be asked, a moderator told."""
    mine = Comment.objects.filter(article=large.long, status="approved", writer__isnull=False).order_by("pk")[:40]
    follow_mail.look_for_mail()
    for number, comment in enumerate(mine):
        Follow.ask(comment, scope="all" if number % 2 else "replies")
    Writer.objects.filter(pk__in=[comment.writer_id for comment in mine[:20]]).update(confirmed_at=timezone.now())
    ModeratorMail(user=large.max_).choose("at-once")
    noor = Writer.of("noor@reader.example")
    reply = Comment(article=large.long, parent=mine[0], name="Noor", text="A reply.", writer=noor)
    reply.enter()
    reply.approve(by=large.max_)
    Comment(article=large.long, name="Noor", text="Another.", writer=noor).enter()
    User.objects.filter(pk=large.max_.pk).update(email="max@news.example")
    followed = Follow.objects.filter(writer__confirmed_at__isnull=False).earliest("pk").pk
    with answered_by_index(10):
        assert follow_mail.look_for_mail() > 1
        assert held_mail.look_for_held() == 1
        follow_mail.mail_replies.func(followed)
        follow_mail.forget_old()
        held_mail.forget_told()
    with answered_by_index(3):
        assert follow_mail.look_for_mail() == 0
        assert held_mail.look_for_held() == 0


def test_an_article_is_published_by_index(large: Large) -> None:
    draft = Article.objects.get(slug="draft-3")
    draft.section_id = 2
    with answered_by_index(10):
        draft.publish(by=large.ada)
        shelves.refile(draft)


def test_a_report_is_taken_and_answered_by_index(large: Large) -> None:
    comment = Comment.objects.published().filter(reported_at__isnull=False).first()
    assert comment
    with answered_by_index(20):
        assert comment.report(reason="abuse", network="10.7.3.0/24") is not None
        assert comment.dismiss_reports(by=large.max_) is not None
        assert comment.reject(by=large.max_, reason="insult") is not None


def test_the_figures_are_counted_on_and_printed_by_index(large: Large, client: Client) -> None:
    with answered_by_index(10):
        assert transparency._count_batch(timezone.now()) == 2 * transparency.BATCH
        assert client.get("/comments/transparency/").status_code == 200


def test_a_page_of_the_public_log_reads_little(large: Large, client: Client) -> None:
    Policy(public_log=True).save()
    middle = Decision.objects.order_by("pk")[5_000].pk
    for path in ("/comments/log/", f"/comments/log/{middle}/"):
        with answered_by_index(3):
            assert client.get(path).status_code == 200


def test_a_receipt_knows_place_and_wait(large: Large) -> None:
    pending = list(Comment.objects.pending())
    comment = pending[len(pending) // 2]
    with answered_by_index(4):
        assert receipts.place_in_queue(comment).number == len(pending) // 2 + 1
        assert receipts.usual_wait()


# What the desk asks.


@pytest.mark.parametrize("query", ["", "?state=overdue", "?state=dismissed", "?state=dismissed&p=2"])
def test_the_notices_read_little(large: Large, client: Client, query: str) -> None:
    client.force_login(large.max_)
    with answered_by_index(4):
        assert client.get(f"/admin/comments/notice/{query}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *("", "?p=19", "?folder=spam", "?folder=rejected", "?folder=approved", "?folder=withdrawn"),
        *("?folder=approved&p=20", "?rule=hold_everything", "?folder=approved&rule=links", "?article=1501"),
        *("?section=section-2", "?links=yes", "?q=an", "?age=week", "?folder=approved&age=day"),
        *("?folder=approved&rule=links&age=week", "?article=1501&age=hour", "?folder=reported", "?folder=featured"),
        *("?folder=reported&q=an", "?folder=reported&age=day", "?folder=reported&rule=links", "?folder=featured&q=an"),
    ],
)
def test_the_queue_reads_little(large: Large, client: Client, query: str) -> None:
    client.force_login(large.max_)
    with answered_by_index(5):
        assert client.get(f"/admin/comments/comment/{query}").status_code == 200


def test_a_folder_whose_kept_count_is_too_low_is_not_read_whole(large: Large, client: Client) -> None:
    client.force_login(large.max_)
    with transaction.atomic():
        Tally.objects.filter(status="pending").update(count=0)
        with answered_by_index(5):
            assert client.get("/admin/comments/comment/").content.count(b'<li class="item"') == 20
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "query", ["?folder=approved&q=nowhere", "?folder=approved&section=none", "?folder=approved&links=yes"]
)
def test_what_no_index_answers_looks_at_the_first_of_a_folder(large: Large, client: Client, query: str) -> None:
    client.force_login(large.max_)
    with answered_by_index(5):
        html = client.get(f"/admin/comments/comment/{query}").content.decode()
    assert "were looked through" in html


def test_one_comment_on_the_desk_reads_little(large: Large, client: Client) -> None:
    client.force_login(large.max_)
    for comment in (Comment.objects.pending()[400], Comment.objects.filter(article=large.article).earliest("pk")):
        with answered_by_index(5):
            assert client.get(f"/admin/comments/comment/{comment.pk}/change/").status_code == 200


def test_the_figures_read_the_end_of_the_log(large: Large, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "LOOKED_AT", 700)
    client.force_login(large.max_)
    with answered_by_index(4):
        assert client.get("/admin/comments/comment/figures/").status_code == 200


@pytest.mark.parametrize("query", ["", "?page=2"])
def test_the_card_of_a_writer_reads_little(large: Large, client: Client, query: str) -> None:
    client.force_login(large.max_)
    busiest = Writer.objects.order_by("-approved_count").values_list("pk", flat=True)[0]
    with answered_by_index(8):
        assert client.get(f"/admin/comments/writer/{busiest}/{query}").status_code == 200
    with answered_by_index(5):
        assert client.get(f"/admin/comments/comment/?folder=approved&writer={busiest}").status_code == 200


@pytest.mark.parametrize("query", ["", "?p=8", "?mode__exact=closed", "?q=nowhere"])
def test_the_list_of_threads_reads_little(large: Large, client: Client, query: str) -> None:
    client.force_login(large.max_)
    with answered_by_index(3):
        assert client.get(f"/admin/comments/thread/{query}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *("", "?p=16", "?state=draft", "?state=in_review", "?state=scheduled", "?state=published", "?state=withdrawn"),
        *("?state=published&p=16", "?section=section-2", "?section=section-2&state=draft", "?ai=generated"),
        *("?byline=author-3", "?q=nowhere", "?q=an", "?q=https://news.example/2026/03/past-7/"),
    ],
)
def test_the_list_of_articles_reads_little(large: Large, client: Client, query: str) -> None:
    client.force_login(large.ada)
    with answered_by_index(8):
        assert client.get(f"/admin/articles/article/{query}").status_code == 200


def test_an_author_sees_the_own_articles_by_index(large: Large, client: Client) -> None:
    client.force_login(large.jonas)
    with answered_by_index(5):
        html = client.get("/admin/articles/article/").content.decode()
    assert html.count('scope="row"') == 20


@pytest.mark.parametrize("who", ["max_", "ada", "jonas"])
def test_the_desk_of_today_reads_little(large: Large, client: Client, who: str) -> None:
    client.force_login(getattr(large, who))
    with answered_by_index(3):
        assert client.get("/admin/").status_code == 200


def test_an_article_opens_on_the_desk_by_index(large: Large, client: Client) -> None:
    client.force_login(large.ada)
    with answered_by_index(5):
        assert client.get(f"/admin/articles/article/{large.article.pk}/change/").status_code == 200
