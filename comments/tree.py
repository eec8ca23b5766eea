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
    own = f"{pk:0{WIDTH}x}"
    if parent is None:
        return own, 0
    if parent.depth + 1 < MAX_DEPTH:
        return parent.path + own, parent.depth + 1
    return parent.path[:-WIDTH] + own, parent.depth


def below(path: str) -> tuple[str, str]:
    """Return the half-open range of paths of a comment and everything below it."""
    return path, path + "g"
