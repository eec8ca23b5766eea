"""The newsroom's lists of words: as whole words, with wildcards, and in time that grows with the text alone."""

from __future__ import annotations

import random
import re
import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments import words as words_module
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


def steps(listed: WordList, text: str) -> int:
    """The lines of the search that run for a text: counted, for a clock says more of the machine."""
    lines = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal lines
        if frame.f_code.co_filename != words_module.__file__:
            return None
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        listed.found(text)
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize("kind", ["words of the list", "one letter", "two letters", "what a wildcard begins with"])
def test_the_work_grows_with_the_text_and_not_with_the_list(kind: str) -> None:
    chance = random.Random(3)
    many = ["".join(chance.choices("abcdefghij", k=chance.randint(4, 12))) for _ in range(5000)]
    short = WordList([*many[:50], *(f"{word}*" for word in many[:50]), "ab*cd*ef"])
    long = WordList([*many, *(f"{word}*" for word in many[:500]), "ab*cd*ef"])
    text = {
        "words of the list": " ".join(chance.choices(many[50:], k=1200))[:10_000],
        "one letter": "a" * 10_000,
        "two letters": "ab " * 3333,
        "what a wildcard begins with": "abcd" * 2500,
    }[kind]
    assert steps(long, text) < 3 * steps(short, text)
    assert steps(long, text) < 2.2 * steps(long, text[:5000])
    assert steps(long, text) < 40 * len(text)
