"""The last parts of private addresses in mails: opaque, bound to a purpose, signed, some of them for a time.

A token is the words that find its row again, the second in which it was made, and a keyed hash over both, over the
purpose, and over whatever voids it when it changes (a revocation number, a password). It holds no address.
"""

from __future__ import annotations

import base64
import re
import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_TOKEN = re.compile(r"((?:[a-z0-9]{1,19}-){1,5})([0-9a-f]{8,10})-([A-Za-z0-9_-]{43})", re.ASCII)
LARGEST_ID = 2**63 - 1  # what a database takes for a key


@dataclass(frozen=True)
class Token:
    """A token taken apart; nothing of it is believed before ``is_good`` said so."""

    words: tuple[str, ...]
    made: int  # seconds since 1970
    proof: str

    def number(self, place: int) -> int:
        """Return one of its words as the id of a row; 0, which no row has, where it cannot be one."""
        word = self.words[place] if place < len(self.words) else ""
        found = int(word) if word.isdecimal() else 0
        return found if found <= LARGEST_ID else 0

    def is_good(self, purpose: str, *bound: object) -> bool:
        """Whether we made it for this purpose and for things as they stand now."""
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        proofs = [_proof(purpose, self.words, self.made, bound, key) for key in keys]
        return any(constant_time_compare(proof, self.proof) for proof in proofs)

    def is_older_than(self, life: timedelta) -> bool:
        return time.time() - self.made > life.total_seconds()


def make(purpose: str, words: tuple[object, ...], *bound: object) -> str:
    """Return a token whose words are ids or short names, and which what it is ``bound`` to can void."""
    parts, made = tuple(str(word) for word in words), int(time.time())
    return f"{'-'.join(parts)}-{made:08x}-{_proof(purpose, parts, made, bound, settings.SECRET_KEY)}"


def read(text: str) -> Token | None:
    """Take a token apart; None for what has not even its shape."""
    match = _TOKEN.fullmatch(text)
    if not match:
        return None
    return Token(tuple(match[1].rstrip("-").split("-")), int(match[2], 16), match[3])


def _proof(purpose: str, words: tuple[str, ...], made: int, bound: tuple[object, ...], key: str) -> str:
    value = "\x00".join([*words, str(made), *map(str, bound)])
    digest = salted_hmac(f"comments.{purpose}", value, secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
