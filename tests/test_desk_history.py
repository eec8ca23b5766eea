"""Each row's history at the desk opens, where a list has pages of its own kind."""

from __future__ import annotations

import pytest
from django.test import Client

from articles.models import Article
from comments.models import Thread
from tests.factories import make_administrator, make_comment

pytestmark = pytest.mark.django_db


def test_the_history_of_what_has_a_list_of_its_own_pages_opens() -> None:
    comment, desk = make_comment(), Client()
    desk.force_login(make_administrator())
    for name, row in (("articles/article", Article), ("comments/thread", Thread)):
        pk = row.objects.values_list("pk", flat=True)[0]
        assert desk.get(f"/admin/{name}/{pk}/history/").status_code == 200, name
    to_its_page = desk.get(f"/admin/comments/comment/{comment.pk}/history/", follow=True)
    assert to_its_page.redirect_chain == [(f"/admin/comments/comment/{comment.pk}/change/", 302)]
    assert to_its_page.status_code == 200
