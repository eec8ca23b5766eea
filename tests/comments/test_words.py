"""The newsroom's lists of words: as whole words, with wildcards, and in time that grows with the text alone."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.words import WordList, folded


def naive(phrase: str, text: str) -> bool:
    """What the automaton does, as a regular expression that nobody would run on a long list."""
    words, where = (" ".join(folded(each).split()) for each in (phrase, text))
    if not words.replace("*", "").strip():
        return False
    pattern = re.sub(r"(?:\\\*)+", r"\\w*", re.escape(words))
    start = r"(?<!\w)" if words[0].isalnum() else ""
    end = r"(?!\w)" if words[-1].isalnum() else ""
    return re.search(start + pattern + end, where) is not None


@given(
    phrases=st.lists(st.text("ab* +é", max_size=7), max_size=6),
    text=st.text("abé +\n-", max_size=40),
)
def test_it_finds_what_a_plain_search_finds(phrases: list[str], text: str) -> None:
    assert WordList(phrases).found(text) == [phrase for phrase in phrases if naive(phrase, text)]


@pytest.mark.parametrize(
    ("phrase", "text", "matches"),
    [
        ("casino*", "Best casinos in town", True),
        ("*pharm*", "eurapharmacy", True),
        ("v*gra", "VIAGRA", True),
        ("v*gra", "via gra", False),
        ("cheap* pills", "cheapest pills", True),
        ("viagra", "vi\u0430gra", True),  # with a Cyrillic а
        ("казино", "Наше казино", True),
        ("сор", "the cop said", False),  # three Cyrillic letters are no Latin word
        ("*", "anything", False),
        ("赌*场", "赌大场", True),
    ],
)
def test_wildcards_and_look_alikes(phrase: str, text: str, matches: bool) -> None:
    assert bool(WordList([phrase]).found(text)) is matches


def test_five_thousand_words_and_ten_kilobytes_take_milliseconds() -> None:
    chance = random.Random(3)
    words = ["".join(chance.choices("abcdefghij", k=chance.randint(4, 12))) for _ in range(5000)]
    listed = WordList(words + [f"{word}*" for word in words[:500]])
    for text in (" ".join(chance.choices(words, k=1200))[:10_000], "a" * 10_000, "ab " * 3333):
        begun = time.process_time()
        listed.found(text)
        assert time.process_time() - begun < 0.1
