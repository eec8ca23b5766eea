"""Posts that are no form, come from another site, or hold a token that is none: a sentence, and no text lost."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from comments import forms
from comments.models import Comment
from tests.comments.posting import FORM, RITA, altered, body, post, raw, text
from tests.factories import make_article

pytestmark = pytest.mark.django_db


# Requests that are no form.


def test_a_huge_request_is_refused_without_being_read(client: Client) -> None:
    article = make_article()

    class Untouched:
        def read(self, *args: int) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    response = client.generic(
        "POST",
        f"/comments/on/{article.slug}/",
        b"",
        content_type=FORM,
        CONTENT_LENGTH=str(10_000_000),
        **{"wsgi.input": Untouched()},
    )
    assert response.status_code == 413
    assert "far more than a comment can hold" in text(response)


def test_a_long_comment_that_still_fits_the_request_is_kept(client: Client) -> None:
    response = post(client, make_article(), comment="word " * 5_000)
    assert response.status_code == 422
    assert "word word word" in text(response)


@pytest.mark.parametrize("length", ["many", "-5", "", "1e9"])
def test_a_length_that_is_none_is_no_fault_of_ours(client: Client, length: str) -> None:
    article = make_article()
    assert raw(client, article, body(article), CONTENT_LENGTH=length).status_code in (400, 422)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", ""])
def test_another_content_type_is_refused_with_a_sentence(client: Client, kind: str) -> None:
    response = raw(client, make_article(), b"{}", kind)
    assert response.status_code == 415
    assert "A comment is sent as a form" in text(response)


def test_a_broken_multipart_body_is_refused_with_a_sentence(client: Client) -> None:
    article = make_article()
    assert raw(client, article, b"nonsense", "multipart/form-data").status_code == 400
    assert raw(client, article, b"--x\r\nnonsense", "multipart/form-data; boundary=x").status_code in (400, 422)
    assert raw(client, article, b"&".join(b"a=1" for _ in range(2000))).status_code == 400


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_another_method_is_refused_with_what_is_allowed(client: Client, method: str) -> None:
    response = getattr(client, method)(f"/comments/on/{make_article().slug}/")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, POST"


# Where it comes from.


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
def test_a_post_from_another_site_is_refused_with_the_text_kept(client: Client, headers: dict[str, str]) -> None:
    response = post(client, make_article(), headers=headers)
    assert response.status_code == 403
    assert "came from another site" in text(response)
    assert RITA["comment"] in text(response)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "http://testserver"}, {}]
)
def test_a_post_from_our_own_page_is_taken(client: Client, headers: dict[str, str]) -> None:
    assert post(client, make_article(), headers=headers).status_code == 303


@pytest.mark.usefixtures("noon")
def test_a_token_holds_five_weeks_and_not_six(client: Client) -> None:
    article = make_article(publish_at=timezone.now() - timedelta(days=100))
    now = timezone.now()
    with time_machine.travel(now - timedelta(weeks=4), tick=False):
        old = forms.form_token(article)
    with time_machine.travel(now - timedelta(weeks=5), tick=False):
        older = forms.form_token(article)
    assert post(client, article, token=old).status_code == 303
    refused = post(client, article, token=older, comment="A later thought.")
    assert refused.status_code == 422
    assert "This page had been open for too long." in text(refused)
    assert "A later thought." in text(refused)
    assert f'value="{forms.form_token(article)}"' in refused.content.decode(), "the next press works"


def test_a_token_of_another_article_a_forged_one_and_none_are_refused(client: Client) -> None:
    article, other = make_article(), make_article()
    forged = altered(forms.form_token(article))
    for token in (forms.form_token(other), forged, "", "x", "9" * 500, None):
        assert post(client, article, token=token).status_code == 422
    assert not Comment.objects.exists()


def test_the_token_has_the_same_bytes_all_week() -> None:
    article = make_article()
    with time_machine.travel("2026-11-19T00:00:01Z", tick=False):
        first = forms.form_token(article)
    with time_machine.travel("2026-11-25T23:59:58Z", tick=False):
        assert forms.form_token(article) == first


@pytest.mark.parametrize("fraction", [0.0, 0.4, 0.6, 0.99])
def test_no_form_was_asked_for_after_it_was_posted(fraction: float) -> None:
    now = time.time() // 1 + fraction
    token = forms.form_token(make_article(), now=now)
    with time_machine.travel(datetime.fromtimestamp(now, tz=UTC), tick=False):
        since = forms.seconds_since(token)
    assert since is not None
    assert 0 <= since < 1
