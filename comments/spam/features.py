"""What the spam score's memory counts of a text: words, pairs of words, and triples of letters, as numbers of slots.

Triples carry scripts that put no spaces between words, and spellings that are new. The number of a slot is the same
in every process and release: the counts of the site's own decisions are kept by it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from zlib import crc32

from comments.words import folded

SLOTS = 1 << 18  # Two features that share one blur each other: at half of it every language blurred the others.
STEP = 1 / 16  # A weight is a signed byte of such steps: read as it is stored, for it is read after every sweep.
MOST_WORDS = 400  # looked at: what a comment is shows within its first pages
_FIRST_OF_DENSE = "\u2e80"  # From here on two letters are a word: Chinese, Japanese, Korean.
SHARES = (0.6, 0.5, 0.4)  # of words, pairs and triples, which say much the same of one text
FEW = 8  # features that a text is thought to have besides, which say nothing: “+1” proves little of its writer

_TOKEN = re.compile(
    r"https?://[^\s<>\"']+|www\.[^\s<>\"']+|[\w.+-]{1,64}@[\w-]+\.\w{2,}|(?<![\w.])@\w{3,}|"
    r"(?<![\w/.=-])\+?\d(?:[ ()\-–]{0,2}\d){8,14}(?![\w/.])|[^\W_]+(?:['’][^\W_]+)?"
)
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([^/?#:\s\[\]<>]+)")
_DIGITS = re.compile(r"\d")
_SPACED_OUT = re.compile(r"(?<!\w)(?:\w[ .\-_*]){3,}\w(?!\w)")  # v i a g r a
_DISGUISED = re.compile(r"[a-z]+[013457@$][a-z0-9@$]*[a-z]|[013457$][a-z]{3,}")
_PLAIN = str.maketrans("013457@$", "oieastas")

Slots = tuple[set[int], set[int], set[int]]


def tokens(text: str) -> list[str]:
    """Return the words of a text as they are compared: addresses become their host's parts, digits plain zeros."""
    found: list[str] = []
    plain = _SPACED_OUT.sub(lambda match: re.sub(r"[ .\-_*]", "", match[0]), folded(text))
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain)  # A Korean syllable is one letter of a triple, not all of it.
    for match in _TOKEN.finditer(plain):
        token = match[0]
        if token.startswith(("http", "www.")) and (host := _HOST.match(token)) and "." in host[1]:
            found.append("‹url›")
            found += [f"‹{part[:30]}" for part in host[1].split(".")[-3:]]
            # A made-up domain is made of the words that it sells.
            found += re.findall(r"[a-z]{4,}", token[host.end(1) :])[:4]
        elif "@" in token:
            found.append("‹handle›" if token[0] == "@" else "‹mail›")
            found += re.findall(r"[^\W\d_]{3,}", token)[:3]
        elif token[0] == "+" or (len(token) > 8 and not any(map(str.isalpha, token))):
            found.append("‹phone›")
        elif token.isdigit():
            found.append("0" * min(len(token), 8))
        else:
            found.append(_DIGITS.sub("0", token)[:40])
            if _DISGUISED.fullmatch(token):
                found.append(token.translate(_PLAIN)[:40])
        if len(found) >= MOST_WORDS:
            break
    return found


def slots(text: str) -> Slots:
    """Return the slots of a text's words, of its pairs of words, and of its triples of letters."""
    words = tokens(text)
    mask = SLOTS - 1
    singles = {crc32(b"w" + word.encode()) & mask for word in words}
    pairs = {crc32(f"p{one} {two}".encode()) & mask for one, two in pairwise(words)}
    triples: set[int] = set()
    for word in set(words):
        padded = f"^{word.lstrip('‹')}$".encode("utf-32-le")
        triples |= {crc32(padded[at : at + 12], 7) & mask for at in range(0, len(padded) - 8, 4)}
        if word[-1] > _FIRST_OF_DENSE:
            triples |= {crc32(padded[at : at + 8], 3) & mask for at in range(4, len(padded) - 8, 4)}
    return singles, pairs, triples


def weighed(found: Slots, weights: Sequence[int]) -> float:
    """Return what the weights of a text's slots come to: above 0 speaks for spam, whatever the text's length.

    A text of a few words is doubted, as a single feature would decide it.
    """
    total = 0.0
    for slots_of_kind, share in zip(found, SHARES, strict=True):
        if slots_of_kind:
            total += share * sum([weights[slot] for slot in slots_of_kind]) / sqrt(len(slots_of_kind) + FEW)
    return total * STEP
