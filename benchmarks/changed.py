"""The site as it is after a change: each request renders its page anew, with the parts that the change left alone.

A stored page's life is over at once, so that none is sent twice; parts of pages live by their keys as always.
Compression of the stored copy is not counted (design.md, 8), so nothing is compressed.
"""

from __future__ import annotations

from articles import pagecache, pagestore


def _plain(page: pagestore.Page) -> None:
    page.set_answers({"identity": page.body})


pagecache.LIFE = -1.0
setattr(pagestore.Page, "pack", _plain)  # noqa: B010 - a method is put in the place of another

from newsblog.wsgi import application  # noqa: E402

__all__ = ["application"]
