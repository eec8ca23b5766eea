"""The layer by itself, over a small application whose every call is counted."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from articles import pagecache, pagestore
from articles.pagecache import accepted_encoding, canonical_query
from tests.articles.layer import Site

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_page_is_rendered_once_and_then_served_from_the_store(site: Site) -> None:
    first, second = site.get(), site.get()
    assert (first.how, second.how, site.calls) == ("miss", "hit", 1)
    assert first.body == second.body == site.text.encode()
    assert second.headers["cache-control"] == "public, max-age=0, must-revalidate"


def test_the_next_request_after_an_expiry_gets_the_new_text(site: Site) -> None:
    site.get()
    site.text = "second words"
    site.generations.bump(["article:7"])
    assert site.get().body == b"second words"


def test_the_expiry_of_another_key_leaves_a_page_alone(site: Site) -> None:
    site.get()
    site.generations.bump(["article:8"])
    assert site.get().how == "hit"


def test_every_page_carries_the_layout(site: Site) -> None:
    site.get()
    site.generations.bump(["layout"])
    assert site.get().how == "miss"


def test_a_change_while_a_page_is_rendered_is_not_lost(site: Site) -> None:
    def edit() -> None:
        site.meanwhile = lambda: None
        site.text = "changed meanwhile"
        site.generations.bump(["article:7"])

    site.meanwhile = edit
    assert b"first words" in site.get().body  # this request began before the change
    assert site.get().body == b"changed meanwhile"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Set-Cookie", "a=b"),
        ("Cache-Control", "private"),
        ("Cache-Control", "max-age=0, no-store"),
        ("Vary", "Cookie"),
        ("Vary", "*"),
    ],
)
def test_a_personal_answer_is_never_stored(site: Site, header: str, value: str) -> None:
    site.headers.append((header, value))
    site.get()
    assert site.get().how == "miss"
    assert site.calls == 2


@pytest.mark.parametrize(
    "status", ["302 Found", "303 See Other", "400 Bad Request", "403 Forbidden", "500 Oops", "503 Busy"]
)
def test_other_answers_are_not_stored(site: Site, status: str) -> None:
    site.status = status
    site.get()
    site.get()
    assert site.calls == 2


@pytest.mark.parametrize("status", ["301 Moved Permanently", "404 Not Found", "410 Gone"])
def test_redirects_and_what_is_gone_are_stored(site: Site, status: str) -> None:
    site.status = status
    site.get()
    assert site.get().how == "hit"


def test_a_missing_page_is_looked_for_again_after_a_publication(site: Site) -> None:
    site.status, site.keys = "404 Not Found", ()
    site.get("/2026/03/to-come/")
    site.status = "200 OK"
    site.generations.bump(["published"])
    assert site.get("/2026/03/to-come/").status == 200


def test_an_answer_that_says_nothing_of_what_it_shows_is_not_stored(site: Site) -> None:
    site.keys = ()
    site.get()
    site.get()
    assert site.calls == 2


def test_the_clock_ends_a_page_at_the_sites_next_due_time(site: Site) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        site.due = NOON + timedelta(seconds=10)
        site.get()
        clock.shift(9)
        assert site.get().how == "hit"
        clock.shift(1)
        site.text = "due now"
        site.due = None
        assert site.get().body == b"due now"


def test_the_clock_ends_a_page_at_a_moment_of_its_own(site: Site) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        site.until = NOON + timedelta(seconds=5)
        site.get()
        clock.shift(5)
        assert site.get().how == "miss"


def test_a_page_is_rendered_anew_after_a_minute_though_nothing_is_known_to_have_changed(site: Site) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        site.get()
        clock.shift(pagecache.LIFE)
        site.text = "a crash swallowed this expiry"
        assert site.get().body == b"a crash swallowed this expiry"


def test_an_error_is_answered_with_a_last_copy_that_is_still_right(site: Site) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        site.get()
        clock.shift(pagecache.LIFE)
        site.status = "500 Oops"
        assert (site.get().status, site.get().how) == (200, "stale")
        site.generations.bump(["article:7"])
        assert site.get().status == 500


def test_nothing_is_stored_while_the_next_due_time_cannot_be_read(site: Site) -> None:
    def broken() -> datetime | None:
        raise RuntimeError("no database")

    site.layer.next_due = broken
    site.get()
    site.get()
    assert site.calls == 2


def test_encodings_are_stored_ready_with_validators_of_their_own(site: Site) -> None:
    plain = site.get()
    packed = site.get(HTTP_ACCEPT_ENCODING="gzip")
    brotlied = site.get(HTTP_ACCEPT_ENCODING="gzip, br")
    assert gzip.decompress(packed.body) == brotli.decompress(brotlied.body) == plain.body
    assert len({plain.headers["etag"], packed.headers["etag"], brotlied.headers["etag"]}) == 3
    assert packed.headers["content-encoding"] == "gzip"
    assert all(answer.headers["vary"] == "Accept-Encoding" for answer in (plain, packed, brotlied))
    assert int(brotlied.headers["content-length"]) == len(brotlied.body)


def test_a_known_answer_is_not_sent_again(site: Site) -> None:
    etag = site.get(HTTP_ACCEPT_ENCODING="br").headers["etag"]
    for condition in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = site.get(HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=condition)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == etag
    assert site.get(HTTP_IF_NONE_MATCH=etag).status == 200  # another encoding is another answer


@pytest.mark.parametrize("given", ['"', "garbage", ",,,", '"a" "b"', "W/", "\x00", "x" * 9000])
def test_garbage_in_a_condition_is_no_condition(site: Site, given: str) -> None:
    assert site.get(HTTP_IF_NONE_MATCH=given, HTTP_IF_MODIFIED_SINCE=given).status == 200


def test_an_entry_keeps_its_bytes_when_it_is_rendered_again(site: Site) -> None:
    before = site.get().headers["etag"]
    site.generations.bump(["article:7"])
    assert site.get().headers["etag"] == before


def test_head_is_answered_like_get_without_the_body(site: Site) -> None:
    head = site.get(REQUEST_METHOD="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert site.asked[0]["REQUEST_METHOD"] == "GET"
    got = site.get()
    assert got.how == "hit"
    assert got.headers["content-length"] == head.headers["content-length"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "get"])
def test_other_methods_pass_through(site: Site, method: str) -> None:
    site.get()
    assert site.get(REQUEST_METHOD=method).how == "bypass"


def test_only_a_session_of_ours_steps_past_the_store(site: Site) -> None:
    site.get()
    name = site.layer.session_cookie
    assert site.get(HTTP_COOKIE=f"a=b; {name}signed").how == "bypass"
    assert site.get(HTTP_COOKIE=f"{name}forged").how == "hit"
    assert site.get(HTTP_COOKIE=f"x{name}signed").how == "hit"


@pytest.mark.parametrize("path", ["/admin/", "/comments/on/a/", "/comments/receipt/x/", "/-/ready", "/media/a.webp"])
def test_private_paths_are_never_looked_at(site: Site, path: str) -> None:
    site.get(path)
    assert site.get(path).how == "bypass"


def test_parameters_that_no_page_reads_make_no_second_copy_and_reach_no_view(site: Site) -> None:
    site.get("/")
    assert site.get("/?utm_source=mail&fbclid=1&reply=9").how == "hit"
    site.get("/?utm_source=mail&page=2")
    assert site.asked[-1]["QUERY_STRING"] == "page=2"
    assert site.get("/?page=1&x=y&page=2").how == "hit"


def test_a_huge_query_is_answered_and_not_stored(site: Site) -> None:
    site.get("/search/?q=" + "a" * 5000)
    assert len(site.layer.memory) == 0


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "news.example:8000"},
        {"wsgi.url_scheme": "http"},
        {"SCRIPT_NAME": "/x"},
    ],
)
def test_what_an_address_is_made_from_is_part_of_the_key(site: Site, environ: dict[str, str]) -> None:
    site.get()
    assert site.get(**environ).how == "miss"
    assert site.get().how == "hit"


def test_forwarded_headers_of_strangers_change_nothing(site: Site) -> None:
    site.get()
    answer = site.get(HTTP_X_FORWARDED_HOST="evil.example", HTTP_X_FORWARDED_PROTO="http", HTTP_X_FORWARDED_PORT="1")
    assert answer.how == "hit"


def test_a_question_mark_inside_a_path_is_not_a_query(site: Site) -> None:
    site.get("/a", PATH_INFO="/a?page=2")
    assert site.get("/a?page=2").how == "miss"


def test_a_conditional_or_partial_request_is_rendered_whole(site: Site) -> None:
    site.get(HTTP_RANGE="bytes=0-3", HTTP_IF_NONE_MATCH='"x"', HTTP_IF_MODIFIED_SINCE="Mon, 02 Mar 2026 12:00:00 GMT")
    assert not {"HTTP_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"} & set(site.asked[0])
    assert site.get().body == site.text.encode()


def test_the_store_is_bounded_and_a_flood_of_misses_leaves_the_front_page_in_it(site: Site) -> None:
    site.layer.memory = pagestore.Memory(100_000)
    site.get("/")
    site.status = "404 Not Found"
    for number in range(200):
        site.get(f"/nothing-{number}/")
    assert site.layer.memory.used <= 100_000
    assert site.get("/").how == "hit"


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("", ()),
        ("br", ("br",)),
        ("gzip, deflate, br", ("br", "gzip")),
        ("br;q=0, gzip;q=0.5", ("gzip",)),
        ("*", ("br", "gzip")),
        ("*;q=0", ()),
        ("identity", ()),
        ("br;q=nonsense", ()),
        ("GZIP", ("gzip",)),
    ],
)
def test_encodings_are_accepted_as_the_standard_says(header: str, names: tuple[str, ...]) -> None:
    assert accepted_encoding(header) == names


def test_a_query_in_bare_utf8_is_read_as_django_reads_it() -> None:
    assert canonical_query("q=caf\xc3\xa9") == canonical_query("q=caf%C3%A9") == "q=caf%C3%A9"


@given(st.text(st.characters(max_codepoint=255), max_size=200))
def test_any_query_has_one_canonical_form(query: str) -> None:
    once = canonical_query(query)
    assert canonical_query(once) == once
    assert all(part.split("=")[0] in pagecache.ALLOWED for part in once.split("&") if part)


def test_behind_a_proxy_a_stored_page_may_be_kept_for_the_rest_of_the_second(tmp_path: Path, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    site = Site(tmp_path)
    with time_machine.travel(NOON + timedelta(seconds=0.7), tick=False):
        for answer in (site.get("/"), site.get("/"), site.get("/", HTTP_IF_NONE_MATCH=site.get("/").headers["etag"])):
            assert answer.headers["x-accel-expires"] == f"@{int(NOON.timestamp())}"
    site.headers.append(("Cache-Control", "private"))
    assert "x-accel-expires" not in site.get("/mine/").headers


def test_a_page_that_took_long_may_be_kept_to_the_end_of_the_second_that_asked(tmp_path: Path, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    site = Site(tmp_path)
    with time_machine.travel(NOON + timedelta(seconds=0.7), tick=False) as clock:
        # What was read at 0.7 may have changed at 0.8; kept to the end of second 1 it would be 1.2 seconds late.
        site.meanwhile = lambda: clock.shift(timedelta(seconds=0.5))
        assert site.get("/").headers["x-accel-expires"] == f"@{int(NOON.timestamp())}"


def test_readers_without_a_proxy_get_no_word_to_one(site: Site) -> None:
    assert "x-accel-expires" not in site.get("/").headers
