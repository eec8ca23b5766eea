"""The list of articles and the Today page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.admin.article import ArticleAdmin
from tests.articles.desk import LIST, change, draft, posted
from tests.factories import (
    make_article,
    make_author_user,
    make_editor,
)

pytestmark = pytest.mark.django_db


def test_the_list_counts_states_by_the_clock(client: Client, ada: User) -> None:
    make_article()
    make_article(publish_at=timezone.now() + timedelta(hours=2))
    draft()
    page = client.get(LIST).content.decode()
    counts = dict(re.findall(r">(All|Drafts|In review|Scheduled|Published|Withdrawn) <span[^>]*>(\d+)<", page))
    assert counts == {"All": "3", "Drafts": "1", "In review": "0", "Scheduled": "1", "Published": "1", "Withdrawn": "0"}


def test_the_list_asks_the_same_number_of_questions_for_any_number(
    client: Client, ada: User, django_assert_max_num_queries
) -> None:
    for _ in range(12):
        make_article(tags=("Linux",))
    with django_assert_max_num_queries(18):  # one for each tab's count among them
        client.get(LIST)


def test_what_was_sent_back_greets_its_writer(client: Client, ada: User) -> None:
    jonas = make_author_user()
    article = draft(headline="Needs a source", created_by=jonas)
    article.submit(by=jonas)
    url = change(article)
    client.post(url, posted(client, url, act="send_back", send_back_note="Name the second source."))
    client.force_login(jonas)
    page = client.get("/admin/").content.decode()
    assert "Sent back to you" in page
    assert "Name the second source." in page


def test_sending_back_needs_a_note(client: Client, ada: User) -> None:
    article = draft()
    article.submit(by=None)
    url = change(article)
    assert "Say what should be mended" in client.post(url, posted(client, url, act="send_back")).content.decode()
    article.refresh_from_db()
    assert article.state == "in_review"


@pytest.mark.parametrize("asked", ["body__regex=(", "created_by__password__startswith=a", "id__in=" + "9" * 30])
def test_an_address_bar_asks_the_list_nothing_but_its_menus(client: Client, asked: str) -> None:
    client.force_login(make_editor())
    answer = client.get(f"/admin/articles/article/?{asked}")
    assert answer.status_code in (302, 400)


def test_a_page_beyond_the_last_is_the_last_and_marked_so(client: Client, ada: User) -> None:
    for number in range(ArticleAdmin.list_per_page + 3):
        make_article(slug=f"story-{number}")
    client.force_login(ada)
    shown = client.get(f"{LIST}?p=99").context["cl"]
    assert (shown.page_num, len(shown.result_list)) == (2, 3)
