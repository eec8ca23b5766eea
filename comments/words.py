"""The newsroom's lists of words: thousands of them looked for at once, in time that grows with the text alone.

A phrase matches as whole words, letter case, accents and invisible characters aside; ``*`` stands for any letters or
digits, also none. All phrases stand in one automaton (Aho and Corasick, 1975), made once whenever the list changes.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

# Letters of other alphabets that look like a Latin one, folded where a word mixes the two: nobody writes so honestly.
_LOOK_ALIKES = str.maketrans(
    dict(zip("аеорсухіјѕԁһԛԝвкмнт", "aeopcyxijsdhqwbkmht", strict=True))
    | dict(zip("αεορυνικτχ", "aeopuviktx", strict=True))
)
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=32)  # several rules ask for the same text
def folded(text: str) -> str:
    """Return a text without letter case, accents and invisible characters, so that words compare by what is read."""
    if text.isascii():
        return text.lower()
    # Decomposed first: a mathematical capital becomes a plain one, which alone has a small letter.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(char for char in decomposed if unicodedata.category(char) not in ("Mn", "Cf"))
    return _WORD.sub(_unmixed, kept)


def _unmixed(match: re.Match[str]) -> str:
    """Return a word in Latin letters where it mixes them with look-alikes of another alphabet."""
    word = match[0]
    if word.isascii() or not any("a" <= char <= "z" for char in word):
        return word
    return word.translate(_LOOK_ALIKES)


@dataclass(frozen=True)
class _Phrase:
    """A phrase as it is looked for: literal pieces with any letters between them, and which ends are ends of words."""

    pieces: tuple[str, ...]
    starts_word: bool
    ends_word: bool


class WordList:
    """Phrases, each with what is known of it; ``found`` returns those that a text holds, in the list's order."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self.phrases = tuple(phrases)
        self._next: list[dict[str, int]] = [{}]
        self._out: list[list[tuple[int, int, int]]] = [[]]  # (phrase, which piece, its length)
        self._compiled: list[_Phrase | None] = [_compiled(phrase) for phrase in self.phrases]
        for number, phrase in enumerate(self._compiled):
            for place, piece in enumerate(phrase.pieces if phrase else ()):
                self._add(piece, number, place)
        self._link()

    def _add(self, piece: str, number: int, place: int) -> None:
        state = 0
        for char in piece:
            following = self._next[state].get(char)
            if following is None:
                following = self._next[state][char] = len(self._next)
                self._next.append({})
                self._out.append([])
            state = following
        self._out[state].append((number, place, len(piece)))

    def _link(self) -> None:
        """Give every state where to go on when the next character does not fit (breadth first)."""
        self._fail = [0] * len(self._next)
        waiting = deque(self._next[0].values())
        while waiting:
            state = waiting.popleft()
            for char, following in self._next[state].items():
                waiting.append(following)
                fail = self._fail[state]
                while fail and char not in self._next[fail]:
                    fail = self._fail[fail]
                self._fail[following] = self._next[fail].get(char, 0)
                self._out[following] = self._out[following] + self._out[self._fail[following]]

    def found(self, text: str) -> list[str]:
        """Return the phrases of the list that stand in a text."""
        if not self.phrases:
            return []
        words = " ".join(folded(text).split())
        chains: dict[tuple[int, int], list[int]] = {}  # where a phrase's pieces so far ended, rising
        hits: set[int] = set()
        breaks: list[int] | None = None
        state = 0
        steps, fails, outs = self._next, self._fail, self._out
        for position, char in enumerate(words):
            while state and char not in steps[state]:
                state = fails[state]
            state = steps[state].get(char, 0)
            for number, place, length in outs[state]:
                if number in hits:
                    continue
                phrase = self._compiled[number]
                assert phrase is not None
                start, end = position - length + 1, position + 1
                if place == 0:
                    if phrase.starts_word and start and _in_word(words[start - 1]):
                        continue
                else:
                    if breaks is None:
                        breaks = [0, *accumulate(not _in_word(char) for char in words)]
                    ends = chains.get((number, place - 1), [])
                    at = bisect_right(ends, start)
                    if not at or breaks[ends[at - 1]] != breaks[start]:
                        continue
                if place + 1 < len(phrase.pieces):
                    chains.setdefault((number, place), []).append(end)
                elif not (phrase.ends_word and end < len(words) and _in_word(words[end])):
                    hits.add(number)
        return [self.phrases[number] for number in sorted(hits)]


def _compiled(phrase: str) -> _Phrase | None:
    """Return a phrase as it is looked for; None where nothing is left of it."""
    words = " ".join(folded(phrase).split())
    pieces = tuple(piece for piece in words.split("*") if piece)
    if not pieces or not words.replace("*", "").strip():
        return None
    return _Phrase(
        pieces,
        starts_word=not words.startswith("*") and _is_spaced(words[0]),
        ends_word=not words.endswith("*") and _is_spaced(words[-1]),
    )


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _is_spaced(char: str) -> bool:
    """Whether a character belongs to a script that puts spaces between words; the others match anywhere."""
    return char.isalnum() and unicodedata.east_asian_width(char) not in ("W", "F")
