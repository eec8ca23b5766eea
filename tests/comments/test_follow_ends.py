"""Mail to writers ends with one press, for one discussion or for all, and each link does its own thing alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from comments import follow_mail, receipts, subscriptions, trust
from comments.models import Comment, DataRequest, Follow, Notice, Policy, Writer
from tests.comments.desk.test_notices import make_notice
from tests.comments.following import RITA, answered, article, followed, link_in, mailbox, rounds
from tests.comments.posting import post, text
from tests.factories import make_article, make_comment
from tests.mailbox import Mailbox

__all__ = ["article", "mailbox"]  # fixtures

pytestmark = pytest.mark.django_db


# Ended with one press.


def test_who_confirms_an_address_whose_mail_is_stopped_reads_that_none_comes(client: Client, article: Article) -> None:
    writer = followed(article, confirmed=False).writer
    path = subscriptions.question_path(writer)
    writer.stop()
    page = client.post(path, follow=True).content.decode()
    assert "All mail to it is stopped, so none comes yet." in page
    assert "mail begins" not in page


def test_every_notification_can_be_ended_by_the_mail_program_itself(article: Article, mailbox: Mailbox) -> None:
    """RFC 8058: a POST without cookie, token or redirect; here with the CSRF check switched on."""
    comment = followed(article)
    answered(comment)
    [mail] = rounds(mailbox)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<https://news\.example(/comments/follow/\S+/)>", mail["List-Unsubscribe"].strip())
    assert found
    program = Client(enforce_csrf_checks=True)
    response = program.post(found[1], {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not response.cookies
    answered(comment)
    assert rounds(mailbox) == []


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "a/b"])
def test_ending_works_whatever_body_the_mail_program_sends(article: Article, kind: str) -> None:
    follow = Follow.objects.get(comment=followed(article))
    body = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    sent = body if "multipart" in kind else b"List-Unsubscribe=One-Click"
    assert Client().generic("POST", subscriptions.mute_path(follow), sent, kind).status_code == 200
    follow.refresh_from_db()
    assert follow.muted_at


def test_fetching_a_link_ten_times_ends_nothing(client: Client, article: Article) -> None:
    comment = followed(article)
    follow = Follow.objects.get()
    paths = [subscriptions.mute_path(follow), subscriptions.stop_path(follow.writer)]
    paths += [
        subscriptions.subscriptions_path(follow.writer),
        f"/comments/receipt/{receipts.receipt_token(comment)}/follow/",
    ]
    for path in paths * 10:
        assert client.get(path).status_code in (200, 302)
    follow.refresh_from_db()
    assert follow.muted_at is None
    assert follow.paused_at is None
    assert Writer.objects.get().stopped_at is None


def test_ending_is_for_one_discussion_and_one_person(article: Article, mailbox: Mailbox, client: Client) -> None:
    comment, elsewhere = followed(article), followed(make_article("Elsewhere"))
    noor = followed(article, "noor@reader.example", scope="all")
    client.post(subscriptions.mute_path(Follow.objects.get(comment=comment)))
    answered(comment, email="third@reader.example")
    answered(elsewhere, email="third@reader.example")
    to = sorted((mail["To"], mail["Subject"].split(": ")[1]) for mail in rounds(mailbox))
    assert to == [("noor@reader.example", article.headline), (RITA, "Elsewhere")]
    assert noor.writer_id != comment.writer_id


def test_a_tick_under_a_typed_address_does_not_undo_what_its_owner_ended(
    article: Article, mailbox: Mailbox, client: Client
) -> None:
    comment = followed(article)
    client.post(subscriptions.mute_path(Follow.objects.get()))
    again = followed(article)
    answered(again)
    assert rounds(mailbox) == []
    client.post(subscriptions.mute_path(Follow.objects.get(comment=comment)), {"act": "unmute"})
    answered(again)
    assert len(rounds(mailbox)) == 1


def test_a_reply_found_before_the_end_is_not_mailed_after_it(article: Article, mailbox: Mailbox) -> None:
    answered(followed(article))
    follow_mail.look_for_mail()
    Follow.objects.get().mute()
    assert rounds(mailbox) == []


def test_whoever_stopped_all_mail_gets_none_not_even_a_question(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    comment = followed(article)
    writer = Writer.objects.get(key=RITA)
    assert client.post(subscriptions.stop_path(writer)).status_code == 200
    answered(comment)
    assert rounds(mailbox) == []
    Writer.objects.update(confirmed_at=None)
    post(client, article, follow="on")
    assert rounds(mailbox) == []
    client.post(subscriptions.stop_path(writer), {"act": "resume"})
    assert Writer.objects.get(key=RITA).stopped_at is None


def test_a_link_for_one_thing_does_no_other(client: Client, article: Article) -> None:
    follow = Follow.objects.get(comment=followed(article))
    other = Follow.objects.get(comment=followed(article, "noor@reader.example"))
    token = subscriptions.mute_path(follow).split("/")[-2]
    owned = subscriptions.subscriptions_path(follow.writer).split("/")[-2]
    tampered = f"{other.pk}{token[token.index('-') :]}"
    for path in (
        f"/comments/follow/{tampered}/",
        f"/comments/follow/{owned}/",
        f"/comments/mail/{token}/",
        f"/comments/mail/{owned}/stop/",
        f"/comments/mail/{owned}/confirm/",
        f"/comments/follow/{token[:-1]}/",
        f"/comments/follow/{token}x/",
        "/comments/follow/x/",
        "/comments/follow/" + "9" * 19 + token[token.index("-") :] + "/",
        "/comments/follow/%00/",
    ):
        assert client.post(path).status_code == 404, path
    assert not Follow.objects.filter(muted_at__isnull=False).exists()


# One's own list.


def test_the_list_changes_what_is_its_owners_and_nothing_else(client: Client, article: Article) -> None:
    mine = Follow.objects.get(comment=followed(article))
    noors = Follow.objects.get(comment=followed(article, "noor@reader.example"))
    path = subscriptions.subscriptions_path(mine.writer)
    assert "The chip maker opens a plant" in text(client.get(path))
    assert client.post(path, {"act": "mute", "follow": noors.pk}).status_code == 422
    for fields in ({"act": "mute"}, {"act": "mute", "follow": "9" * 40}, {"act": "speed", "follow": mine.pk}, {}):
        assert client.post(path, fields).status_code == 422
    assert client.post(path, {"act": "speed", "follow": mine.pk, "speed": "daily"}).status_code == 303
    assert client.post(path, {"act": "mute", "follow": mine.pk}).status_code == 303
    assert "Stopped" in text(client.get(path))
    mine.refresh_from_db()
    noors.refresh_from_db()
    assert (mine.speed, bool(mine.muted_at)) == ("daily", True)
    assert (noors.speed, noors.muted_at) == ("at-once", None)
    client.post(path, {"act": "unmute", "follow": mine.pk})
    client.post(path, {"act": "stop"})
    assert Writer.objects.get(key=RITA).stopped_at
    client.post(path, {"act": "resume"})
    assert Writer.objects.get(key=RITA).stopped_at is None
    assert client.post(path, {"act": "stop"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_links_are_made_void_and_a_new_one_is_mailed(client: Client, article: Article, mailbox: Mailbox) -> None:
    follow = Follow.objects.get(comment=followed(article))
    path, mute = subscriptions.subscriptions_path(follow.writer), subscriptions.mute_path(follow)
    assert client.post(path, {"act": "void"}).status_code == 200
    for old in (path, mute, subscriptions.stop_path(follow.writer)):
        assert client.get(old).status_code == 404
    [mail] = rounds(mailbox)
    assert client.get(link_in(mail, "mail/")).status_code == 200


def test_no_link_of_an_address_outlives_that_it_made_its_links_void(
    client: Client, article: Article, mailbox: Mailbox
) -> None:
    """Receipts and notices too, whoever typed the address there, for a mail may have held them; others' links stay."""
    comment, others = followed(article), followed(article, "noor@reader.example")
    writer = Writer.objects.get(key=RITA)
    notice, theirs = make_notice(comment=others), make_notice(comment=comment)
    Notice.objects.filter(pk=notice.pk).update(notifier=writer)
    notice.refresh_from_db()
    asked = DataRequest.of(RITA)
    links = [receipts.receipt_url(comment), notice.get_absolute_url()]
    links += [f"/comments/my-data/{asked.open_with_new_key()}/", subscriptions.stop_path(writer)]
    kept = [receipts.receipt_url(others), theirs.get_absolute_url()]
    assert {client.get(link).status_code for link in (*links, *kept)} == {200}
    page = client.post(subscriptions.subscriptions_path(writer), {"act": "void"})
    assert "/comments/my-data/" in text(page)
    for link in links:
        assert client.get(link).status_code == 404, link
    assert {client.get(link).status_code for link in kept} == {200}
    [mail] = [each for each in rounds(mailbox) if each["To"] == RITA and "new link" in each["Subject"]]
    assert link_in(mail, "my-data") == "/comments/my-data/"
    # Nothing stands in the way of a link to what is held now.
    client.post("/comments/my-data/", {"email": RITA})
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        [mail] = [each for each in rounds(mailbox) if "holds about you" in each["Subject"]]
        page = text(client.get(link_in(mail, "my-data")))
    for fresh in (receipts.receipt_url(Comment.objects.get(pk=comment.pk)), Notice.objects.get(pk=notice.pk)):
        address = fresh if isinstance(fresh, str) else fresh.get_absolute_url()
        assert address in page
        assert client.get(address).status_code == 200


def test_a_mail_that_asks_for_ones_own_comment_ends_with_the_links_of_the_address(article: Article) -> None:
    Policy(trust_confirmed=True, trust_after=1).save()
    followed(article)
    comment = make_comment(article, status="pending", rule=trust.RULE)
    token = trust.own_url(comment).split("/")[-2]
    assert trust.find(token) == comment
    assert trust.find(token[:-1]) is None
    assert comment.writer is not None
    comment.writer.void_links()
    assert trust.find(token) is None


# The receipt's own choice.


def test_a_receipt_asks_for_mail_and_takes_it_back(client: Client, article: Article) -> None:
    comment = make_comment(article, status="pending")
    path = f"/comments/receipt/{receipts.receipt_token(comment)}/follow/"
    response = client.post(path, {"scope": "all", "speed": "daily", "outcome": "1"})
    assert response.status_code == 303
    follow = Follow.objects.get()
    comment.refresh_from_db()
    assert (follow.scope, follow.speed, comment.wants_outcome) == ("all", "daily", True)
    client.post(path, {"scope": "", "speed": "daily"})
    follow.refresh_from_db()
    comment.refresh_from_db()
    assert follow.paused_at
    assert not comment.wants_outcome
    page = client.get(receipts.receipt_url(comment)).content.decode()
    assert page.count(f'action="{path}"') == 1, "one place to choose"
    assert client.post(path, {"scope": "everything"}).status_code == 422
    assert client.post(path, {}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get(path).headers["Location"] == receipts.receipt_url(comment)


def test_a_receipt_tells_nothing_of_what_the_owner_of_the_address_does() -> None:
    """Whoever types Rita's address sees the same on his receipt, whatever Rita has confirmed, followed or ended."""
    from django.template.loader import render_to_string

    from comments.templatetags.mails import follow_panel

    article = make_article()
    panels = set()
    for number, state in enumerate(("new", "confirmed", "muted", "stopped")):
        address = f"rita-{number}@reader.example"
        if state != "new":
            own = followed(article, address, scope="all", speed="daily")
            if state == "muted":
                Follow.objects.get(comment=own).mute()
            if state == "stopped":
                Writer.objects.get(pk=own.writer_id).stop()
        typed = make_comment(article, email=address, status="pending")
        Follow.ask(typed)
        panels.add(render_to_string("comments/_follow.html", follow_panel(typed, "/x/")))
    assert len(panels) == 1


def test_a_post_costs_the_same_whatever_is_known_of_its_address(client: Client) -> None:
    post(client, make_article())  # what is read once per process is read now
    counts = set()
    for number, state in enumerate(("unconfirmed", "confirmed", "stopped")):
        article, address = make_article(), f"rita-{number}@reader.example"
        Writer.of(address)
        if state == "confirmed":
            Writer.objects.filter(address=address).update(confirmed_at=timezone.now())
        if state == "stopped":
            Writer.objects.filter(address=address).update(stopped_at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            response = post(client, article, email=address, follow="on", wants_outcome="on")
        counts.add((response.status_code, len(queries)))
    assert len(counts) == 1


def test_boxes_stay_ticked_when_something_has_to_be_mended(client: Client, article: Article) -> None:
    page = post(client, article, comment="", follow="on").content.decode()
    [box] = re.findall(r"<input[^>]*name=\"follow\"[^>]*>", page)
    assert "checked" in box
    [box] = re.findall(r"<input[^>]*name=\"wants_outcome\"[^>]*>", page)
    assert "checked" not in box
