"""The rules at the desk: numbers, lists, blocks, restrictions; the test box and the replay, which change nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import MaxValueValidator
from django.test import Client

from comments.models import Block, BlockedWord, Comment, Decision, Policy, Restriction, Thread
from tests.comments.posting import post, text
from tests.factories import make_administrator, make_article, make_moderator

pytestmark = pytest.mark.django_db
ALL_NUMBERS = {
    "trust_after": "5",
    "rejected_share": "50",
    "rejected_days": "30",
    "hold_score": "12",
    "spam_score": "80",
    "reports_to_hold": "3",
    "notice_days": "7",
    "keep_network_days": "30",
    "keep_spam_days": "30",
    "keep_rejected_days": "180",
    "keep_unconfirmed_days": "7",
}
TYPED = {*ALL_NUMBERS, "hold_links", "flood_limit", "flood_window", "close_after_days", "slow_seconds"}
PAGES = [
    "policy/1/change/",
    "policy/replay/",
    "block/",
    "block/add/",
    "block/list/",
    "restriction/",
    "restriction/add/",
]


def test_administrators_change_rules_and_moderators_do_not(desk: Client) -> None:
    assert desk.get("/admin/comments/policy/", follow=True).status_code == 200
    moderator = Client()
    moderator.force_login(make_moderator())
    for page in [*PAGES, "blockedword/add/"]:
        assert desk.get(f"/admin/comments/{page}").status_code == 200, page
        assert moderator.get(f"/admin/comments/{page}").status_code == 403, page
    assert moderator.get("/admin/comments/policy/try/").status_code == 200
    assert "/admin/comments/policy/try/" in text(moderator.get("/admin/"))


def test_a_number_saved_at_the_desk_holds_for_the_next_comment(desk: Client) -> None:
    desk.get("/admin/comments/policy/")
    page = desk.get("/admin/comments/policy/1/change/")
    sent = {name: value for name, value in page.context["adminform"].form.initial.items() if value not in (None, False)}
    moments = {"changed_at", "id"}
    answer = desk.post(
        "/admin/comments/policy/1/change/",
        {name: value for name, value in sent.items() if name not in moments} | {"hold_links": "1"},
    )
    assert answer.status_code == 302
    post(Client(), make_article(), comment="The figures for the tests are in the report: https://a.example")
    assert Comment.objects.get().rule == "links"


def test_every_number_of_the_rules_has_an_upper_bound() -> None:
    for model in (Policy, Thread, Restriction):
        for field in model._meta.concrete_fields:
            if field.name in TYPED:
                bounds = [each.limit_value for each in field.validators if isinstance(each, MaxValueValidator)]
                assert min(bounds) <= 100_000, f"{model.__name__}.{field.name}"


@pytest.mark.parametrize(
    ("name", "value"),
    [("keep_network_days", "999999"), ("notice_days", "9999999"), ("flood_window", "99999999999999")],
)
def test_a_number_beyond_the_calendar_is_refused_on_its_field(desk: Client, name: str, value: str) -> None:
    answer = desk.post("/admin/comments/policy/1/change/", {**ALL_NUMBERS, name: value})
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [name]
    assert "Use at most " in text(answer)
    assert f'value="{value}"' in text(answer)
    assert not Policy.objects.exists()


MOMENTS = [
    ("restriction/add/", {"mode": "slow", "reason": "x", "since": "2026-01-01T00:00", "slow_seconds": "300"}, "until"),
    ("restriction/add/", {"mode": "slow", "reason": "x", "slow_seconds": "300"}, "since"),
    ("block/add/", {"kind": "mail", "value": "x.example", "effect": "hold", "reject_reason": "insult"}, "until"),
    ("policy/1/change/", ALL_NUMBERS, "announced_until"),
    ("thread/{}/change/", {"mode": "slow", "slow_seconds": "300"}, "until"),
]


@pytest.mark.parametrize(
    ("zone", "typed"), [("America/New_York", "9999-12-31T23:59"), ("Europe/Berlin", "0001-01-01T00:00")]
)
@pytest.mark.parametrize(("page", "sent", "name"), MOMENTS)
def test_a_moment_beyond_the_calendar_is_refused_on_its_field(
    desk: Client, settings: Any, page: str, sent: dict[str, str], name: str, zone: str, typed: str
) -> None:
    """PostgreSQL would keep it, and every page that asks for its row would fail from then on."""
    settings.TIME_ZONE = zone
    thread = Thread.of(make_article())
    answer = desk.post(f"/admin/comments/{page.format(thread.pk)}", {**sent, name: typed})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors[name] == ["Use a year between 1000 and 9000."]
    assert f'value="{typed}"' in text(answer), "what was typed is kept"
    thread.refresh_from_db()
    assert (Restriction.objects.count(), Block.objects.count(), Policy.objects.count()) == (0, 0, 0)
    assert thread.until is None


def test_what_was_set_beyond_the_bounds_before_is_brought_to_them() -> None:
    far = datetime(9999, 12, 31, tzinfo=UTC)
    Policy(keep_network_days=30_000, announced_until=far).save()
    Restriction.objects.create(reason="x", since=datetime(1, 1, 2, tzinfo=UTC), until=far)
    Block.objects.create(kind="mail", value="x.example", until=None)
    import_module("comments.migrations.0030_bounds").bring_to_bounds(apps, None)
    policy, restriction = Policy.objects.get(), Restriction.objects.get()
    assert (policy.keep_network_days, policy.keep_spam_days) == (3650, 30)
    assert [moment.year for moment in (policy.announced_until, restriction.since, restriction.until)] == [
        9000,
        1000,
        9000,
    ]
    assert Block.objects.get().until is None


def test_a_whole_list_is_blocked_by_paste_and_by_file(desk: Client) -> None:
    file = SimpleUploadedFile("list.txt", "c.example\n".encode("utf-8-sig"))
    sent = {"kind": "mail", "effect": "spam", "note": "Disposable", "lines": "a.example\nb.example\n???", "file": file}
    page = desk.post("/admin/comments/block/list/", sent, follow=True)
    assert "3 added." in text(page)
    assert "???" in text(page)
    broken = SimpleUploadedFile("list.txt", b"\xff\xfe\x00")
    answer = desk.post("/admin/comments/block/list/", {**sent, "file": broken})
    assert answer.status_code == 422
    assert "no text in UTF-8" in text(answer)


def test_a_block_is_normalised_and_a_bad_one_refused(desk: Client) -> None:
    sent = {"kind": "link", "value": "https://www.Bad.example/x", "effect": "hold", "reject_reason": "advertising"}
    assert desk.post("/admin/comments/block/add/", sent).status_code == 302
    assert Block.objects.get().value == "bad.example"
    assert "already exists" in text(desk.post("/admin/comments/block/add/", sent))
    sent = {**sent, "kind": "network", "value": "203.0.113.7"}
    assert "never by a whole address" in text(desk.post("/admin/comments/block/add/", sent))


def test_a_restriction_is_made_and_ended_and_names_the_zone(desk: Client) -> None:
    page = text(desk.get("/admin/comments/restriction/add/"))
    assert "In the site’s zone, UTC" in page
    assert re.search(r'<input type="datetime-local" name="since" value="\d{4}-\d\d-\d\dT\d\d:\d\d"', page)
    assert "related-widget-wrapper-link add-related" not in page
    sent = {"section": "", "mode": "closed", "reason": "Night.", "slow_seconds": "300"}
    sent |= {"since": "2026-01-01T00:00", "until": ""}
    assert desk.post("/admin/comments/restriction/add/", sent).status_code == 302
    article = make_article()
    assert post(Client(), article).status_code == 403
    made = Restriction.objects.get()
    assert made.by is not None
    desk.post("/admin/comments/restriction/", {"action": "end_now", "_selected_action": made.pk})
    assert post(Client(), article).status_code == 303


def test_a_moderator_slows_a_thread() -> None:
    moderator, article = Client(), make_article()
    moderator.force_login(make_moderator())
    thread = Thread.of(article)
    address = f"/admin/comments/thread/{thread.pk}/change/"
    sent = {"mode": "slow", "closed_reason": "", "until": "", "slow_seconds": "60"}
    assert moderator.post(address, sent).status_code == 302
    thread.refresh_from_db()
    assert (thread.mode, thread.slow_seconds) == ("slow", 60)
    for reason in ("", "\u200b"):
        assert "Say why" in text(moderator.post(address, {**sent, "mode": "staff", "closed_reason": reason}))
    assert "Ten seconds" in text(moderator.post(address, {**sent, "slow_seconds": "1"}))


def acts() -> list[tuple[str, str, str]]:
    """What stands in the log: what was done, about what, and by whom."""
    return [(row.act, row.about, row.actor_name) for row in Decision.objects.order_by("pk")]


def test_looking_at_the_rules_writes_nothing_and_changing_them_is_logged(desk: Client) -> None:
    page = desk.get("/admin/comments/policy/", follow=True)
    assert not Policy.objects.exists()
    initial = page.context["adminform"].form.initial
    sent = {name: value for name, value in initial.items() if value not in (None, False) and name != "id"}
    saved = desk.post(
        "/admin/comments/policy/1/change/", sent | {"reports_to_hold": "4", "redress": "Ask the council."}
    )
    assert saved.status_code == 302
    assert (Policy.current().reports_to_hold, Policy.current().redress) == (4, "Ask the council.")
    [(act, about, _)] = acts()
    assert act == "settings"
    assert set(about.split()) == {"reports_to_hold", "redress"}


def test_the_log_has_who_changed_blocks_and_words_and_not_what_they_say(desk: Client) -> None:
    block = {"kind": "mail", "value": "casino.example", "effect": "hold", "reject_reason": "advertising", "note": ""}
    moment = {"until": ""}
    desk.post("/admin/comments/block/add/", block | moment)
    pk = Block.objects.get().pk
    desk.post(f"/admin/comments/block/{pk}/change/", block | moment | {"effect": "spam"})
    desk.post(f"/admin/comments/block/{pk}/delete/", {"post": "yes"})
    desk.post("/admin/comments/block/list/", {"kind": "link", "effect": "hold", "lines": "a.example\nb.example"})
    word = {"phrase": "rolex", "effect": "hold", "reason": "advertising"}
    desk.post("/admin/comments/blockedword/add/", word)
    pk = BlockedWord.objects.get().pk
    desk.post(f"/admin/comments/blockedword/{pk}/change/", word | {"effect": "reject"})
    desk.post(f"/admin/comments/blockedword/{pk}/delete/", {"post": "yes"})
    log = acts()
    assert [(act, about) for act, about, _ in log] == [
        ("block-added", "kind=mail"),
        ("block-changed", "kind=mail"),
        ("block-removed", "kind=mail"),
        ("block-added", "kind=link count=2"),
        ("word-added", "effect=hold"),
        ("word-changed", "effect=reject"),
        ("word-removed", "effect=reject"),
    ]
    assert len({who for *_, who in log}) == 1
    assert log[0][2] != "The site"


def test_an_empty_number_shows_the_servers_own_in_grey(client: Client, settings: Any) -> None:
    settings.COMMENTS_HOLD_LINKS = 7
    client.force_login(make_administrator())
    page = client.get("/admin/comments/policy/1/change/").content.decode()
    field = re.search(r'<input[^>]*name="hold_links"[^>]*>', page)
    assert field
    assert 'placeholder="7"' in field[0]
    assert "/admin/comments/blockedword/" in page


# What makes no sense.


@pytest.mark.parametrize("query", ["article=9223372036854775808", "article=99999999999999999999999", "article=5"])
def test_threads_are_narrowed_by_their_menu_alone(desk: Client, query: str) -> None:
    assert desk.get(f"/admin/comments/thread/?{query}").status_code == 400
    assert desk.get("/admin/comments/thread/?mode__exact=closed").status_code == 200


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("block/add/", {"kind": "link", "value": "shop.example", "effect": "hold", "reject_reason": "advertising"}),
        (
            "restriction/add/",
            {"mode": "closed", "reason": "Elections.", "since": "2020-01-01T00:00", "slow_seconds": "300"},
        ),
    ],
)
def test_an_end_that_is_over_is_refused_on_its_field(desk: Client, path: str, sent: dict[str, str]) -> None:
    page = text(desk.post(f"/admin/comments/{path}", {**sent, "until": "2020-06-01T00:00"}))
    assert "That end is over already." in page
    assert not Block.objects.exists()
    assert not Restriction.objects.exists()


def test_a_restriction_that_ends_before_it_begins_is_refused_in_words(desk: Client) -> None:
    sent = {"mode": "closed", "reason": "x", "since": "2099-02-01T00:00", "until": "2099-01-01T00:00"}
    page = text(desk.post("/admin/comments/restriction/add/", {**sent, "slow_seconds": "300"}))
    assert "It would end before it begins." in page
    assert "Constraint" not in page


@pytest.mark.parametrize("phrase", ["*", "* *", "\u200b", "!?"])
def test_a_word_that_matches_nothing_is_refused(desk: Client, phrase: str) -> None:
    sent = {"phrase": phrase, "effect": "hold", "reason": "insult"}
    assert desk.post("/admin/comments/blockedword/add/", sent).status_code == 200
    assert not BlockedWord.objects.exists()


def test_a_word_is_listed_once_however_it_is_spelled(desk: Client) -> None:
    BlockedWord.objects.create(phrase="Casino", effect="spam")
    page = desk.post(
        "/admin/comments/blockedword/add/", {"phrase": "ca\u200bSINO", "effect": "hold", "reason": "insult"}
    )
    assert "is the same word" in text(page)
    assert BlockedWord.objects.count() == 1


def test_a_block_is_shown_and_found_by_its_letters(desk: Client) -> None:
    block = Block(kind="link", value="münchen.example")
    block.full_clean()
    block.save()
    page = text(desk.get("/admin/comments/block/?q=m\u00fcnchen.example"))
    assert "münchen.example (xn--mnchen-3ya.example)" in page
