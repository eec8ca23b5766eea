"""What of an edit is mended typing, and what says something else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comments import edits
from comments.models import Comment


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("I think that teh plant opens in May.", "I think that the plant opens in May."),
        ("I think that the the plant opens in May.", "I think that the plant opens in May."),
        ("I think that the plant opens in May", "I think that the plant opens in May."),
        ("I think that thee plant opens in May.", "I think that the plant opens in May."),
        ("It came form Norway, as they say there.", "It came from Norway, as they say there."),
        ("one line\nanother line of it", "one line\n\nanother line of it"),
        ("The goverment ocurred to us all.", "The government ocurred to us all."),
        ("It is definately so, as they say there.", "It is definitely so, as they say there."),
        ("The caf\u00e9 there is good, as they say.", "The cafe\u0301 there is good, as they say."),
    ],
)
def test_a_slip_of_the_finger_is_a_small_change(before: str, after: str) -> None:
    assert edits.changed_much(Comment(text=before, name="R"), Comment(text=after, name="R")) == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "The plant costs 5 million, they say, and opens soon.",
            "The plant costs 9 million, they say, and opens soon.",
        ),
        ("Growth is 1.5 percent this year, they say.", "Growth is 15 percent this year, they say."),
        ("We do not love it, but we need it all.", "We do love it, but we need not it all."),
        ("We do not want this plant in our town.", "We do want this plant in our town."),
        ("I love it.", "I hate it."),
        ("The plant is now safe, as they say.", "The plant is not safe, as they say."),
        ("They say that he can pay for all of it.", "They say that he cant pay for all of it."),
        ("It is no use to us, as they say.", "It is on use to us, as they say."),
        ("She is his boss, as they say there.", "She is his loss, as they say there."),
        ("What they did there was great 👍 indeed.", "What they did there was great 🖕 indeed."),
        ("The risk there is x < y as they say.", "The risk there is x > y as they say."),
        ("这个工厂很好", "这个工厂很坏"),
        ("This drug is legal there, as they say.", "This drug is illegal there, as they say."),
        ("That is a possible outcome, as they say.", "That is a impossible outcome, as they say."),
        ("He was convicted there, as they say.", "He was unconvicted there, as they say."),
        ("She has never taken money there.", "She has ever taken money there."),
        ("It is moral, as they all say there.", "It is amoral, as they all say there."),
        ("That is unusual there, as they say.", "That is usual there, as they say."),
        ("It couldn't be so, as they say.", "It could be so, as they say."),
        ("It costs a million, as they all say.", "It costs a billion, as they all say."),
        ("They say that exports to Norway increase.", "They say that imports to Norway increase."),
        ("The use of nuclear power is good here.", "The use of unclear power is good here."),
        ("Нам никто не сказал об этом вчера.", "Нам некто не сказал об этом вчера."),
        ("मैं कल गया और उसने मुझे मारा यह सच है", "मैं कल गया और उसने मुझे मरा यह सच है"),
        ("उसका कम बहुत अच्छा था और लोग खुश थे", "उसका काम बहुत अच्छा था और लोग खुश थे"),
        ("उसका काम बहुत अच्छा था और लोग खुश थे", "उसका कमा बहुत अच्छा था और लोग खुश थे"),
        ("It is not good and it is not bad, they say.", "It is good and it is not bad, they say."),
        ("a b c d e f g h", "h g f e d c b a"),
        ("word " * 2000, "wrod " * 2000),
    ],
)
def test_other_words_figures_and_orders_are_a_large_one(before: str, after: str) -> None:
    assert edits.changed_much(Comment(text=before, name="R"), Comment(text=after, name="R")) == "other words"


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def is_slip(word: str, other: str) -> bool:
    before, after = (Comment(text=f"They had told us of {each} which came in May.", name="R") for each in (word, other))
    return edits.changed_much(before, after) == ""


@given(st.text(LETTERS, min_size=1, max_size=14), st.text(LETTERS, min_size=1, max_size=4))
def test_letters_put_before_a_word_or_taken_away_make_another_word(word: str, front: str) -> None:
    assume(front != word[0])  # typed twice
    assert not is_slip(word, front + word)
    assert not is_slip(front + word, word)


@given(st.permutations(LETTERS), st.integers(3, 20), st.data())
def test_two_letters_that_changed_places_behind_the_first_are_a_slip(
    letters: list[str], length: int, data: Any
) -> None:
    word = letters[:length]
    at = data.draw(st.integers(1, length - 2))
    swapped = [*word[:at], word[at + 1], word[at], *word[at + 2 :]]
    assert is_slip("".join(word), "".join(swapped))


@given(*[st.text("abnéßıи1२-’.कमरन\u093e\u0940\u0301", min_size=1, max_size=8)] * 2)
def test_what_is_a_slip_one_way_is_one_the_other_way(word: str, other: str) -> None:
    assert is_slip(word, other) == is_slip(other, word)


@given(*[st.text("कमरनलस\u093e\u0940\u0947", min_size=1, max_size=8)] * 2)
def test_a_mark_that_is_a_letter_makes_another_word(word: str, other: str) -> None:
    assume(word != other and set("\u093e\u0940\u0947") & set(word + other))
    assert not is_slip(word, other)


@given(st.lists(st.sampled_from(["It", "is", "not", "good", "never", "all"]), min_size=8, max_size=30), st.data())
def test_a_word_that_goes_changes_what_is_said_unless_it_was_doubled(words: list[str], data: Any) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    assume(words[at] not in (*words[max(0, at - 1) : at], *words[at + 1 : at + 2]))
    before, after = (
        Comment(text=" ".join(words), name="R"),
        Comment(text=" ".join(words[:at] + words[at + 1 :]), name="R"),
    )
    assert edits.changed_much(before, after)


def test_a_text_with_many_other_words_is_compared_without_a_look_at_their_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(edits, "_is_slip", lambda word, _: bool(looked_at.append(word)) or True)
    before = Comment(text=" ".join(f"wo{n}rd" for n in range(1500)), name="R")
    after = Comment(text=" ".join(f"wa{n}rd" for n in range(1500)), name="R")
    assert edits.changed_much(before, after)
    assert looked_at == []
    few = Comment(text=before.text.replace("wo77rd", "wa77rd"), name="R")
    assert not edits.changed_much(before, few)
    assert looked_at == ["wo77rd"]


def test_letters_of_an_endless_word_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_is_swapped_or_doubled", "_is_one_off"):
        monkeypatch.setattr(edits, name, lambda *_: pytest.fail("looked at letter by letter"))
    word = "a" * 10_000
    assert edits.changed_much(Comment(text=word, name="R"), Comment(text=word + "b", name="R"))
