"""The guard itself: a page that asks the database in a loop fails its test, whatever kind of loop it is."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from zeal import NPlusOneError

from articles.models import Article
from comments.models import Thread
from tests import loops
from tests.factories import make_article, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def relations(request: HttpRequest) -> HttpResponse:
    """A fake page that fetches each article's section when it prints it."""
    return HttpResponse(", ".join(article.section.name for article in Article.objects.order_by("pk")))


def columns(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(article.headline for article in Article.objects.only("pk").order_by("pk")))


def questions(request: HttpRequest) -> HttpResponse:
    """A fake page that asks one thing after the other, of no relation."""
    keys = Article.objects.values_list("pk", flat=True)
    return HttpResponse(str([Thread.objects.filter(article=key).exists() for key in keys]))


def together(request: HttpRequest) -> HttpResponse:
    """The first page as it should be."""
    return HttpResponse(", ".join(article.section.name for article in Article.objects.select_related("section")))


urlpatterns = [path(f"{view.__name__}/", view) for view in (relations, columns, questions, together)]


@pytest.fixture(autouse=True)
def _stories() -> None:
    for number in range(loops.REPEATS + 1):
        make_article(section=make_section(f"Section {number}"))


def test_a_relation_fetched_in_a_loop_fails(client: Client) -> None:
    with pytest.raises(NPlusOneError, match=r"articles\.Article\.section"):
        client.get("/relations/")


def test_a_column_fetched_in_a_loop_fails(client: Client) -> None:
    with pytest.raises(NPlusOneError, match=r"articles\.Article\.headline"):
        client.get("/columns/")


def test_a_question_asked_in_a_loop_fails(client: Client) -> None:
    with pytest.raises(loops.QueryInALoop, match="comments_thread"):
        client.get("/questions/")


def test_a_join_passes(client: Client) -> None:
    assert client.get("/together/").status_code == 200
