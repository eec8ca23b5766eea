"""What the tests of the desk share: the queue's address, a waiting comment, and what a page shows."""

from __future__ import annotations

import re
from typing import Any

from articles.models import Article
from comments.models import Comment
from tests.factories import make_comment

QUEUE = "/admin/comments/comment/"


def pending(article: Article, text: str = "", **fields: Any) -> Comment:
    return make_comment(article, text, status="pending", **fields)


def shown(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<li class="item" id="c(\d+)"', html)]


def undo_in(html: str) -> dict[str, str]:
    """What the button of the sentence about the last act would post."""
    undo = re.search(r'name="undo" value="([\d,]+)"', html)
    assert undo
    return {"undo": undo[1]}
