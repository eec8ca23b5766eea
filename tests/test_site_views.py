"""The site's own small pages: health, robots.txt, security.txt, and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory

from tests.factories import make_editor

pytestmark = pytest.mark.django_db
NAME = "heroes/ab/" + "ab" * 12 + ".webp"


def test_the_process_says_that_it_lives(client: Client) -> None:
    answer = client.get("/-/live")
    assert (answer.status_code, answer.content) == (200, b"live\n")
    assert "no-cache" in answer.headers["Cache-Control"]


def test_the_process_is_ready_while_the_database_answers(client: Client) -> None:
    assert client.get("/-/ready").content == b"ready\n"


def test_a_process_without_its_database_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise DatabaseError("no route to 10.0.0.7")

    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/-/ready")
    assert answer.status_code == 503
    assert b"10.0.0.7" not in answer.content


def test_health_is_answered_in_plain_http(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/-/live").status_code == 200
    assert client.get("/-/ready").status_code == 200
    assert client.get("/robots.txt").status_code == 301


def test_robots_are_kept_from_private_pages_and_shown_the_sitemap(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    lines = text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /admin/", "Disallow: /comments/on/", "Disallow: /comments/receipt/"} <= set(lines)
    assert "Sitemap: https://news.example/sitemap.xml" in lines


def test_security_txt_names_the_contact_and_an_end(client: Client, settings: Any) -> None:
    settings.CONTACT_EMAIL = "newsroom@news.example"
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert lines[0] == "Contact: mailto:newsroom@news.example"
    assert lines[1].startswith("Expires: 20")
    assert client.get("/.well-known/security.txt").content == "\n".join([*lines, ""]).encode()


def test_without_a_contact_there_is_no_security_txt(client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


def test_a_kept_picture_is_served_for_ever(client: Client, settings: Any) -> None:
    file = Path(settings.MEDIA_ROOT) / NAME
    file.parent.mkdir(parents=True)
    file.write_bytes(b"RIFF....WEBP")
    answer = client.get(f"/media/{NAME}")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"RIFF....WEBP"
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    answer.close()


@pytest.mark.parametrize(
    "name",
    [
        NAME,  # the right form, but nothing there
        "../db.sqlite3",
        "heroes/../../db.sqlite3",
        "heroes/%2e%2e/%2e%2e/secret-key",
        "heroes/ab/" + "ab" * 12 + ".webp/../../../../secret-key",
        "heroes/ab/" + "ab" * 12 + ".html",
        "heroes/ab/" + "AB" * 12 + ".webp",
        "heroes/ab/" + "ab" * 12 + ".webp%0a",
        "heroes/ab/" + "ab" * 12 + ".webp%00",
        "private.webp",
        "heroes/",
        "",
    ],
)
def test_nothing_but_a_kept_picture_can_be_asked_for(client: Client, settings: Any, name: str) -> None:
    root = Path(settings.MEDIA_ROOT)
    (root / "heroes" / "ab").mkdir(parents=True)
    for secret in (root / "private.webp", root.parent / "secret-key", root.parent / "db.sqlite3"):
        secret.write_text("secret", "utf-8")
    answer = client.get(f"/media/{name}")
    assert answer.status_code == 404
    assert b"secret" not in answer.content.replace(b"secret-key", b"")


@pytest.mark.parametrize(
    "address", ["/-/live", "/-/ready", "/robots.txt", "/.well-known/security.txt", f"/media/{NAME}"]
)
def test_the_small_pages_take_no_other_method(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
    assert client.delete(address).status_code == 405


def test_a_content_type_that_cannot_be_read_is_none() -> None:
    from newsblog.wsgi import Request

    for kind in ("text/plain; charset*=bogus''utf-8", "text/plain; charset=bogus"):
        request = Request(RequestFactory()._base_environ(CONTENT_TYPE=kind))
        assert request.content_type in ("", "text/plain")


@pytest.mark.django_db
def test_a_login_that_was_to_lead_elsewhere_leads_to_the_desk(client: Client) -> None:
    make_editor()
    sent = {"username": "ada", "password": "a long enough password", "next": "//elsewhere.example/"}
    assert client.post("/admin/login/", sent).headers["Location"] == "/admin/"
