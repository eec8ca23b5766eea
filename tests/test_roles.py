"""Who may do what on the desk: each role, each act, each state, by the pages and by posts made by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article
from tests.articles.desk import ADD, LIST, change, posted
from tests.factories import (
    make_administrator,
    make_article,
    make_author,
    make_author_user,
    make_comment,
    make_editor,
    make_moderator,
)

pytestmark = pytest.mark.django_db

MAKERS = {
    "author": make_author_user,
    "editor": make_editor,
    "moderator": make_moderator,
    "administrator": make_administrator,
}
STATES = ("draft", "in_review", "scheduled", "published", "withdrawn")
# act → the states it starts in; what the desk allows is the model's own table, so this one is written out by hand.
STARTS = {
    "submit": {"draft"},
    "send_back": {"in_review"},
    "publish": {"draft", "in_review", "scheduled", "withdrawn"},
    "unschedule": {"scheduled"},
    "withdraw": {"scheduled", "published"},
}
ENDS = {
    "submit": "in_review",
    "send_back": "draft",
    "publish": "published",
    "unschedule": "in_review",
    "withdraw": "withdrawn",
}


def article_in(state: str, owner: User) -> Article:
    fields: dict[str, object] = {"created_by": owner, "authors": ("Jonas Weil",)}
    if state == "scheduled":
        return make_article(publish_at=timezone.now() + timedelta(days=1), **fields)
    if state == "withdrawn":
        article = make_article(**fields)
        article.withdraw(by=None, reason="A test.")
        return article
    return make_article(state=state, **fields)


def allowed(role: str, act: str, state: str) -> bool:
    if role in ("editor", "administrator"):
        return state in STARTS[act]
    return role == "author" and act == "submit" and state == "draft"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", STARTS)
@pytest.mark.parametrize("role", MAKERS)
def test_an_act_happens_only_by_its_role_from_its_state(client: Client, role: str, act: str, state: str) -> None:
    user = MAKERS[role]()
    article = article_in(state, user)
    stored, due = article.state, article.publish_at
    client.force_login(make_editor("another"))
    # The form as an editor has it: whoever posts it, the server decides.
    data = posted(
        client,
        change(article),
        act=act,
        send_back_note="Mend it.",
        withdraw_reason="It was wrong.",
        notice_kind="minor",
    )
    client.force_login(user)
    client.post(change(article), data)
    article.refresh_from_db()
    if allowed(role, act, state):
        assert article.state == ENDS[act]
        assert act != "publish" or article.is_published
    else:
        assert (article.state, article.publish_at) == (stored, due)


@pytest.mark.parametrize("name", ["publish_at", "pinned_until", "noindex", "canonical_url", "state", "created_by"])
def test_an_author_cannot_set_what_is_an_editors_by_posting_it(client: Client, name: str) -> None:
    jonas = make_author_user()
    article = article_in("draft", jonas)
    before = Article.objects.filter(pk=article.pk).values(name).get()
    client.force_login(jonas)
    value = {"state": "published", "created_by": "1", "noindex": "on", "canonical_url": "https://x.example/"}
    sent = value.get(name, f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}")
    client.post(change(article), posted(client, change(article), kicker="Saved", **{name: sent}))
    article.refresh_from_db()
    assert article.kicker == "Saved"
    assert Article.objects.filter(pk=article.pk).values(name).get() == before


def test_an_author_sees_only_own_articles(client: Client) -> None:
    jonas = make_author_user()
    mine = make_article("My own draft", state="draft", created_by=jonas)
    other = make_article("Of somebody else", state="draft", created_by=make_author_user("mirela"))
    client.force_login(jonas)
    page = client.get(LIST).content.decode()
    assert "My own draft" in page
    assert "Of somebody else" not in page
    assert client.get(change(mine)).status_code == 200
    for url in (change(other), f"{LIST}{other.pk}/preview/", f"{LIST}{other.pk}/delete/"):
        assert client.get(url).status_code in (403, 404)
    assert client.post(change(other), {"headline": "Taken over"}).status_code == 404


def test_an_author_in_the_byline_may_change_the_draft(client: Client) -> None:
    jonas = make_author_user()
    make_author("Jonas Weil", user=jonas)
    article = make_article(state="draft", authors=("Jonas Weil",))
    client.force_login(jonas)
    client.post(change(article), posted(client, change(article), kicker="Mine too"))
    article.refresh_from_db()
    assert article.kicker == "Mine too"


@pytest.mark.parametrize("state", [state for state in STATES if state != "draft"])
def test_an_author_reads_but_does_not_change_what_has_left_the_desk(client: Client, state: str) -> None:
    jonas = make_author_user()
    article = article_in(state, jonas)
    client.force_login(jonas)
    page = client.get(change(article))
    assert page.status_code == 200
    assert "article_form" not in page.content.decode()
    assert client.post(change(article), {"headline": "Changed"}).status_code == 409


PAGES = {
    "/admin/": ("author", "editor", "moderator", "administrator"),
    LIST: ("author", "editor", "administrator"),
    ADD: ("author", "editor", "administrator"),
    "/admin/comments/comment/": ("editor", "moderator", "administrator"),
    "/admin/comments/thread/": ("editor", "moderator", "administrator"),
    "/admin/comments/blockedword/": ("administrator",),
    "/admin/articles/section/": ("author", "editor", "administrator"),
    "/admin/articles/section/add/": ("editor", "administrator"),
    "/admin/articles/author/add/": ("editor", "administrator"),
    "/admin/auth/user/": ("administrator",),
}


@pytest.mark.parametrize("role", MAKERS)
@pytest.mark.parametrize("url", PAGES)
def test_each_role_opens_its_own_pages(client: Client, role: str, url: str) -> None:
    client.force_login(MAKERS[role]())
    assert client.get(url).status_code == (200 if role in PAGES[url] else 403)


@pytest.mark.parametrize("url", [*PAGES, f"{LIST}1/change/", f"{LIST}1/preview/"])
def test_a_visitor_is_asked_to_sign_in(client: Client, url: str) -> None:
    make_article()
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")


def test_today_shows_each_role_its_own_work(client: Client) -> None:
    make_comment(status="pending")
    seen = {}
    for role, make in MAKERS.items():
        client.force_login(make())
        page = client.get("/admin/").content.decode()
        seen[role] = ("My drafts" in page, "Comments waiting" in page, ">Comments" in page)
    assert seen == {
        "author": (True, False, False),
        "editor": (True, True, True),
        "moderator": (False, True, True),
        "administrator": (True, True, True),
    }


@pytest.mark.parametrize("role", MAKERS)
def test_no_role_deletes_an_article_or_a_comment(client: Client, role: str) -> None:
    user = MAKERS[role]()
    article = article_in("draft", user)
    comment = make_comment(article)
    client.force_login(user)
    for url in (f"{LIST}{article.pk}/delete/", f"/admin/comments/comment/{comment.pk}/delete/"):
        assert client.post(url, {"post": "yes"}).status_code == 403
    for url, pk in ((LIST, article.pk), ("/admin/comments/comment/", comment.pk)):
        client.post(url, {"index": "0", "action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    article.refresh_from_db()
    comment.refresh_from_db()


def test_an_administrator_makes_nobody_a_superuser(client: Client) -> None:
    grace = make_administrator()
    root = User.objects.create_superuser("root", password="a long enough password")
    client.force_login(grace)
    url = f"/admin/auth/user/{grace.pk}/change/"
    assert client.get(url).status_code == 200
    client.post(url, {"username": "grace", "is_active": "on", "is_staff": "on", "is_superuser": "on"})
    grace.refresh_from_db()
    assert not grace.is_superuser
    for page in ("change/", "password/"):
        answer = client.post(f"/admin/auth/user/{root.pk}/{page}", {"username": "taken", "password1": "x"})
        assert answer.status_code == 403


def test_the_moments_of_a_login_are_shown_and_not_typed(client: Client) -> None:
    """One beyond the calendar would lock the person out, and close the list."""
    client.force_login(User.objects.create_superuser("root"))
    person = make_editor()
    joined = person.date_joined
    url = f"/admin/auth/user/{person.pk}/change/"
    fields = client.get(url).context["adminform"].form.fields
    assert not {"date_joined", "last_login"} & set(fields)
    sent = {"username": person.username, "is_active": "on", "date_joined_0": "9999-12-31", "date_joined_1": "23:59"}
    assert client.post(url, sent).status_code == 302
    person.refresh_from_db()
    assert person.date_joined == joined
