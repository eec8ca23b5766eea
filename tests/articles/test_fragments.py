"""Parts of pages: made once, made anew when what they carry changes, and never right for longer than the page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from articles import fragments, pagecache
from articles.pagecache import Notes, carries, expire, rendering, shared_generations, until

MOMENT = datetime(2126, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def page() -> Iterator[Notes]:
    """A page being rendered."""
    fragments.forget()
    notes = Notes(shared_generations().stamp(), None)
    token = rendering.set(notes)
    yield notes
    rendering.reset(token)
    fragments.forget()


class Part:
    def __init__(self, text: str = "words", *keys: str) -> None:
        self.text, self.keys, self.made = text, keys, 0

    def __call__(self) -> str:
        self.made += 1
        carries(*self.keys)
        until(MOMENT)
        return self.text


def test_a_part_is_made_once_and_its_page_carries_what_it_carries(page: Notes) -> None:
    part = Part("words", "article:7")
    assert fragments.part("a", part) == fragments.part("a", part) == "words"
    assert part.made == 1
    assert page.keys == {"article:7"}
    assert page.until == MOMENT.timestamp()


def test_a_page_that_finds_a_part_kept_carries_its_keys_too() -> None:
    fragments.part("a", Part("words", "article:7"))
    other = Notes(shared_generations().stamp(), None)
    token = rendering.set(other)
    fragments.part("a", Part("words", "article:7"))
    rendering.reset(token)
    assert other.keys == {"article:7"}
    assert other.until == MOMENT.timestamp()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("key", "made"), [("article:7", 2), ("layout", 2), ("article:8", 1)])
def test_an_expiry_makes_anew_what_it_touched(key: str, made: int) -> None:
    part = Part("words", "article:7")
    fragments.part("a", part)
    expire(key)
    fragments.part("a", part)
    assert part.made == made


def test_a_part_made_from_rows_older_than_an_expiry_is_not_kept_past_it(page: Notes) -> None:
    part = Part("words", "article:7")
    shared_generations().bump(["article:7"])  # after the page's stamp was taken, before the part was made
    fragments.part("a", part)
    fragments.part("a", part)
    assert part.made == 2


def test_the_clock_ends_a_part_like_a_page() -> None:
    part = Part()
    with time_machine.travel(MOMENT - timedelta(seconds=2), tick=False) as clock:
        fragments.part("a", part)
        clock.shift(1)
        fragments.part("a", part)
        assert part.made == 1
        clock.shift(1)
        fragments.part("a", part)
        assert part.made == 2


def test_outside_the_page_cache_a_part_is_simply_made() -> None:
    token = rendering.set(None)
    part = Part()
    fragments.part("a", part)
    fragments.part("a", part)
    rendering.reset(token)
    assert part.made == 2


def test_nothing_is_kept_while_the_counters_cannot_be_read() -> None:
    token = rendering.set(Notes(None, None))
    part = Part()
    fragments.part("a", part)
    fragments.part("a", part)
    rendering.reset(token)
    assert part.made == 2


def test_the_room_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "ROOM", 1000)
    for number in range(50):
        fragments.part(f"part {number}", Part("x" * 100))
    assert fragments._used <= 1000
    part = Part("x" * 100)
    fragments.part("part 49", part)
    assert part.made == 0


def test_a_part_is_not_believed_for_longer_than_half_of_a_pages_life(page: Notes) -> None:
    part = Part("words", "article:7")
    with time_machine.travel(MOMENT - timedelta(days=1), tick=False) as clock:
        page.since = begun = time.time()
        fragments.part("aging", part)
        clock.shift(pagecache.KEPT_FOR - 1)
        page.since = time.time()
        fragments.part("aging", part)
        assert part.made == 1
        assert page.since == begun, "the page is as old as the oldest thing in it"
        clock.shift(1)
        page.since = time.time()
        fragments.part("aging", part)
        assert part.made == 2
        assert page.since == time.time()
