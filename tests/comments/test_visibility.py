"""What no moderator let through, or whose article is not public, shows on no surface."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.models import Comment
from comments.receipts import receipt_url
from tests.comments.posting import text
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

MARKS = ("Velvet Otter", "a most unusual walrus", "velvet-otter.example")


def marked(article: Article, status: str) -> Comment:
    return make_comment(article, MARKS[1], name=MARKS[0], website=f"https://{MARKS[2]}/", status=status)


def surfaces(article: Article) -> Iterable[str]:
    """Every public page that prints an article or a count of its comments."""
    yield article.get_absolute_url()
    yield article.get_absolute_url() + "?sort=newest"
    yield f"/comments/on/{article.slug}/"
    yield from ("/", "/sections/security/", "/authors/ada-king/", "/tags/linux/", "/archive/", "/feeds/latest/")
    yield from ("/feeds/latest/atom/", "/sitemap.xml", "/sitemap-news.xml", "/search/?q=story", "/search/?q=walrus")
    yield timezone.localtime(article.publish_at).strftime("/%Y/%m/")


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
def test_a_comment_that_is_not_approved_shows_nowhere_but_on_its_receipt(client: Client, status: str) -> None:
    article = make_article(tags=("Linux",))
    comment = marked(article, status)
    assert not comment.is_published
    for address in surfaces(article):
        page = text(client.get(address))
        for mark in MARKS:
            if not (mark in address or address.endswith("walrus")):
                assert mark not in page, address
    assert client.get(f"/comments/{comment.pk}/").status_code == 404
    assert client.get(f"/comments/on/{article.slug}/?reply={comment.pk}").status_code == 404
    assert MARKS[1] in text(client.get(receipt_url(comment)))


def test_an_approved_comment_shows_on_its_article_at_once(client: Client) -> None:
    article = make_article()
    comment = marked(article, "approved")
    assert comment.is_published
    page = text(client.get(article.get_absolute_url()))
    for mark in MARKS:
        assert mark in page
    assert client.get(f"/comments/{comment.pk}/").status_code == 302


@pytest.mark.parametrize(
    "fields",
    [
        {"state": Article.State.DRAFT},
        {"state": Article.State.IN_REVIEW},
        {"state": Article.State.WITHDRAWN},
        {"publish_at": timezone.now() + timedelta(days=400)},
    ],
)
def test_an_approved_comment_shows_nowhere_while_its_article_is_not_public(client: Client, fields: dict) -> None:
    article = make_article(tags=("Linux",), **fields)
    comment = marked(article, "approved")
    make_article(tags=("Linux",))  # so that the lists are there
    assert not comment.is_published
    assert not Comment.objects.published().exists()
    for address in surfaces(article):
        page = text(client.get(address))
        for mark in MARKS:
            if not address.endswith("walrus"):
                assert mark not in page, address
    assert client.get(f"/comments/{comment.pk}/").status_code == 404


@pytest.mark.parametrize("status", Comment.Status.values)
@pytest.mark.parametrize("state", ["published", "draft"])
@pytest.mark.parametrize("hours", [-1, 1])
def test_the_query_and_its_twin_agree(status: str, state: str, hours: int) -> None:
    article = make_article(state=state, publish_at=timezone.now() + timedelta(hours=hours))
    comment = make_comment(article, status=status)
    assert Comment.objects.published().filter(pk=comment.pk).exists() is comment.is_published


def test_lists_count_what_readers_see(client: Client) -> None:
    article = make_article()
    for status in Comment.Status.values:
        make_comment(article, status=status)
    make_comment(article)
    for address in ("/", "/sections/security/"):
        assert f'#comments">2<span class="visually-hidden"> comments: {article.headline}' in text(client.get(address))
