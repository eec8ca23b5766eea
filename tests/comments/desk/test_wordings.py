"""What the desk shows and changes of a comment's words, and what stands in the reports about it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.admin.wordings import differences
from comments.models import Appeal, Comment, Decision, Report, Revision, Tally
from tests.comments.desk.queueing import QUEUE, pending, shown, undo_in
from tests.factories import make_comment, make_editor

pytestmark = pytest.mark.django_db


def page_of(comment: Comment) -> str:
    return f"{QUEUE}{comment.pk}/change/"


def amended(client: Client, comment: Comment, text: str, **fields: str) -> str:
    """Change a text at the desk, and return the page that follows."""
    press = {"decide": f"amend:{comment.pk}", "seen": comment.on_screen, "text": text, "reason": "A phone number."}
    return client.post(page_of(comment), press | fields, follow=True).content.decode()


# Edited by a moderator.


def test_a_changed_text_keeps_the_original_and_readers_see_that_a_moderator_did_it(
    client: Client, max_: User, article: Article
) -> None:
    comment = make_comment(article, "Call me at 555 0100 about the patch.")
    html = amended(client, comment, "Call me about the patch.")
    comment.refresh_from_db()
    assert comment.text == "Call me about the patch."
    assert comment.moderated_at
    revision = Revision.objects.get()
    assert (revision.text, revision.by, revision.reason) == (
        "Call me at 555 0100 about the patch.",
        max_,
        "A phone number.",
    )
    assert re.search(r"Call me\s*<del>\s*at 555 0100\s*</del>\s*about the patch\.", html)
    assert "A phone number." in html
    page = Client().get(article.get_absolute_url()).content.decode()
    assert "555 0100" not in page
    assert "dited by a moderator" in page
    assert Decision.objects.last().act == "amended"  # type: ignore[union-attr]


def test_a_changed_text_still_waits_for_its_decision(client: Client, max_: User, article: Article) -> None:
    comment = pending(article, "Call me at 555 0100.")
    html = amended(client, comment, "Call me.")
    assert f'value="approve:{comment.pk}"' in html
    comment.refresh_from_db()
    client.post(page_of(comment), {"decide": f"approve:{comment.pk}", "seen": comment.on_screen})
    comment.refresh_from_db()
    assert comment.status == "approved"


@pytest.mark.parametrize(
    ("text", "reason", "sentence"),
    [
        ("Other words.", " ", "Write why you change it"),
        ("Other words.", "\u200b", "Write why you change it"),
        ("  ", "Why not", "would show nothing"),
        ("\u200b", "Why not", "would show nothing"),
        ("x" * 10_241, "Why not", "A text may have"),
        (">" * 20 + " so deep", "Why not", "Lists and quotes may stand at most 9 levels deep."),
        ("The same words.", "Why not", "It says that already"),
    ],
)
def test_a_change_that_cannot_be_is_told_and_what_was_typed_is_kept(
    client: Client, max_: User, article: Article, text: str, reason: str, sentence: str
) -> None:
    comment = pending(article, "The same words.")
    html = amended(client, comment, text, reason=reason)
    assert sentence in html
    if text == "Other words.":
        assert "Other words.</textarea>" in html
    assert not Revision.objects.exists()


def test_a_change_of_words_that_their_writer_changed_meanwhile_is_refused(
    client: Client, max_: User, article: Article
) -> None:
    comment = pending(article, "First words.")
    stale = comment.on_screen
    Comment.objects.get(pk=comment.pk).edit(text="Second words.", name="Rita Moreau", website="", seen="@first")
    html = amended(client, comment, "Third words.", seen=stale)
    assert "The text was changed after you had read it" in html
    assert "Third words.</textarea>" in html
    comment.refresh_from_db()
    assert comment.text == "Second words."


def test_the_wording_before_is_put_back_by_one_press(client: Client, max_: User, article: Article) -> None:
    comment = make_comment(article, "The original words.")
    html = amended(client, comment, "Changed words.")
    found = re.search(r'name="revision" value="(\d+)"', html)
    assert found
    comment.refresh_from_db()
    press = {"decide": f"putback:{comment.pk}", "seen": comment.on_screen, "revision": found[1]}
    client.post(page_of(comment), press)
    comment.refresh_from_db()
    assert comment.text == "The original words."
    assert Revision.objects.count() == 2
    for odd in ("", "x", "9" * 30, "0"):
        html = client.post(page_of(comment), {**press, "revision": odd}, follow=True).content.decode()
        assert "not kept any more" in html


def test_what_its_writer_took_back_is_not_reworded(client: Client, max_: User, article: Article) -> None:
    comment = pending(article, "Some words.")
    comment.withdraw()
    assert "Its writer took it back" in amended(client, comment, "Others.")
    assert not Revision.objects.exists()


# Edited by its writer.


def test_the_queue_shows_what_the_writer_changed(client: Client, max_: User, article: Article) -> None:
    comment = pending(article, "The old <b>words</b> of mine.")
    comment.edit(text="The new <b>words</b> of mine.", name="Rita", website="", seen=comment.on_screen)
    html = client.get(QUEUE).content.decode()
    assert "<del>old</del><ins>new</ins> &lt;b&gt;words&lt;/b&gt; of mine." in html
    html = client.get(page_of(comment)).content.decode()
    assert "Name: <del>Rita Moreau</del>" in html
    assert "<b>The writer</b> changed it" in html


def test_words_that_were_added_at_the_end_are_all_that_is_marked() -> None:
    parts = differences("in the same chat", "in the same chat and the next")
    assert [(part.kind, part.text) for part in parts] == [("same", "in the same chat"), ("come", " and the next")]


def test_each_earlier_wording_stands_beside_the_one_that_took_its_place(
    client: Client, max_: User, article: Article
) -> None:
    comment = pending(article, "One.")
    for text in ("Two.", "Three."):
        comment.edit(text=text, name=comment.name, website="", seen=comment.on_screen)
    html = client.get(page_of(comment)).content.decode()
    assert re.findall(r'<p class="diff" dir="auto"><(del|ins)>(\w+)', html) == [
        ("del", "Two"),
        ("ins", "Three"),
        ("del", "One"),
        ("ins", "Two"),
    ]


@pytest.mark.parametrize(
    ("old", "new"), [("a " * 5_000, "a " * 4_999 + "b"), ("x" * 10_000, "y" * 10_000), ("", "word"), ("word", "")]
)
def test_texts_of_any_kind_are_compared_and_lose_nothing(old: str, new: str) -> None:
    parts = differences(old, new)
    assert "".join(part.text for part in parts if part.kind != "come") == old
    assert "".join(part.text for part in parts if part.kind != "gone") == new


# Reported by readers.


def test_open_reports_stand_beside_the_comment_with_their_reasons(client: Client, max_: User, article: Article) -> None:
    comment = make_comment(article)
    comment.report(reason="spam", network="203.0.113.0/24")
    comment.report(reason="abuse", network="198.51.100.0/24", statement="He <i>names</i> my street.")
    html = client.get(f"{QUEUE}?folder=reported").content.decode()
    assert shown(html) == [comment.pk]
    assert "<b>1</b> spam or advertising" in html
    assert "He &lt;i&gt;names&lt;/i&gt; my street." in html
    assert "203.0.113" not in html
    assert f'value="keep:{comment.pk}"' in html


def test_keeping_a_comment_dismisses_its_reports_and_can_be_undone(
    client: Client, max_: User, article: Article
) -> None:
    comment = make_comment(article)
    comment.report(reason="spam", network="203.0.113.0/24")
    page = f"{QUEUE}?folder=reported"
    comment.refresh_from_db()
    client.post(page, {"decide": f"keep:{comment.pk}", "seen": comment.on_screen})
    assert Report.objects.get().state == "dismissed"
    assert Tally.counts()["reported"] == 0
    html = client.get(page).content.decode()
    assert "No report is open." in html
    undo = undo_in(html)
    client.post(QUEUE, undo)
    assert Report.objects.get().state == "open"
    assert Tally.counts()["reported"] == 1


def test_several_reported_comments_are_kept_by_one_press(client: Client, max_: User, article: Article) -> None:
    comments = [make_comment(article) for _ in range(3)]
    for comment in comments:
        comment.report(reason="spam", network="203.0.113.0/24")
    post = {"index": "0", "action": "keep", "_selected_action": [comment.pk for comment in comments[:2]]}
    html = client.post(f"{QUEUE}?folder=reported", post, follow=True).content.decode()
    assert "2 comments kept" in html
    assert Tally.counts()["reported"] == 1


def test_an_appeal_stands_beside_the_comment_until_it_is_judged(client: Client, max_: User, article: Article) -> None:
    comment = pending(article)
    comment.reject(by=max_, reason="insult")
    appeal = Appeal.lodge(comment, "It was a quotation.")
    page = f"{QUEUE}?folder=rejected"
    assert "Waits for somebody who did not decide" in client.get(page).content.decode()
    appeal.refuse(by=make_editor())
    html = client.get(page).content.decode()
    assert "Refused by Ada King" in html
    assert f'href="/admin/comments/appeal/{appeal.pk}/change/"' in html


def test_a_page_of_edited_and_reported_comments_asks_a_fixed_number_of_questions(
    client: Client, max_: User, article: Article, django_assert_max_num_queries
) -> None:
    for number in range(12):
        comment = make_comment(article, email=f"r{number}@reader.example")
        comment.edit(text=f"Other words {number}.", name="Rita", website="", seen=comment.on_screen)
        comment.report(reason="spam", network=f"203.0.{number}.0/24")
    make_editor()
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=1))
    with django_assert_max_num_queries(17):
        html = client.get(f"{QUEUE}?folder=reported").content.decode()
    assert len(shown(html)) == 12
