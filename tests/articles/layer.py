"""The layer of stored pages over a small application whose every call is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from articles.generations import Generations, LocalMap
from articles.pagecache import PageCache, carries, until


class Site:
    """An application of one changeable text, and the layer in front of it."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.text = "first words " * 100
        self.status = "200 OK"
        self.headers: list[tuple[str, str]] = [("Content-Type", "text/html; charset=utf-8")]
        self.keys: tuple[str, ...] = ("article:7",)
        self.calls = 0
        self.asked: list[dict[str, Any]] = []
        self.due: datetime | None = None
        self.until: datetime | None = None
        self.meanwhile: Callable[[], None] = lambda: None
        self.generations = options.pop("known", None) or Generations(LocalMap(folder / "generations"))
        self.layer = PageCache(
            self.application,
            next_due=lambda: self.due,
            is_session=lambda value: value == "signed",
            folder=folder / "pages",
            known=self.generations,
            release=options.pop("release", "one"),
            **options,
        )
        self.layer.shows = True

    def application(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.calls += 1
        self.asked.append(dict(environ))
        text = self.text
        self.meanwhile()
        carries(*self.keys)
        until(self.until)
        start_response(self.status, list(self.headers))
        return [text.encode()]

    def get(self, path: str = "/", **environ: str) -> Answer:
        begun: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            begun[:] = [status, headers]

        path, _, query = path.partition("?")
        asked = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "news.example",
            "wsgi.url_scheme": "https",
            **environ,
        }
        body = b"".join(self.layer(asked, start))
        return Answer(begun[0], {name.lower(): value for name, value in begun[1]}, body)


class Answer:
    def __init__(self, status: str, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = int(status[:3]), headers, body
        self.how = headers.get("x-cache")
