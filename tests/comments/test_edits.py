"""Mending a comment from its receipt: until when, what moderators see again, what is kept of the words before."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from comments import edits, receipts
from comments.models import (
    MOST_EDITS,
    BlockedWord,
    Comment,
    Decision,
    Measure,
    Policy,
    Revision,
    Tally,
    TextChanged,
    Thread,
)
from tests.comments.posting import text
from tests.factories import make_article, make_author_user, make_comment, make_moderator

pytestmark = pytest.mark.django_db

BEFORE = "The new clusters came to Sweden frist, as we had been told in November."


def address(comment: Comment) -> str:
    return f"{receipts.receipt_url(comment)}edit/"


def change(client: Client, which: Comment, **fields: str):
    """Post the form of the edit page as a browser would, with some fields changed."""
    now = Comment.objects.get(pk=which.pk)
    was = {"comment": now.text, "name": now.name, "website": now.website, "seen": now.text_version}
    return client.post(address(now), {**was, **fields})


def approved(**fields: str) -> Comment:
    comment = make_comment(text=BEFORE, status="pending", **fields)
    comment.approve(by=make_moderator())
    return comment


def test_a_held_comment_is_mended_and_keeps_its_place_in_the_queue(client: Client) -> None:
    made = timezone.now() - timedelta(minutes=5)
    comment = make_comment(text=BEFORE, status="pending", created_at=made)
    page = text(client.get(address(comment)))
    assert BEFORE in page
    response = change(client, comment, comment="Something *else* altogether.", name="Rita M.")
    assert (response.status_code, response.headers["Location"]) == (303, receipts.receipt_url(comment))
    comment.refresh_from_db()
    assert (comment.text, comment.name, comment.status) == ("Something *else* altogether.", "Rita M.", "pending")
    assert "<em>else</em>" in comment.html
    assert comment.created_at == made
    assert comment.edited_at is not None
    [revision] = Revision.objects.all()
    assert (revision.text, revision.name, revision.actor_name) == (BEFORE, "Rita Moreau", "The writer")
    assert not Decision.objects.exists()


def test_mended_typing_stays_before_readers_and_is_marked(client: Client) -> None:
    comment = approved()
    assert change(client, comment, comment=BEFORE.replace("frist", "first")).status_code == 303
    comment.refresh_from_db()
    assert comment.status == "approved"
    assert comment.edited_at is not None
    assert "Sweden first" in text(client.get(comment.article.get_absolute_url()))


@pytest.mark.parametrize(
    "fields",
    [
        {"comment": "Buy something else."},
        {"comment": BEFORE + " https://statistics.example/"},
        {"comment": BEFORE.replace("Sweden", "Norway")},
        {"comment": BEFORE.replace("had been", "had not been")},
        {"name": "Ada King"},
        {"website": "https://norway.example/"},
    ],
)
def test_what_became_another_comment_goes_back_to_the_queue_at_once(client: Client, fields: dict[str, str]) -> None:
    Policy(hold_score=0).save()  # it is about the edit
    comment = approved()
    url = comment.article.get_absolute_url()
    assert BEFORE in text(client.get(url))
    assert change(client, comment, **fields).status_code == 303
    comment.refresh_from_db()
    assert (comment.status, comment.rule, comment.decided_at) == ("pending", "edited", None)
    assert comment.because.startswith("Changed after it was approved: ")
    page = text(client.get(url))
    assert comment.text not in page
    assert BEFORE not in page
    last = Decision.objects.latest("pk")
    assert (last.was, last.became, last.by, last.channel, last.actor_name) == (
        *("approved", "pending", None, "receipt"),
        "The writer",
    )
    assert Tally.counts()["pending"] == 1
    assert Thread.objects.get().approved_count == 0
    assert "Your change is waiting for a moderator" in text(client.get(receipts.receipt_url(comment)))


def test_small_changes_do_not_add_up_to_what_nobody_read(client: Client) -> None:
    Policy(hold_score=0).save()  # it is about the edit
    comment = approved()
    for word in ("told", "tolb", "tobb"):
        answer = change(client, comment, comment=BEFORE.replace("told", word))
    assert answer.status_code == 303
    comment.refresh_from_db()
    assert (comment.status, comment.rule) == ("pending", "edited")
    comment.approve(by=make_moderator("second"), seen=comment.on_screen)
    change(client, comment, comment=BEFORE.replace("told", "tobbs"))  # from here on, those words were read
    comment.refresh_from_db()
    assert comment.status == "approved"


def test_a_rule_that_sees_something_new_in_a_small_change_is_heard(client: Client) -> None:
    BlockedWord.objects.create(phrase="fast")
    comment = approved()
    change(client, comment, comment=BEFORE.replace("frist", "first").replace("been", "fast"))
    comment.refresh_from_db()
    assert (comment.status, comment.rule) == ("pending", "blocked-words")


def test_a_change_that_a_rule_takes_for_spam_goes_to_the_spam_folder(client: Client) -> None:
    BlockedWord.objects.create(phrase="casino", effect="spam")
    comment = approved()
    change(client, comment, comment="The best casino in town.")
    comment.refresh_from_db()
    assert comment.status == "spam"
    assert Decision.objects.latest("pk").actor_name == "The site"


def test_a_change_that_a_rule_turns_away_tells_its_reason_on_the_receipt(client: Client) -> None:
    BlockedWord.objects.create(phrase="casino", effect="reject", reason="advertising")
    comment = approved()
    change(client, comment, comment="The best casino in town.")
    comment.refresh_from_db()
    assert (comment.status, comment.reason) == ("rejected", "advertising")
    page = text(client.get(receipts.receipt_url(comment)))
    assert "A rule of this site decided so by itself" in page
    assert "Advertising" in page


def test_a_change_never_brings_a_comment_before_readers(client: Client) -> None:
    comment = make_comment(text=BEFORE, status="pending", rule="reports", because="Three readers reported it.")
    change(client, comment, comment="Harmless now.")
    comment.refresh_from_db()
    assert (comment.status, comment.rule) == ("pending", "reports")


@pytest.mark.parametrize("kind", ["hold", "ban"])
def test_a_long_reason_of_a_measure_is_cut_to_what_is_kept(client: Client, kind: str) -> None:
    comment = make_comment(text=BEFORE, status="pending", rule="marked" if kind == "hold" else "first")
    with time_machine.travel(timezone.now() - timedelta(minutes=2)):
        Measure.impose(comment.writer, kind, by=make_moderator(), reason="x" * 290)
    assert change(client, comment, comment="Other words than before.").status_code == 303
    comment.refresh_from_db()
    assert comment.rule == "marked"
    assert len(comment.because) == 200


def test_saying_the_same_changes_nothing(client: Client) -> None:
    comment = approved()
    assert change(client, comment).status_code == 303
    comment.refresh_from_db()
    assert comment.edited_at is None
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"comment": ""}, "Write your comment."),
        ({"comment": "x" * 10_001}, "Use at most 10 kB"),
        ({"comment": ">" * 200 + " deep quote"}, "Lists and quotes may stand at most 9 levels deep."),
        ({"name": " "}, "Write the name"),
        ({"name": "Rita@reader.example"}, "This is your email address."),
        ({"comment": "Write to rita@Reader.example."}, "Your comment holds the email address"),
        ({"website": "nonsense"}, "This is not a web address"),
        ({"website": "javascript:alert(1)"}, "This is not a web address"),
    ],
)
def test_what_is_not_well_formed_is_said_with_everything_kept(client: Client, fields, sentence: str) -> None:
    comment = make_comment(text=BEFORE, status="pending")
    response = change(client, comment, **{"comment": "My newer words.", **fields})
    page = text(response)
    assert response.status_code == 422
    assert sentence in page
    assert fields.get("comment", "My newer words.")[:50] in page
    assert "no-store" in response.headers["Cache-Control"]
    comment.refresh_from_db()
    assert comment.text == BEFORE


def test_moderators_may_leave_an_address_where_it_is() -> None:
    comment = make_comment(text=BEFORE, status="pending")
    comment.amend(by=make_moderator(), text="Write to rita@reader.example.", reason="She asked for it.")
    assert Comment.objects.get().text == "Write to rita@reader.example."


def test_a_preview_changes_nothing(client: Client) -> None:
    comment = make_comment(text=BEFORE, status="pending")
    page = text(change(client, comment, comment="With *force*.", preview="1"))
    assert "<em>force</em>" in page
    assert "nothing is changed yet" in page
    comment.refresh_from_db()
    assert comment.text == BEFORE


def test_looking_at_the_form_changes_nothing(client: Client) -> None:
    comment = make_comment(text=BEFORE, status="pending")
    for _ in range(10):
        client.get(address(comment), {"comment": "By a scanner.", "name": "X", "seen": "first"})
    comment.refresh_from_db()
    assert comment.text == BEFORE


def test_after_the_window_the_words_stay_and_the_sentence_says_until_when(client: Client) -> None:
    comment = make_comment(text=BEFORE, status="pending")
    with time_machine.travel(comment.created_at + timedelta(minutes=14, seconds=59), tick=False):
        assert "Edit</a>" in text(client.get(receipts.receipt_url(comment)))
        assert client.get(address(comment)).status_code == 200
    with time_machine.travel(comment.created_at + timedelta(minutes=15), tick=False):
        assert "Edit</a>" not in text(client.get(receipts.receipt_url(comment)))
        response = change(client, comment, comment="Too late, alas.")
    page = text(response)
    assert response.status_code == 403
    assert f"{timezone.localtime(comment.editable_until):%H:%M} UTC" in page
    assert "Too late, alas." in page, "what was typed is given back"
    comment.refresh_from_db()
    assert comment.text == BEFORE


@pytest.mark.parametrize("status", ["rejected", "spam", "withdrawn"])
def test_what_was_decided_about_stays_as_it_is(client: Client, status: str) -> None:
    comment = make_comment(text=BEFORE, status=status)
    assert change(client, comment, comment="Nicer words.").status_code == 403
    comment.refresh_from_db()
    assert comment.text == BEFORE


def test_a_closed_thread_takes_no_edit_either(client: Client) -> None:
    comment = approved()
    Thread.objects.get().close(by=make_moderator("closer"), reason="It went in circles.")
    response = change(client, comment, comment="One more word.")
    assert response.status_code == 403
    assert "It went in circles." in text(response)
    comment.refresh_from_db()
    assert comment.text == BEFORE


def test_who_is_suspended_edits_nothing_until_the_clock_ends_it(client: Client) -> None:
    comment = make_comment(text=BEFORE, status="pending")
    now = timezone.now()
    Measure.impose(
        comment.writer,
        "suspend",
        by=make_moderator(),
        reason="Calm down.",
        until=now + timedelta(minutes=5),
    )
    response = change(client, comment, comment="Again.")
    assert response.status_code == 403
    assert "Calm down." in text(response)
    with time_machine.travel(now + timedelta(minutes=6), tick=False):
        assert change(client, comment, comment="Calmly again.").status_code == 303


def test_a_suspension_from_before_is_not_told_to_whoever_typed_that_address(client: Client) -> None:
    """An address is merely typed: the answer must not say what was decided about its owner."""
    first = make_comment(status="pending")
    Measure.impose(first.writer, "ban", by=make_moderator(), reason="Insults.")
    comment = make_comment(text=BEFORE, status="pending")
    assert "Insults" not in text(change(client, comment, comment="Some more."))


def test_a_script_that_edits_and_edits_is_stopped(client: Client) -> None:
    comment = make_comment(text=BEFORE, status="pending")
    for number in range(MOST_EDITS):
        assert change(client, comment, comment=f"Wording {number}.").status_code == 303
    response = change(client, comment, comment="One too many.")
    assert response.status_code == 429
    assert "One too many." in text(response)


def test_two_windows_do_not_overwrite_each_other(client: Client) -> None:
    comment = make_comment(text=BEFORE, status="pending")
    change(client, comment, comment="From the first window.")
    response = change(client, comment, comment="From the second window.", seen="first")
    page = text(response)
    assert response.status_code == 409
    assert "From the second window." in page
    comment.refresh_from_db()
    assert comment.text == "From the first window."
    assert f'value="{comment.text_version}"' in page, "a second press takes it"


@pytest.mark.parametrize("seen", ["", "nonsense", "2" * 4000])
def test_a_form_that_does_not_say_what_it_changes_is_not_believed(client: Client, seen: str) -> None:
    comment = make_comment(text=BEFORE, status="pending")
    assert change(client, comment, comment="Other words.", seen=seen).status_code == 409


def test_the_same_words_twice_under_one_article_are_not_taken_by_an_edit_either(client: Client) -> None:
    article = make_article()
    make_comment(article, text="Said already.")
    comment = make_comment(article, text=BEFORE, status="pending")
    assert change(client, comment, comment="said  already.").status_code == 409


def test_another_site_changes_nothing(client: Client) -> None:
    comment = make_comment(text=BEFORE, status="pending")
    sent = {"comment": "Foreign.", "name": "X", "seen": "first"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        assert client.post(address(comment), sent, headers=headers).status_code == 403
    comment.refresh_from_db()
    assert comment.text == BEFORE


@pytest.mark.parametrize("page", ["edit", "withdraw", "link"])
def test_a_key_that_is_swapped_or_void_opens_no_page(client: Client, page: str) -> None:
    comment, other = make_comment(status="pending"), make_comment(status="pending")
    proof = receipts.receipt_token(comment).partition("-")[2]
    assert client.get(f"/comments/receipt/{other.pk}-{proof}/{page}/").status_code == 404
    old = receipts.receipt_url(comment)
    comment.renew_receipt()
    assert client.get(f"{old}{page}/").status_code == 404
    assert client.post(f"{old}{page}/", {"comment": "x", "name": "x"}).status_code == 404
    assert client.put(f"{receipts.receipt_url(comment)}{page}/").status_code == 405


# Moderators beside the writer.


def test_a_decision_about_words_that_changed_meanwhile_is_refused() -> None:
    comment = make_comment(text=BEFORE, status="pending")
    on_screen = comment.on_screen
    edits.mend(comment, edits.Mended("Buy my pills.", "Rita", ""), seen="first")
    max_, stale = make_moderator(), Comment.objects.get(pk=comment.pk)
    for act in (
        lambda: stale.approve(by=max_, seen=on_screen),
        lambda: stale.answer(by=max_, text="Thanks", seen=on_screen),
        lambda: stale.mark_spam(by=max_, seen=on_screen),
    ):
        with pytest.raises(TextChanged, match="changed after you had read it"):
            act()
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert comment.approve(by=max_, seen=comment.on_screen) is not None


def test_an_undo_does_not_publish_words_that_nobody_read() -> None:
    comment, max_ = approved(), make_moderator("second")
    back = comment.restore(by=max_)
    edits.mend(comment, edits.Mended("Buy my pills.", "Rita", ""), seen="first")
    assert back is not None
    with pytest.raises(TextChanged):
        Comment.objects.get(pk=comment.pk).undo(back, by=max_)
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_a_moderators_change_keeps_the_words_before_with_the_reason() -> None:
    comment, max_ = approved(), make_moderator("second")
    comment.amend(by=max_, text="Without the number of a neighbour.", reason="Private data.", seen=comment.on_screen)
    comment.refresh_from_db()
    assert (comment.text, comment.status) == ("Without the number of a neighbour.", "approved")
    assert comment.moderated_at is not None
    assert comment.edited_at is None
    [revision] = comment.revisions.all()
    assert (revision.text, revision.reason, revision.actor_name) == (BEFORE, "Private data.", "Max Orsini")
    max_.delete()
    revision.refresh_from_db()
    assert revision.actor_name == "Somebody who has left"


def test_a_moderators_change_needs_the_right_a_reason_and_the_words_that_stand() -> None:
    comment, max_ = approved(), make_moderator("second")
    with pytest.raises(PermissionDenied):
        comment.amend(by=make_author_user(), text="x", reason="y")
    with pytest.raises(ValueError, match="Write why"):
        comment.amend(by=max_, text="x", reason="  ")
    with pytest.raises(TextChanged):
        comment.amend(by=max_, text="x", reason="y", seen="approved@20260101000000000000")
    assert not Revision.objects.exists()
