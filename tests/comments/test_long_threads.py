"""Long conversations: what is folded, what stands on a page of its own, and where a permalink leads."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from comments import conversation, entries
from comments.models import Comment
from tests.comments.posting import text
from tests.comments.test_conversation import order, shown
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds small enough for a test."""
    monkeypatch.setattr(conversation, "SHOWN", 6)
    monkeypatch.setattr(conversation, "THREAD_PAGE", 5)
    monkeypatch.setattr(entries, "LONG", 4)
    monkeypatch.setattr(entries, "BRANCH", 2)


def chain(length: int, **fields) -> list[Comment]:
    """Comments that answer one another."""
    made = [make_comment(**fields)]
    for _ in range(length - 1):
        made.append(make_comment(made[0].article, parent=made[-1]))
    return made


def test_a_thread_says_how_many_replies_it_has(client: Client) -> None:
    comments = chain(3)
    make_comment(comments[0].article, name="Alone")
    make_comment(comments[0].article, parent=comments[0], status="pending")
    page = shown(client, comments[0].article)
    assert re.findall(r"<summary>(\d+ repl\w+)<", page) == ["2 replies"]
    comments[2].withdraw()
    assert "<summary>1 reply<" in shown(client, comments[0].article)
    comments[0].withdraw()
    assert '1 reply<span class="visually-hidden"> to a comment that is not shown' in shown(client, comments[0].article)


def test_a_long_branch_begins_folded_and_a_short_one_open(client: Client, short: None) -> None:
    root = make_comment()
    branch = make_comment(root.article, parent=root)
    other = make_comment(root.article, parent=root)
    for _ in range(3):
        make_comment(root.article, parent=branch)
    page = shown(client, root.article)
    assert re.findall(r"<details class=\"replies\"( open)?><summary>(\d)", page) == [(" open", "5"), ("", "3")]
    make_comment(root.article, parent=other)
    assert page.count("<details") == page.count("</details>")


def test_in_a_short_thread_nothing_is_folded(client: Client) -> None:
    page = shown(client, chain(8)[0].article)
    assert re.findall(r"<details class=\"replies\"( open)?>", page) == [" open"]


def test_an_endless_thread_ends_on_the_page_and_goes_on_elsewhere(client: Client, short: None) -> None:
    comments = chain(14)
    article = comments[0].article
    other = make_comment(article)
    page = shown(client, article)
    assert order(page) == [comment.pk for comment in comments[:6]] + [other.pk]
    address = f"/comments/{comments[0].pk}/thread/"
    assert f'<a href="{address}">Read the whole thread: 8 more</a>' in page
    assert "13 replies" in page
    pages = [text(client.get(f"{address}{query}")) for query in ("", "?page=2", "?page=3")]
    assert [order(each) for each in pages] == [[c.pk for c in comments[a:b]] for a, b in ((0, 5), (5, 10), (10, 14))]
    assert "<details" not in pages[0]
    for each in pages:
        assert each.count("<ol") == each.count("</ol>")
        assert len(re.findall("<li[ >]", each)) == each.count("</li>")
    # What the second page stands below is named there, and is a link to where it is read.
    assert f'Earlier: <a href="/comments/{comments[0].pk}/"><bdi>Rita Moreau</bdi>' in pages[1]
    assert f'in reply to <a href="/comments/{comments[9].pk}/"><bdi>Rita Moreau</bdi>' in pages[2]


def test_a_permalink_leads_to_where_its_comment_is_in_sight(client: Client, short: None) -> None:
    comments = chain(14)
    article = comments[0].article
    places = [client.get(f"/comments/{comment.pk}/").headers["Location"] for comment in comments]
    thread = f"/comments/{comments[0].pk}/thread/"
    # The first two stand in sight; below the second everything begins folded.
    expected = [article.get_absolute_url()] * 2 + [thread] * 3 + [f"{thread}?page=2"] * 5 + [f"{thread}?page=3"] * 4
    assert places == [f"{place}#c-{comment.pk}" for place, comment in zip(expected, comments, strict=True)]
    for comment, place in zip(comments, places, strict=True):
        assert comment.pk in order(text(client.get(place)))


def test_a_permalink_keeps_the_order_that_its_reader_chose(client: Client, settings) -> None:
    settings.COMMENTS_THREADS_PER_PAGE = 2
    article = make_article()
    first, *_ = [make_comment(article) for _ in range(5)]
    page = shown(client, article, "?page=3&sort=newest")
    assert f'href="/comments/{first.pk}/?sort=newest"' in page
    place = client.get(f"/comments/{first.pk}/?sort=newest").headers["Location"]
    assert place == f"{article.get_absolute_url()}?page=3&sort=newest#c-{first.pk}"


def test_a_hidden_start_of_a_long_thread_is_no_way_to_its_words(client: Client, short: None) -> None:
    comments = chain(9, name="Quiet Quentin", text="These words are gone.")
    comments[0].withdraw()
    for query in ("", "?page=2"):
        page = text(client.get(f"/comments/{comments[0].pk}/thread/{query}"))
        assert "Withdrawn by its writer." in page
        assert "Quentin" not in page
        assert "These words" not in page


def test_there_is_no_page_for_what_is_no_thread(client: Client, short: None) -> None:
    comments = chain(3)
    gone = make_comment(comments[0].article)
    gone.withdraw()
    hidden = make_comment(make_article(state="draft"))
    for pk, query in (
        *((comments[1].pk, ""), (gone.pk, ""), (hidden.pk, ""), (999_999, "")),
        *((comments[0].pk, f"?page={n}") for n in ("0", "2", "01", "x")),
    ):
        assert client.get(f"/comments/{pk}/thread/{query}").status_code == 404
    assert client.post(f"/comments/{comments[0].pk}/thread/").status_code == 405
    assert client.get("/comments/99999999999999999999/thread/").status_code == 404


def test_ten_thousand_answers_in_a_row_make_a_page_like_any_other(
    client: Client, django_assert_max_num_queries
) -> None:
    root = make_comment()
    made = [root]
    rows = []
    last = Comment.objects.latest("pk").pk
    for pk in range(last + 1, last + 10_000):
        comment = Comment(pk=pk, article=root.article, parent_id=made[-1].pk, name="Rita", status="approved", html="x")
        comment.path, comment.depth = entries.tree.place(pk, made[-1])
        made.append(comment)
        rows.append(comment)
    Comment.objects.bulk_create(rows)
    Comment.objects.filter(pk=root.pk).update(thread_size=len(made))
    with django_assert_max_num_queries(4):
        page = conversation.page_of(root.article)
    assert len(page.entries) == conversation.SHOWN
    assert page.entries[0].more == len(made) - conversation.SHOWN
    place = client.get(f"/comments/{made[-1].pk}/").headers["Location"]
    assert place == f"/comments/{root.pk}/thread/?page=100#c-{made[-1].pk}"
    assert made[-1].pk in order(text(client.get(place)))


def test_the_picks_of_the_newsroom_stand_above_the_first_page(client: Client, settings) -> None:
    settings.COMMENTS_THREADS_PER_PAGE = 2
    article = make_article()
    for _ in range(3):
        make_comment(article)
    pick = make_comment(article, "Read *this* <b>one</b>.", name="Dana", featured=True)
    make_comment(article, "Not this one.", name="Quiet Quentin", featured=True, status="pending")
    page = shown(client, article)
    assert f'<a href="/comments/{pick.pk}/"><bdi>Dana</bdi></a> <q dir="auto">Read this <b>one</b>.</q>' in page
    assert b"<b>one</b>" not in client.get(article.get_absolute_url()).content
    assert "Quentin" not in page
    assert "<q " not in shown(client, article, "?page=2")
    assert "<q " not in shown(client, make_comment(featured=True).article), "it stands at the top already"


def test_an_edit_is_said_and_by_whom(client: Client) -> None:
    comment = make_comment()
    assert "edited" not in shown(client, comment.article)
    Comment.objects.filter(pk=comment.pk).update(edited_at=comment.created_at)
    assert '<p class="comment__parent">edited, ' in shown(client, comment.article)
    Comment.objects.filter(pk=comment.pk).update(moderated_at=comment.created_at)
    assert '<p class="comment__parent">edited by a moderator, ' in shown(client, comment.article)
