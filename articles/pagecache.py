"""Whole-page cache for readers who are not signed in; knows no model.

Views say which keys their page ``carries()``, model methods say which they ``expire()``.
"""

from __future__ import annotations


def carries(*keys: str) -> None:
    """Say that the page being rendered shows the things behind these keys."""


def expire(*keys: str) -> None:
    """Once the running transaction is committed, no stored page that carries one of these keys is valid."""
