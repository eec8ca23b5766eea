"""Sessions of staff, in the database; a session's key carries a signature of this site.

So the page cache can tell, without a query, a session from any other string in a cookie: only somebody who is
signed in can step past the stored copy of a page.
"""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

_RANDOM = 20  # characters of chance: more than a hundred bits
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def _signature(chance: str) -> str:
    return salted_hmac("newsblog.session", chance, algorithm="sha256").hexdigest()[:20]


def is_session(key: str) -> bool:
    """Whether this site made the key; whether the session still runs is Django's question."""
    return len(key) == 2 * _RANDOM and constant_time_compare(key[_RANDOM:], _signature(key[:_RANDOM]))


class SessionStore(db.SessionStore):
    """Django's sessions in the database, under signed keys of forty characters."""

    def _get_new_session_key(self) -> str:
        while True:
            chance = get_random_string(_RANDOM, _ALPHABET)
            key = chance + _signature(chance)
            if not self.exists(key):
                return key
