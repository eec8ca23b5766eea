"""The weights behind “reads like spam”: a small starting model, and the site's own decisions, which outweigh it."""

from __future__ import annotations

import zlib
from array import array
from collections import Counter
from collections.abc import Iterable
from functools import cache
from math import log
from pathlib import Path
from zlib import crc32

from comments.spam.features import SLOTS, STEP, Slots, slots

STARTING = Path(__file__).with_name("starting.bin")
ENOUGH = 12  # decided comments of either kind before the site's own counts speak
HALF = 4  # comments with a feature after which the site's word on it counts as much as the starting model's
SEEN_AT_LEAST = 3  # A feature of fewer texts is chance.
DOUBT = 25  # texts added to either kind's count of a feature: a word of one sentence of the grammar proves little
_MOST = 65_535


class Counts:
    """In how many texts of either kind each feature stood; kept as one compressed blob."""

    def __init__(self, blob: bytes = b"", *, spam: int = 0, honest: int = 0) -> None:
        self.texts = {"spam": spam, "ham": honest}
        raw = zlib.decompress(blob) if blob else bytes(4 * SLOTS)
        both = array("H")
        both.frombytes(raw)
        self.of = {"spam": both[:SLOTS], "ham": both[SLOTS:]}

    def blob(self) -> bytes:
        return zlib.compress((self.of["spam"] + self.of["ham"]).tobytes(), 6)

    def add(self, kind: str, text: str, step: int = 1) -> None:
        """Learn a text as spam or ham; with a step of -1 unlearn it."""
        counts = self.of[kind]
        self.texts[kind] = max(0, self.texts[kind] + step)
        for found in slots(text):
            for slot in found:
                counts[slot] = min(_MOST, max(0, counts[slot] + step))

    def weights(self) -> array[int]:
        """Return the weight of every slot in steps: the starting one, and what this site's decisions make of it."""
        weights = array("b", starting())
        spam, honest = self.texts["spam"], self.texts["ham"]
        if min(spam, honest) < ENOUGH:
            return weights
        for slot, (in_spam, in_honest) in enumerate(zip(self.of["spam"], self.of["ham"], strict=True)):
            if seen := in_spam + in_honest:
                own = _odds(in_spam, spam, 0.5) - _odds(in_honest, honest, 0.5)
                weights[slot] = _steps((weights[slot] * STEP * HALF + own * seen) / (HALF + seen))
        return weights


@cache
def starting() -> array[int]:
    """Return the weights of the starting model in steps, read once a process."""
    return read(STARTING.read_bytes())


@cache
def starting_mark() -> int:
    """Return a number of the starting model: weights that were built on another one are built anew."""
    return crc32(STARTING.read_bytes())


def read(blob: bytes) -> array[int]:
    """Return the weights of a blob that ``written`` made; well under a millisecond."""
    weights = array("b")
    weights.frombytes(zlib.decompress(blob))
    return weights


def written(weights: array[int]) -> bytes:
    return zlib.compress(weights.tobytes(), 6)


def _steps(weight: float) -> int:
    return max(-127, min(127, round(weight / STEP)))


def _odds(seen: int, texts: int, doubt: float) -> float:
    return log((seen + doubt) / (texts + 2 * doubt))


Counted = tuple[Counter[int], int]  # in how many texts each feature stands, and how many texts there are


def counted(texts: Iterable[Slots]) -> Counted:
    """Return in how many of some texts each feature stands, and how many texts there were."""
    seen: Counter[int] = Counter()
    number = 0
    for found in texts:
        number += 1
        for slots_of_kind in found:
            seen.update(slots_of_kind)
    return seen, number


def trained(spam: Counted, honest: Counted) -> array[int]:
    """Return the weights, in steps, that tell two kinds of counted texts apart: a naive Bayes over their features."""
    (seen_in_spam, spam_texts), (seen_in_honest, honest_texts) = spam, honest
    weights = array("b", bytes(SLOTS))
    for slot in seen_in_spam.keys() | seen_in_honest.keys():
        in_spam, in_honest = seen_in_spam[slot], seen_in_honest[slot]
        if in_spam + in_honest >= SEEN_AT_LEAST:
            weights[slot] = _steps(_odds(in_spam, spam_texts, DOUBT) - _odds(in_honest, honest_texts, DOUBT))
    return weights
