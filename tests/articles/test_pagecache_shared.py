"""Stored pages where several processes and threads meet: files, generations, harm, and one renderer at a time."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import brotli
import pytest
import time_machine

from articles import pagecache
from articles.generations import LOOKED_EVERY, Generations, LocalMap
from tests.articles.layer import Answer, Site

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_the_second_level_saves_another_process_the_rendering(site: Site, tmp_path: Path) -> None:
    site.get()
    other = Site(tmp_path)
    answer = other.get(HTTP_ACCEPT_ENCODING="br")
    assert (answer.how, other.calls) == ("hit", 0)
    assert brotli.decompress(answer.body) == site.text.encode()
    site.generations.bump(["article:7"])
    assert other.get().how == "miss"


def test_after_an_expiry_one_process_renders_for_all(site: Site, tmp_path: Path) -> None:
    other = Site(tmp_path)
    site.get()
    other.get()
    site.text = "second words"
    site.generations.bump(["article:7"])
    assert site.get().how == "miss"
    answer = other.get()
    assert (answer.how, answer.body, other.calls) == ("hit", b"second words", 0)


def test_after_a_minute_one_process_renders_for_all(site: Site, tmp_path: Path) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        other = Site(tmp_path)
        site.get()
        other.get()
        clock.shift(pagecache.LIFE)
        assert site.get().how == "miss"
        assert (other.get().how, other.calls) == ("hit", 0)


def test_files_of_another_release_are_not_believed(site: Site, tmp_path: Path) -> None:
    site.get()
    assert Site(tmp_path, release="two").get().how == "miss"


@pytest.mark.parametrize("harm", ["cut", "flip", "empty"])
def test_a_harmed_file_is_passed_over(site: Site, tmp_path: Path, harm: str) -> None:
    site.get()
    for file in tmp_path.rglob("*.page"):
        raw = bytearray(file.read_bytes())
        raw = {"cut": raw[: len(raw) // 2], "flip": raw[:-1] + bytes([raw[-1] ^ 1]), "empty": bytearray()}[harm]
        file.write_bytes(raw)
    other = Site(tmp_path)
    assert (other.get().status, other.calls) == (200, 1)


def test_a_full_disk_means_rendering(site: Site, tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("a file where the folder should be")
    assert site.get().status == 200
    assert site.get().how == "hit"  # memory still serves


@pytest.mark.parametrize("harm", [b"", b"short", b"\0" * (8 * (3 + 65_536))])
def test_harmed_generations_are_made_anew_and_old_pages_not_believed(site: Site, tmp_path: Path, harm: bytes) -> None:
    site.get()
    (tmp_path / "generations").unlink()
    (tmp_path / "generations").write_bytes(harm)
    time.sleep(LOOKED_EVERY)
    site.text = "after the harm"
    assert site.get().body == b"after the harm"
    assert site.get().how == "hit"


def test_generations_that_are_gone_are_made_anew(site: Site, tmp_path: Path) -> None:
    site.get()
    (tmp_path / "generations").unlink()
    time.sleep(LOOKED_EVERY)
    assert site.get().how == "miss"


@pytest.mark.parametrize("length", [0, 8, 4096, 8 * (3 + 65_536) - 1])
def test_generations_that_are_cut_off_under_a_busy_process_are_never_read(
    site: Site, tmp_path: Path, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.generations.LOOKED_EVERY", 3600.0)
    site.get()
    assert site.get().how == "hit"
    os.truncate(tmp_path / "generations", length)
    assert site.get().how == "miss"
    assert site.get().how == "hit"


def test_an_expiry_is_written_where_every_process_looks_for_it(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.generations.LOOKED_EVERY", 3600.0)
    site.get()
    (tmp_path / "generations").unlink()
    other = Site(tmp_path)
    other.get()
    site.generations.bump(["article:7"])  # into the new file
    assert other.get().how == "miss"


def test_where_no_generations_can_be_kept_every_page_is_rendered(tmp_path: Path, caplog: Any) -> None:
    (tmp_path / "file").write_text("")
    site = Site(tmp_path, known=Generations(LocalMap(tmp_path / "file" / "generations")))
    site.get()
    assert site.get().how == "miss"
    site.generations.bump(["article:7"])  # says so in the log and goes on
    assert "could not be written" in caplog.text


def test_one_thread_renders_and_the_others_wait_for_it(site: Site) -> None:
    begun, go = threading.Event(), threading.Event()

    def slowly() -> None:
        begun.set()
        go.wait(5)

    site.meanwhile = slowly
    answers: list[Answer] = []
    readers = [threading.Thread(target=lambda: answers.append(site.get())) for _ in range(6)]
    readers[0].start()
    assert begun.wait(5)
    for reader in readers[1:]:
        reader.start()
    go.set()
    for reader in readers:
        reader.join(10)
    assert len(answers) == 6
    assert site.calls == 1


def test_a_reader_who_comes_after_an_expiry_does_not_get_a_rendering_begun_before_it(site: Site) -> None:
    begun, go = threading.Event(), threading.Event()

    def slowly() -> None:
        begun.set()
        go.wait(5)

    site.meanwhile = slowly
    early: list[Answer] = []
    late: list[Answer] = []
    first = threading.Thread(target=lambda: early.append(site.get()))
    first.start()
    assert begun.wait(5)
    site.text = "after the decision"
    site.generations.bump(["article:7"])
    second = threading.Thread(target=lambda: late.append(site.get()))
    second.start()
    go.set()
    first.join(10)
    second.join(10)
    assert late[0].body == b"after the decision"


def test_waiting_readers_are_answered_where_nothing_could_be_stored(site: Site) -> None:
    site.status = "500 Oops"
    readers = [threading.Thread(target=site.get) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(10)
    assert site.calls == 4
