"""The doors of the desk: every address and every role in one table, by fetching and by posting."""

from __future__ import annotations

from itertools import product

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.test import Client

from articles.models import Article, Author, Publisher, Section, Tag
from comments.models import Appeal, Block, BlockedWord, Comment, ModeratorMail, Notice, Policy, Restriction, Thread
from tests.comments.test_email_privacy import addresses
from tests.comments.test_every_address import changes, desk_routes, filled, rows
from tests.factories import make_article, make_author_user
from tests.test_roles import MAKERS

__all__ = ["addresses"]  # the fixture: a site with comments in every state

pytestmark = pytest.mark.django_db

# Who gets in where: A an author, E an editor, M a moderator, G an administrator. "·" is nobody.
LETTERS = {"A": "author", "E": "editor", "M": "moderator", "G": "administrator"}
MODELS = {
    # the desk's part         list    add    change delete history; of an article: of somebody else
    "articles/article":      ("AEG", "AEG", "EG",  "·", "EG"),
    "articles/author":       ("AEG", "EG",  "AEG", "G", "AEG"),
    "articles/publisher":    ("AEG", "AEG", "AEG", "G", "AEG"),
    "articles/section":      ("AEG", "EG",  "AEG", "G", "AEG"),
    "articles/tag":          ("AEG", "AEG", "AEG", "G", "AEG"),
    "auth/group":            ("·",   "·",   "·",   "·", "·"),
    "auth/user":             ("G",   "G",   "G",   "·", "G"),
    "comments/appeal":       ("EMG", "·",   "EMG", "·", "EMG"),
    "comments/block":        ("G",   "G",   "G",   "G", "G"),
    "comments/blockedword":  ("G",   "G",   "G",   "G", "G"),
    "comments/comment":      ("EMG", "·",   "EMG", "·", "EMG"),
    "comments/moderatormail": ("EMG", "·",  "·",   "·", "·"),
    "comments/notice":       ("EMG", "·",   "EMG", "·", "EMG"),
    "comments/policy":       ("G",   "·",   "G",   "·", "G"),
    "comments/restriction":  ("G",   "G",   "G",   "G", "G"),
    "comments/thread":       ("EMG", "·",   "EMG", "·", "EMG"),
    "django_tasks_database/dbtaskresult": ("·", "·", "·", "·", "·"),
}  # fmt: skip
PAGES = ("", "add/", "<path:object_id>/change/", "<path:object_id>/delete/", "<path:object_id>/history/")
OTHERS = {
    "admin/": "AEMG",
    "admin/articles/article/<int:pk>/preview/": "EG",
    "admin/auth/user/<id>/password/": "G",
    "admin/autocomplete/": "·",  # without a field that is anybody's
    "admin/comments/block/list/": "G",
    "admin/comments/comment/figures/": "EMG",
    "admin/comments/policy/replay/": "G",
    "admin/comments/policy/try/": "EMG",
    "admin/comments/writer/<int:pk>/": "EMG",
    "admin/jsi18n/": "AEMG",
    "admin/password_change/": "AEMG",
    "admin/password_change/done/": "AEMG",
    "admin/r/<path:content_type_id>/<path:object_id>/": "·",
    "admin/tasks/again/": "·",  # by posting alone
    "admin/^(?P<app_label>articles|auth|comments|django_tasks_database)/$": "·",
    "admin/(?P<url>.*)$": "·",
}
DOORS = OTHERS | {f"admin/{part}/{page}": who[at] for part, who in MODELS.items() for at, page in enumerate(PAGES)}
# An old address of Django's admin, which leads on to the page of the same row and says nothing of it.
LEADS_ON = {f"admin/{part}/<path:object_id>/" for part in MODELS}
# The rules are one row; what was done about a case stands on the page of the case.
LEADS_TO_ITS_PAGE = {
    "admin/comments/policy/",
    *(f"admin/comments/{kind}/<path:object_id>/history/" for kind in ("comment", "notice", "appeal")),
}
OPEN = {"admin/login/", "admin/logout/"}
REFUSED = (302, 403, 404, 405)


@pytest.fixture
def keys(addresses: dict[str, list[str]]) -> dict[str, str]:
    """A row of each kind, by the part of the desk that shows it: the key of its page."""
    Block.objects.create(kind="mail", value="bad.example")
    BlockedWord.objects.create(phrase="sneezewort")
    Restriction.objects.create(mode="closed", reason="A test.")
    Policy.current().save()
    make_article("Of somebody else", state="draft", created_by=make_author_user("mirela"))
    ModeratorMail(user=User.objects.order_by("pk")[0]).choose("at-once")
    kinds: list[type[models.Model]] = [Article, Author, Publisher, Section, Tag, Appeal, Block, BlockedWord, Comment]
    kinds += [ModeratorMail, Notice, Policy, Restriction, Thread, User]
    found = {kind._meta.label_lower.replace(".", "/"): str(kind._base_manager.latest("pk").pk) for kind in kinds}
    return found | {"comments/writer": str(Comment.objects.latest("pk").writer_id)}


def address_of(route: str, keys: dict[str, str]) -> str:
    part = "/".join(route.split("/")[1:3])
    return filled(route, keys.get(part, "1"))


def test_the_table_names_every_address_of_the_desk() -> None:
    assert set(desk_routes()) == set(DOORS) | LEADS_ON | OPEN


def test_every_door_opens_to_its_roles_and_to_nobody_else(keys: dict[str, str]) -> None:
    clients = {letter: Client(raise_request_exception=False) for letter in LETTERS}
    for letter, role in LETTERS.items():
        clients[letter].force_login(MAKERS[role]())
    wrong = []
    for (route, who), (letter, client) in product(DOORS.items(), clients.items()):
        address = address_of(route, keys)
        status = client.get(address).status_code
        let_in = status == 200 or (status == 302 and route in LEADS_TO_ITS_PAGE)
        if let_in != (letter in who) or (not let_in and status not in REFUSED):
            wrong.append(f"{LETTERS[letter]} {address}: {status}")
    assert wrong == []


@pytest.mark.parametrize("who", ["a visitor", "somebody without a desk", "somebody who has left"])
def test_whoever_has_no_desk_is_sent_to_sign_in(keys: dict[str, str], who: str) -> None:
    client = Client(raise_request_exception=False)
    if who != "a visitor":
        user = User.objects.create_user("reader", password="a long enough password")
        client.force_login(user)
        # A superuser's flag without the desk's, and an account that was closed while it was signed in.
        User.objects.filter(pk=user.pk).update(is_superuser=True, is_active=who == "somebody without a desk")
    before, inside = rows(), {}
    for route in sorted(set(DOORS) | LEADS_ON):
        address = address_of(route, keys)
        for answer in (client.get(address), client.post(address, {"act": "approve", "post": "yes"})):
            if answer.status_code != 302 or not answer.headers["Location"].startswith("/admin/login/"):
                inside[address] = answer.status_code
    assert inside == {}
    assert changes(before, rows()) == []


ACTS = (
    "approve",
    "reject",
    "spam",
    "restore",
    "feature",
    "edit",
    "answer",
    "undo",
    "suspend",
    "warn",
    "close",
    "decide",
)


def press_all(client: Client, address: str) -> set[int]:
    """Post what the desk's buttons and forms send, without having seen one; return the statuses."""
    bodies = [{"act": act, "decision": act, "post": "yes", "reason": "insult"} for act in ACTS]
    bodies += [{"name": "Taken", "slug": "taken", "headline": "Taken", "value": "x.example", "kind": "mail"}]
    bodies += [{"phrase": "taken", "effect": "hold", "mode": "closed", "slow_seconds": "300", "post": "yes"}]
    bodies += [{"action": "delete_selected", "_selected_action": "1", "post": "yes", "index": "0"}]
    return {client.post(address, body).status_code for body in bodies}


@pytest.mark.parametrize("letter", LETTERS)
def test_what_a_role_may_not_open_it_does_not_change_by_posting(keys: dict[str, str], letter: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(MAKERS[LETTERS[letter]]())
    before, odd = rows(), {}
    for route, who in DOORS.items():
        if letter not in who:
            address = address_of(route, keys)
            if statuses := press_all(client, address) - set(REFUSED):
                odd[address] = statuses
    assert odd == {}
    assert changes(before, rows()) == []


def test_the_same_posts_by_an_administrator_change_much(keys: dict[str, str]) -> None:
    """The proof that the test above would find something."""
    client, before = Client(), rows()
    client.force_login(MAKERS["administrator"]())
    for route, who in DOORS.items():
        if "G" in who:
            press_all(client, address_of(route, keys))
    changed = {table.partition(".")[2] for table in changes(before, rows())}
    assert changed >= {"Author", "Block", "BlockedWord", "Decision", "Tag"}


@pytest.mark.parametrize("role", MAKERS)
def test_no_page_of_the_desk_shows_an_address_unasked(keys: dict[str, str], role: str) -> None:
    """That it is the same person is shown; what the address is, only by a press of its own on the person's card."""
    client, shown = Client(raise_request_exception=False), set()
    client.force_login(MAKERS[role]())
    for route in DOORS:
        for value in {"1", *keys.values()}:
            page = client.get(filled(route, value)).content.lower()
            if b"zqx-marker" in page or b"vbnk-host" in page:
                shown.add(route)
    assert shown == set()
