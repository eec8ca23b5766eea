"""The private page of one comment: who gets in, what it tells, what it does."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from comments import receipts
from comments.models import Comment, Decision, Measure
from tests.comments.posting import post, text
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db


def address(comment: Comment) -> str:
    return receipts.receipt_url(comment)


def test_a_waiting_comment_shows_when_it_came_and_its_place_in_the_queue(client: Client) -> None:
    made = timezone.now() - timedelta(minutes=5)
    make_comment(status="pending", created_at=made - timedelta(minutes=1))
    comment = make_comment(text="Is *this* it?", status="pending", created_at=made)
    make_comment(status="pending")
    page = text(client.get(address(comment)))
    assert "Your comment is waiting for a moderator" in page
    assert "2<small> of 3</small>" in page
    assert f"{timezone.localtime(made):%H:%M}" in page
    assert "UTC" in page
    assert "Is <em>this</em> it?" in page
    assert "usually" not in page, "no wait is printed that nobody measured"


def test_the_usual_wait_is_the_middle_of_the_last_decisions_by_people(client: Client) -> None:
    max_, now = make_moderator(), timezone.now()
    for minutes in (1, 10, 25, 60, 600):
        comment = make_comment(status="pending", created_at=now - timedelta(minutes=minutes))
        with time_machine.travel(now, tick=False):
            comment.approve(by=max_)
    page = text(client.get(address(make_comment(status="pending"))))
    assert "25<small> min, usually</small>" in page


def test_what_moves_no_comment_is_no_wait() -> None:
    max_, now = make_moderator(), timezone.now()
    for number in range(5):
        comment = make_comment(status="pending", created_at=now - timedelta(minutes=30))
        comment.amend(by=max_, text=f"Shorter {number}.", reason="Too long.")
    assert receipts.usual_wait() is None


def test_a_rejected_comment_tells_reason_and_note_and_when(client: Client) -> None:
    comment = make_comment(status="pending")
    comment.reject(by=make_moderator(), reason="off-topic", note="This is about chips.")
    page = text(client.get(address(comment)))
    assert "Your comment is not published" in page
    assert "Rejected: Off topic." in page
    assert "This is about chips." in page
    assert "Max" not in page, "which moderator it was is nobody's business"


def test_an_approved_comment_leads_to_its_place(client: Client) -> None:
    comment = make_comment()
    page = text(client.get(address(comment)))
    assert "Your comment is published" in page
    assert f'href="/comments/{comment.pk}/"' in page


def test_the_page_is_private(client: Client) -> None:
    response = client.get(address(make_comment(status="pending")))
    assert "no-store" in response.headers["Cache-Control"]
    assert "private" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in response.headers


def test_the_address_is_not_printed_even_here(client: Client) -> None:
    comment = make_comment(email="rita@reader.example", status="pending")
    assert "rita@reader" not in text(client.get(address(comment)))


def test_only_the_right_key_opens_a_receipt(client: Client) -> None:
    comment, other = make_comment(), make_comment()
    token = receipts.receipt_token(comment)
    _, _, proof = token.partition("-")
    forged = [
        f"{other.pk}-{proof}",
        f"{comment.pk}-{'A' * 43}",
        token[:-1],
        token + "A",
        f"0{token}",
        str(comment.pk),
        f"{'9' * 30}-{proof}",
        "x",
        "٣-" + proof,
    ]
    for wrong in forged:
        assert client.get(f"/comments/receipt/{wrong}/").status_code == 404, wrong
        assert client.post(f"/comments/receipt/{wrong}/", {"act": "withdraw"}).status_code == 404
    assert client.get(f"/comments/receipt/{token}/").status_code == 200


def test_a_revoked_link_opens_nothing(client: Client) -> None:
    comment = make_comment()
    old = address(comment)
    comment.receipt_number += 1
    comment.save(update_fields=["receipt_number"])
    assert client.get(old).status_code == 404
    assert client.get(address(comment)).status_code == 200


def test_a_link_survives_a_change_of_the_secret_key(client: Client, settings) -> None:
    comment = make_comment()
    old = address(comment)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" + "1" * 40
    assert client.get(old).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(old).status_code == 404


def test_withdrawing_takes_a_post_and_works_at_once(client: Client) -> None:
    comment = make_comment(text="These words go.")
    response = client.post(address(comment), {"act": "withdraw"})
    assert response.status_code == 303
    assert response.headers["Location"] == address(comment)
    comment.refresh_from_db()
    assert comment.status == "withdrawn"
    assert "These words go." not in text(client.get(comment.article.get_absolute_url()))
    assert "You took your comment back" in text(client.get(address(comment)))
    assert Decision.objects.get(became="withdrawn").channel == "receipt"
    assert client.post(address(comment), {"act": "withdraw"}).status_code == 303, "twice is not an error"


def test_withdrawing_is_asked_about_first(client: Client) -> None:
    comment = make_comment(text="These words go.")
    assert f'href="{address(comment)}withdraw/"' in text(client.get(address(comment)))
    page = text(client.get(f"{address(comment)}withdraw/"))
    assert "These words go." in page
    assert f'<form method="post" action="{address(comment)}"' in page
    assert 'value="withdraw"' in page
    comment.withdraw()
    assert "You took it back already" in text(client.get(f"{address(comment)}withdraw/"))


def test_a_link_that_somebody_saw_is_made_void_and_the_new_one_shown(client: Client) -> None:
    comment = make_comment()
    old = address(comment)
    assert 'value="renew"' in text(client.get(f"{old}link/"))
    assert client.get(old).status_code == 200, "asking changes nothing"
    answer = client.post(old, {"act": "renew"})
    comment.refresh_from_db()
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{address(comment)}?renewed"
    assert f"http://testserver{address(comment)}" in text(client.get(answer.headers["Location"]))
    assert f"http://testserver{address(comment)}" not in text(client.get(address(comment)))
    assert client.get(old).status_code == 404
    assert client.post(old, {"act": "renew"}).status_code == 404


def test_of_two_who_renew_a_link_at_once_one_keeps_one() -> None:
    comment = make_comment()
    stale = Comment.objects.get(pk=comment.pk)
    assert comment.renew_receipt()
    assert not stale.renew_receipt()
    comment.refresh_from_db()
    assert comment.receipt_number == 1


def test_what_a_rule_decided_is_not_said_to_be_a_moderators_decision(client: Client) -> None:
    page = text(client.get(address(make_comment(status="rejected", rule="blocked-words"))))
    assert "A rule of this site decided so by itself" in page
    assert "A moderator read it" not in page


def test_measures_since_the_comment_are_told_with_their_end(client: Client) -> None:
    comment, max_ = make_comment(), make_moderator()
    Measure.impose(comment.writer, "warn", by=max_, reason="Stay with the subject.")
    until = timezone.now() + timedelta(days=3)
    Measure.impose(comment.writer, "suspend", by=max_, reason="You did not.", until=until)
    page = text(client.get(address(comment)))
    assert "Stay with the subject." in page
    assert "You did not." in page
    assert f"{timezone.localtime(until):%H:%M} UTC" in page
    assert "Max" not in page


def test_looking_changes_nothing(client: Client) -> None:
    comment = make_comment(status="pending")
    for _ in range(10):
        client.get(f"{address(comment)}?act=withdraw")
        client.head(address(comment))
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert not Decision.objects.exists()


def test_another_site_cannot_withdraw(client: Client) -> None:
    comment = make_comment()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        assert client.post(address(comment), {"act": "withdraw"}, headers=headers).status_code == 403
    comment.refresh_from_db()
    assert comment.status == "approved"
    # Its own page hides its address, and an older browser hides the origin with it.
    assert client.post(address(comment), {"act": "withdraw"}, headers={"Origin": "null"}).status_code == 303


@pytest.mark.parametrize("sent", [{}, {"act": ""}, {"act": "approve"}])
def test_an_unknown_act_changes_nothing(client: Client, sent: dict[str, str]) -> None:
    comment = make_comment(status="pending")
    assert client.post(address(comment), sent).status_code == 422
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_other_methods_are_refused(client: Client) -> None:
    assert client.put(address(make_comment())).status_code == 405


def test_the_whole_way_from_post_to_receipt(client: Client) -> None:
    answer = post(client, make_article(), comment="From the form.")
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "From the form." in text(page)


def test_the_parent_is_named_only_while_it_is_public(client: Client) -> None:
    parent = make_comment(name="Quiet Quentin")
    comment = make_comment(parent.article, parent=parent, status="pending")
    assert "Quiet Quentin" in text(client.get(address(comment)))
    parent.withdraw()
    assert "Quiet Quentin" not in text(client.get(address(comment)))


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_a_receipt_outlives_its_article_and_names_no_story_that_is_secret(client: Client, state: str) -> None:
    comment = make_comment(make_article("The headline"))
    type(comment.article).objects.update(state=state)
    page = text(client.get(address(comment)))
    assert comment.text in page
    assert "The headline" not in page
    assert "Your comment is published" not in page


@pytest.mark.parametrize(
    ("last", "field", "typed"),
    [("", "act", ""), ("edit/", "comment", "My <mended> words."), ("appeal/", "text", "Read it again.")],
)
def test_a_void_link_says_so_and_gives_back_what_was_typed(client: Client, last: str, field: str, typed: str) -> None:
    comment = make_comment(status="pending")
    old = address(comment)
    comment.renew_receipt()
    answer = client.post(f"{old}{last}", {field: typed})
    page = text(answer)
    assert answer.status_code == 404
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "This link opens nothing" in page
    assert "/comments/my-data/" in page
    assert ("What you wrote" in page) == bool(typed)
    assert not typed or f"{html.escape(typed)}</textarea>" in answer.content.decode()
    assert comment.name not in page


def test_a_forged_link_and_a_void_one_read_alike(client: Client) -> None:
    comment = make_comment(status="pending")
    old = address(comment)
    comment.renew_receipt()
    forged = f"/comments/receipt/{comment.pk}-{'A' * 43}/"
    assert text(client.get(old)) == text(client.get(forged)).replace(forged, old)


@pytest.mark.parametrize("state", ["withdrawn", "scheduled"])
@pytest.mark.parametrize("held", [False, True])
def test_what_waits_under_a_story_that_readers_do_not_see_says_so(client: Client, state: str, held: bool) -> None:
    comment = make_comment(status="approved" if held else "pending")
    if held:
        comment.restore(by=make_moderator())
    if state == "withdrawn":
        comment.article.withdraw(by=None, reason="A source took it back.")
    else:
        type(comment.article).objects.update(publish_at=timezone.now() + timedelta(days=1))
    page = text(client.get(address(comment)))
    assert "The article that it stands under is not public now: readers see no comment there, approved or not." in page
    assert "A moderator may read your comment meanwhile, or only once that is." in page
    assert "A moderator reads it before readers do." not in page
    assert "usually" not in page, "how long others waited says nothing of it"
    assert "Where you wrote it" in page
    assert "A story that readers do not see" in page
    assert "is not public now, so its words stay as they are." in page
    assert f'href="{address(comment)}edit/"' not in page
    type(comment.article).objects.update(state="published", publish_at=timezone.now())
    page = text(client.get(address(comment)))
    assert "not public" not in page
    assert "its words stay as they are" not in page


def test_why_an_old_comment_cannot_be_changed_is_not_laid_on_its_story(client: Client) -> None:
    comment = make_comment(status="pending", created_at=timezone.now() - timedelta(days=1))
    comment.article.withdraw(by=None, reason="A source took it back.")
    assert "its words stay as they are" not in text(client.get(address(comment)))
