"""Pages for what went wrong: they look like the site and say what to do next."""

from __future__ import annotations

import pytest
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.views import defaults

from tests.factories import make_article


@pytest.mark.django_db
def test_a_wrong_address_offers_search_and_the_latest_stories(client: Client) -> None:
    make_article("Still here", slug="still-here")
    answer = client.get("/2026/03/no-such-story/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "There is no story at this address." in page
    assert 'role="search"' in page
    assert "Still here" in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["No Article matches the given query.", "<Resolver404>", {"tried": []}])
def test_what_was_meant_for_developers_is_not_printed(rf, reason: object) -> None:
    page = defaults.page_not_found(rf.get("/x/"), Http404(reason)).content.decode()
    assert "We found nothing here" in page
    assert "matches the given query" not in page
    assert "Resolver404" not in page
    assert "tried" not in page


@pytest.mark.parametrize(
    ("handler", "status", "sentence"),
    [
        (lambda request: defaults.server_error(request), 500, "Something broke on our side"),
        (lambda request: defaults.bad_request(request, Exception()), 400, "We could not read that request"),
        (lambda request: defaults.permission_denied(request, Exception()), 403, "This is not yours to open"),
    ],
)
def test_our_own_faults_are_told_without_asking_the_database(rf, handler, status: int, sentence: str) -> None:
    answer = handler(rf.get("/"))  # without the mark for it, a query here fails the test
    assert answer.status_code == status
    page = answer.content.decode()
    assert sentence in page
    assert "css/site" in page
    assert "newsblog</title>" in page


def test_the_page_for_our_fault_stands_without_any_context() -> None:
    assert "Something broke on our side" in render_to_string("500.html")


@pytest.mark.django_db
def test_an_unknown_host_gets_the_plain_page(client: Client) -> None:
    answer = client.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400


@pytest.mark.django_db
def test_a_crash_in_a_view_is_the_page_for_our_fault(client: Client, monkeypatch) -> None:
    def broken(request: HttpRequest, number: int) -> None:
        raise RuntimeError

    monkeypatch.setattr("articles.metadata.for_front", broken)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()


def test_a_form_without_its_mark_is_told_so_on_a_page_of_ours() -> None:
    response = Client(enforce_csrf_checks=True).post("/search/")
    page = response.content.decode()
    assert response.status_code == 403
    assert "This was not taken" in page
    assert "<style" not in page
