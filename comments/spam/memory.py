"""The weights behind “reads like spam”: a small starting model, and the site's own decisions, which outweigh it."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from functools import cache
from math import log
from pathlib import Path

from comments.spam.features import SLOTS, Slots, slots

STARTING = Path(__file__).with_name("starting.bin")
STEP = 1 / 16  # of a weight in the file, a signed byte
ENOUGH = 12  # decided comments of either kind before the site's own counts speak
HALF = 4  # comments with a feature after which the site's word on it counts as much as the starting model's
SEEN_AT_LEAST = 3  # A feature of fewer texts is chance.
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

    def weights(self) -> array[float]:
        """Return the weight of every slot: the starting one, and what this site's decisions make of it."""
        weights = array("f", starting())
        spam, honest = self.texts["spam"], self.texts["ham"]
        if min(spam, honest) < ENOUGH:
            return weights
        for slot, (in_spam, in_honest) in enumerate(zip(self.of["spam"], self.of["ham"], strict=True)):
            if seen := in_spam + in_honest:
                own = log((in_spam + 0.5) / (spam + 1)) - log((in_honest + 0.5) / (honest + 1))
                weights[slot] = (weights[slot] * HALF + own * seen) / (HALF + seen)
        return weights


@cache
def starting() -> array[float]:
    """Return the weights of the starting model, read once a process."""
    steps = array("b")
    steps.frombytes(zlib.decompress(STARTING.read_bytes()))
    return array("f", [step * STEP for step in steps])


def trained(spam: Iterable[Slots], honest: Iterable[Slots]) -> list[float]:
    """Return the weights that tell two kinds of texts apart: a naive Bayes over the features that they have."""
    counts = []
    texts = []
    for kind in (spam, honest):
        seen: dict[int, int] = {}
        number = 0
        for found in kind:
            number += 1
            for slots_of_kind in found:
                for slot in slots_of_kind:
                    seen[slot] = seen.get(slot, 0) + 1
        counts.append(seen)
        texts.append(number)
    weights = [0.0] * SLOTS
    for slot in counts[0].keys() | counts[1].keys():
        in_spam, in_honest = counts[0].get(slot, 0), counts[1].get(slot, 0)
        if in_spam + in_honest >= SEEN_AT_LEAST:
            weights[slot] = log((in_spam + 1) / (texts[0] + 2)) - log((in_honest + 1) / (texts[1] + 2))
    return weights


def written(weights: Iterable[float]) -> bytes:
    """Return weights as the file of the starting model."""
    steps = array("b", [max(-127, min(127, round(weight / STEP))) for weight in weights])
    return zlib.compress(steps.tobytes(), 9)
