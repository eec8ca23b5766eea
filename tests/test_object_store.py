"""Pictures in an S3-compatible store, spoken to over a real connection on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.utils.module_loading import import_string

from articles import images
from newsblog.settings import object_store
from tests.factories import picture_file

PUBLIC = "https://pictures.news.example/"


class Store(BaseHTTPRequestHandler):
    """As much of the protocol as pictures need: put, look, get."""

    kept: dict[str, bytes] = {}
    headers_of: dict[str, dict[str, str]] = {}

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.kept[self.path] = body
        self.headers_of[self.path] = {name.lower(): value for name, value in self.headers.items()}
        self.answer(200, b"")

    def do_HEAD(self) -> None:
        self.answer(200 if self.path in self.kept else 404, self.kept.get(self.path, b""))

    def do_GET(self) -> None:
        self.do_HEAD()

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Mon, 02 Mar 2026 12:00:00 GMT")
        self.send_header("ETag", '"etag"')
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def store() -> Iterator[Any]:
    pytest.importorskip("storages.backends.s3", reason="requirements-scale.txt is not installed")
    Store.kept.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = object_store(f"s3+http://key:sec%2Fret@127.0.0.1:{server.server_port}/bucket?region=eu-1", PUBLIC)
    yield import_string(made["BACKEND"])(**made["OPTIONS"])
    server.shutdown()
    server.server_close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_picture_and_its_copies_are_kept_and_shown_from_the_public_address(store: Any) -> None:
    name = store.save("heroes/" + images.clean(picture_file()).name, images.clean(picture_file()))
    assert store.url(name) == PUBLIC + name
    assert store.exists(name)
    assert not store.exists("heroes/other.webp")
    images.make_copies(name, store)
    kept = {path.rpartition("/")[2].split("?")[0] for path in Store.kept}
    assert {name.rpartition("/")[2], images.copy_name(name, 400).rpartition("/")[2]} <= kept
    assert all("immutable" in headers["cache-control"] for headers in Store.headers_of.values())


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_what_was_kept_is_read_back(store: Any) -> None:
    name = store.save("heroes/a.webp", ContentFile(b"picture"))
    with store.open(name) as file:
        assert file.read() == b"picture"


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("s3://host/bucket", PUBLIC),
        ("s3://key:secret@host", PUBLIC),
        ("https://key:secret@host/bucket", PUBLIC),
        ("s3://key:secret@host/bucket", "/media/"),
    ],
)
def test_an_address_that_does_not_say_enough_stops_the_start(url: str, public: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="MEDIA"):
        object_store(url, public)
