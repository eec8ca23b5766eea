"""A reader who goes by a name of the newsroom is not refused, for people share names; moderators are told."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from comments.models import Comment
from comments.receipts import receipt_url
from tests.comments.posting import post
from tests.factories import make_article, make_author, make_comment, make_moderator

pytestmark = pytest.mark.django_db


def told(comment: Comment) -> list[str]:
    return [words for _, words in comment.signals or () if "goes by the name" in words]


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Ada King", "Ada King"),
        ("ÀDA  KING, newsblog", "Ada King"),
        ("Аdа Кing", "Ada King"),  # its letters А, а and К are Cyrillic
        ("Max Orsini (editor)", "Max Orsini"),
        (f"The {settings.SITE_NAME} team", settings.SITE_NAME),
    ],
)
def test_moderators_are_told_of_a_name_of_the_newsroom(client: Client, name: str, of: str) -> None:
    make_moderator()
    article = make_article()  # by Ada King
    assert post(client, article, name=name).status_code == 303
    comment = Comment.objects.get()
    assert told(comment) == [f"goes by the name of {of}"]
    assert comment.rule == "spam-score"
    assert "goes by the name of" in comment.because


@pytest.mark.parametrize("name", ["Rita Moreau", "Ada Kingsley", "Max", "Max Moreau", "King Ada", "dpa"])
def test_a_name_that_is_merely_like_one_is_nothing_to_tell(client: Client, name: str) -> None:
    make_moderator()
    make_author("dpa")
    post(client, make_article(), name=name)
    assert told(Comment.objects.get()) == []


def test_a_name_that_a_reader_takes_later_is_told_too(client: Client) -> None:
    comment = make_comment(make_article(), status="pending")
    sent = {"comment": comment.text, "name": "Ada King", "website": "", "seen": comment.text_version}
    assert client.post(f"{receipt_url(comment)}edit/", sent).status_code == 303
    assert told(Comment.objects.get()) == ["goes by the name of Ada King"]
