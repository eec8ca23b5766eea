"""The security headers are on every kind of answer, errors and files too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from whitenoise import WhiteNoise

from newsblog.static import is_immutable, static_headers
from tests.factories import make_article, make_editor

pytestmark = pytest.mark.django_db


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("Nobody expected this.")


urlpatterns = [path("breaks/", breaks), path("", include("newsblog.urls"))]

PUBLIC = {
    "/": 200,
    "/nothing/here/": 404,
    "/robots.txt": 200,
    "/-/live": 200,
    "/-/ready": 200,
    "/feeds/latest/": 200,
    "/sitemap.xml": 200,
    "/media/heroes/zz/nothing.webp": 404,
    "/breaks/": 500,
    "/admin/": 302,
    "/admin/login/": 200,
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def reader(settings: Any) -> Client:
    """A reader of a server: HTTPS, and every answer seen, even one that is our fault."""
    settings.ROOT_URLCONF = __name__
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("address", "status"), PUBLIC.items())
def test_every_answer_carries_the_headers(reader: Client, address: str, status: int) -> None:
    make_article()
    answer = reader.get(address, secure=True)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_a_public_page_allows_no_inline_script_by_any_means(reader: Client) -> None:
    article = make_article()
    policy = reader.get(article.get_absolute_url(), secure=True).headers["Content-Security-Policy"]
    assert "nonce-" not in policy
    assert "sha256-" not in policy
    assert "*" not in policy
    assert "https:" not in policy


def test_the_desk_of_somebody_signed_in_has_a_strict_policy_too(reader: Client) -> None:
    reader.force_login(make_editor())
    answer = reader.get("/admin/", secure=True)
    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]


def test_plain_http_is_sent_to_https(reader: Client) -> None:
    answer = reader.get("/")
    assert answer.status_code == 301
    assert answer.headers["Location"].startswith("https://")


def test_an_error_of_ours_tells_nothing_of_the_code(reader: Client) -> None:
    answer = reader.get("/breaks/", secure=True)
    assert b"Traceback" not in answer.content
    assert b"Nobody expected" not in answer.content


def test_a_reader_gets_no_cookie(reader: Client) -> None:
    article = make_article()
    for address in ("/", article.get_absolute_url(), "/nothing/here/", "/feeds/latest/", "/search/?q=story"):
        assert reader.get(address, secure=True).cookies == {}, address


@pytest.mark.parametrize("https", [True, False])
def test_a_static_file_carries_what_matters_for_a_file(tmp_path: Path, settings: Any, https: bool) -> None:
    settings.HTTPS = https
    settings.SECURE_HSTS_SECONDS = 63_072_000
    (tmp_path / "site.0123456789ab.css").write_text("p { margin: 0 }", "utf-8")
    (tmp_path / "plain.css").write_text("p { margin: 0 }", "utf-8")
    (tmp_path / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    files = WhiteNoise(
        lambda environ, start: [],
        root=tmp_path,
        prefix="static/",
        immutable_file_test=is_immutable,
        add_headers_function=static_headers,
        allow_all_origins=False,
    )

    def headers_of(name: str) -> dict[str, str]:
        seen: dict[str, str] = {}
        environ = {"PATH_INFO": f"/static/{name}", "REQUEST_METHOD": "GET"}
        body = files(environ, lambda status, headers: seen.update(headers))
        getattr(body, "close", lambda: None)()
        return seen

    hashed, plain = headers_of("site.0123456789ab.css"), headers_of("plain.css")
    assert hashed["Cache-Control"] == "max-age=315360000, public, immutable"
    assert "immutable" not in plain["Cache-Control"]
    assert hashed["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in hashed
    assert ("Strict-Transport-Security" in hashed) is https
    picture = headers_of("icon.svg")
    assert picture["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'", "it can be a page"
    assert picture["Referrer-Policy"] == "same-origin"
    assert picture.keys() - hashed.keys() == {"Content-Security-Policy", "Referrer-Policy"}, "a style sheet cannot"


def test_the_desks_door_bears_the_sites_name_and_not_the_host(client: Client) -> None:
    page = client.get("/admin/login/").content.decode()
    assert "<b>newsblog</b> desk" in page
    assert "testserver" not in page
