"""A comment's place in its thread: a path that sorts a whole conversation in reading order.

A path is the path of the parent followed by the comment's own id, as fixed-width hexadecimal. Digits and the
letters a to f alone sort alike under every collation, so no separator and no special collation is needed, and
everything below a comment is one range of the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comments.models import Comment

WIDTH = 11  # hexadecimal digits of an id: room for 17 million million comments
MAX_DEPTH = 6  # Deeper replies stand beside their parent, with a link to it: a phone has no room for more.


def place(pk: int, parent: Comment | None) -> tuple[str, int]:
    """Return path and depth (0 for an answer to the article) of a comment with this id under this parent."""
    if parent is None:
        return step(pk), 0
    if parent.depth + 1 < MAX_DEPTH:
        return parent.path + step(pk), parent.depth + 1
    return parent.path[:-WIDTH] + step(pk), parent.depth


def below(path: str) -> tuple[str, str]:
    """Return the half-open range of paths of a comment and everything below it."""
    return path, path + "g"


def root(path: str) -> int:
    """Return the id of the comment that starts the thread."""
    return int(path[:WIDTH], 16)


def ancestors(path: str) -> list[str]:
    """Return the paths above a path, the root's first."""
    return [path[:end] for end in range(WIDTH, len(path), WIDTH)]


def own(path: str) -> int:
    """Return the id of the comment that stands at a path."""
    return int(path[-WIDTH:], 16)


def step(pk: int) -> str:
    """Return the last step of the path of the comment with this id."""
    return f"{pk:0{WIDTH}x}"
