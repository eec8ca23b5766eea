"""The shipped configuration of nginx, before an application that says what it was asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks import servers
from benchmarks.load import Reply, ask

PICTURE = "/media/heroes/0a/0123456789abcdef01234567-640.webp"


class Application(BaseHTTPRequestHandler):
    """Answers with the address as it came, and lets every page be kept for a minute."""

    asked: list[tuple[str, str]] = []
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        encoding = self.headers.get("Accept-Encoding", "")
        self.asked.append((self.path, encoding))
        body = self.path.encode()
        self.send_response(200)
        self.send_header("X-Accel-Expires", f"@{int(time.time()) + 60}")
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the test asks what came."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if not servers.NGINX:
        pytest.skip("NO NGINX here: what deploy/nginx.conf does stays unchecked")
    folder = tmp_path_factory.mktemp("nginx")
    var = folder / "var"
    for name, content in {
        "static/css/site.0123456789ab.css": "body {}",
        "static/css/site.0123456789ab.css.br": "packed",
        "static/css/.hidden": "not for readers",
        PICTURE.lstrip("/"): "a picture",
        "media/originals/0123456789abcdef01234567.jpg": "with the place where it was taken",
    }.items():
        file = var / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    application = ThreadingHTTPServer(("127.0.0.1", 0), Application)
    thread = threading.Thread(target=application.serve_forever, daemon=True)
    thread.start()
    try:
        with servers.nginx_site(folder / "run", [application.server_port], var) as server:
            yield server.port
    finally:
        application.shutdown()
        application.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def asked() -> list[tuple[str, str]]:
    Application.asked.clear()
    return Application.asked


def get(port: int, path: str, **headers: str) -> Reply:
    return ask(port, path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("sent", "becomes"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.4", "br"),
        ("GZIP", "gzip"),
        ("identity", ""),
        ("xbr", ""),
        ("", ""),
    ],
)
def test_a_page_is_asked_for_in_one_of_three_encodings(
    port: int, asked: list[tuple[str, str]], sent: str, becomes: str
) -> None:
    get(port, f"/encodings/{sent.encode().hex()}/", Accept_Encoding=sent)
    assert [encoding for _, encoding in asked] == [becomes]


def test_what_follows_readers_around_does_not_make_another_page(port: int, asked: list[tuple[str, str]]) -> None:
    for query in ("", "?utm_source=mail", "?utm_source=mail&utm_medium=x&fbclid=1", "?gclid="):
        assert get(port, f"/one/{query}").body == b"/one/"
    assert len(asked) == 1


@pytest.mark.parametrize("query", ["?page=2", "?page=2&utm_source=mail", "?utm_source=mail&page=2", "?xutm_source=1"])
def test_any_other_query_is_part_of_the_address(port: int, query: str) -> None:
    assert get(port, "/several/").body == b"/several/"
    assert get(port, f"/several/{query}").body == f"/several/{query}".encode()


def test_an_address_is_kept_as_it_was_sent(port: int) -> None:
    for path in ("/a/b/", "/a%2Fb/", "/A/b/", "/a//b/", "/a/%62/"):
        assert get(port, path).body == path.encode()


def test_who_may_be_signed_in_gets_nothing_that_was_kept(port: int, asked: list[tuple[str, str]]) -> None:
    get(port, "/signed-in/")
    for cookie in ("__Host-newsblog=1", "theme=dark; newsblog=1"):
        get(port, "/signed-in/", Cookie=cookie)
    assert len(asked) == 3
    get(port, "/signed-in/", Cookie="theme=dark; notnewsblog=1")
    assert len(asked) == 3


def test_static_files_come_packed_and_lasting(port: int, asked: list[tuple[str, str]]) -> None:
    packed = get(port, "/static/css/site.0123456789ab.css", Accept_Encoding="gzip, deflate, br")
    assert (packed.status, packed.body) == (200, b"packed")
    assert packed.headers["content-encoding"] == "br"
    assert packed.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in packed.headers["cache-control"]
    plain = get(port, "/static/css/site.0123456789ab.css")
    assert (plain.status, plain.body) == (200, b"body {}")
    assert "content-encoding" not in plain.headers
    assert get(port, "/static/css/site.0123456789ab.css.br").status == 404
    assert get(port, "/static/css/.hidden").status == 404
    assert asked == []


def test_pictures_are_sent_under_the_names_that_the_site_makes(port: int, asked: list[tuple[str, str]]) -> None:
    picture = get(port, PICTURE)
    assert (picture.status, picture.body, picture.headers["content-type"]) == (200, b"a picture", "image/webp")
    for path in ("/media/originals/0123456789abcdef01234567.jpg", "/media/", "/media/heroes/", f"{PICTURE}/x"):
        assert get(port, path).status == 404
    assert asked == []
