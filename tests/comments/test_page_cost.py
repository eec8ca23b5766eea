"""What an article's page asks of the database, as production asks it: through the page cache, each act committed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import fragments, kept
from articles.models import Article
from comments.models import Comment, Policy
from newsblog.wsgi import application
from tests.factories import make_article, make_comment, make_moderator, make_publisher

pytestmark = pytest.mark.django_db(transaction=True)
TAGS = ("Linux", "Rust")
WARM, STARTED = 8, 12  # queries; the second for the first page of a process, which reads what it keeps from then on


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    fragments.forget()
    kept.forget()
    yield
    fragments.forget()


@pytest.fixture
def statements() -> Callable[[str], list[str]]:
    """What the rendering of a page that the store does not have asks."""

    def asked(address: str) -> list[str]:
        begun: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address,
            "QUERY_STRING": "",
            "HTTP_HOST": "localhost",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
        }
        with CaptureQueriesContext(connection) as captured:
            body = b"".join(application(environ, lambda status, headers, error=None: begun.append(status)))
        assert begun == ["200 OK"]
        assert b'id="comments"' in body
        return [query["sql"] for query in captured]

    return asked


def story(headline: str) -> Article:
    made = make_article(
        headline,
        tags=TAGS,
        authors=("Ada King", "Jonas Weil"),
        source_publisher=make_publisher(),
        publish_at=timezone.now() - timedelta(days=2),
    )
    root: Comment | None = None
    for number in range(100):
        comment = make_comment(made, parent=root if number % 4 else None)
        root = root if number % 4 else comment
    return made


def test_an_article_with_a_hundred_comments_costs_eight_queries(statements) -> None:
    for number in range(3):
        make_article(f"Other {number}", tags=TAGS)
    make_article("To come", publish_at=timezone.now() + timedelta(days=1))
    first, second, third = story("First"), story("Second"), story("Third")
    begun = statements(first.get_absolute_url())
    assert len(begun) <= STARTED, "\n".join(begun)
    warm = statements(second.get_absolute_url())
    assert len(warm) <= WARM, "\n".join(warm)
    make_comment(second)  # and after a change, only what the change touched
    again = statements(second.get_absolute_url())
    assert len(again) <= 4, "\n".join(again)
    picked = Comment.objects.filter(article=third).order_by("-pk")[0]
    picked.feature(by=make_moderator())
    assert len(statements(third.get_absolute_url())) <= WARM + 1  # what the newsroom picked is asked for where there is


def test_what_the_process_keeps_is_right_at_once(statements) -> None:
    article = make_article()
    statements(article.get_absolute_url())
    Policy(announcement="Be kind.").save()
    assert any("comments_policy" in sql for sql in statements(article.get_absolute_url()))
