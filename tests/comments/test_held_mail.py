"""Mail to moderators: what it holds, how often it comes, and what its links can and cannot do."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments import held_mail
from comments.models import Comment, Decision, HeldNotice, ModeratorMail, Notice, Writer
from tests.comments.following import article, mailbox
from tests.comments.posting import text
from tests.factories import make_article, make_author_user, make_comment, make_moderator
from tests.mailbox import Mailbox, html_of, text_of
from tests.working import work_off

__all__ = ["article", "mailbox"]  # fixtures

pytestmark = pytest.mark.django_db

OWN = "/admin/comments/moderatormail/"


def moderator(username: str = "max", speed: str = "at-once") -> User:
    user = make_moderator(username)
    user.email = f"{username}@news.example"
    user.save()
    ModeratorMail(user=user).choose(speed)
    return user


def held(article: Article, words: str = "Is that so?", **fields: Any) -> Comment:
    return make_comment(article, words, status="pending", **fields)


def rounds(mailbox: Mailbox) -> list[Any]:
    held_mail.look_for_held()
    failed = work_off()
    assert not failed, failed[0].traceback
    return mailbox.take()


def link(comment: Comment, act: str, by: User) -> str:
    return held_mail.decision_link(comment, act, by, 0)


def seen(client: Client, path: str) -> str:
    """What the page's form posts back of the text that was read."""
    [version] = re.findall(r'name="seen" value="([^"]+)"', client.get(path).content.decode())
    return str(version)


def press(client: Client, path: str, **fields: str) -> Any:
    return client.post(path, {"seen": seen(client, path), **fields})


# The mail.


def test_a_held_comment_is_mailed_with_what_is_needed_to_decide(article: Article, mailbox: Mailbox) -> None:
    moderator()
    parent = make_comment(article, "What do they make?")
    held(article, "Chips: see https://xn--pple-43d.example/win", parent=parent, because="A first comment.")
    [mail] = rounds(mailbox)
    words = text_of(mail)
    assert mail["To"] == "max@news.example"
    assert mail["Subject"] == "A comment waits: The chip maker opens a plant"
    for part in ("Rita Moreau", "> Chips: see", "> > What do they make?", "A first comment.", "xn--pple-43d.example"):
        assert part in words
    assert "reads as аpple.example" in words
    assert len(re.findall(r"https://news\.example/comments/decide/\S+/", words)) == 3
    assert 'href="https://xn--pple' not in html_of(mail)
    assert "rita@reader.example" not in mailbox.raw[0].decode() + words + html_of(mail)
    assert rounds(mailbox) == []


def test_a_mail_tells_the_score_the_record_and_the_reports(article: Article, mailbox: Mailbox) -> None:
    moderator()
    comment = make_comment(article, score=18)
    Writer.objects.update(rejected_count=2)
    for number in range(3):
        comment.report(reason="abuse", network=f"203.0.{number}.0/24")
    [mail] = rounds(mailbox)
    for words in (text_of(mail), html_of(mail)):
        assert "18 of 100" in words
        assert "The writer so far: 0 approved, 2 rejected, 0 spam" in words
        assert "Reported: 3 abuse" in words
        assert "203.0" not in words


def test_nobody_is_mailed_unasked_without_the_role_or_without_an_address(article: Article, mailbox: Mailbox) -> None:
    make_moderator("never")
    ModeratorMail(user=make_moderator("no-address")).choose("at-once")
    gone = moderator("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    moderator("demoted").groups.clear()
    left = moderator("left")
    User.objects.filter(pk=left.pk).update(is_staff=False)
    moderator("quiet", "never")
    held(article)
    assert rounds(mailbox) == []


def test_what_waited_before_the_choice_is_no_news(article: Article, mailbox: Mailbox) -> None:
    held(article)
    moderator()
    assert rounds(mailbox) == []
    held(article, "A new one.")
    assert len(rounds(mailbox)) == 1


def test_many_at_once_come_in_one_mail_with_the_rest_counted(article: Article, mailbox: Mailbox) -> None:
    moderator()
    for number in range(23):
        held(article, f"Remark {number}.")
    [mail] = rounds(mailbox)
    assert mail["Subject"] == "23 new comments wait"
    assert text_of(mail).count("Approve: ") == 20
    assert "And 3 more in the queue" in text_of(mail)
    assert rounds(mailbox) == []


def test_hourly_mail_gathers_an_hour(article: Article, mailbox: Mailbox) -> None:
    moderator(speed="hourly")
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False) as clock:
        held(article, "The first.")
        assert len(rounds(mailbox)) == 1
        clock.shift(timedelta(minutes=20))
        held(article, "The second.")
        held(article, "The third.")
        assert rounds(mailbox) == []
        clock.shift(timedelta(minutes=41))
        [mail] = rounds(mailbox)
        assert "The second." in text_of(mail)
        assert "The first." not in text_of(mail)


def test_the_morning_digest_holds_all_that_waits_and_comes_once_a_day(mailbox: Mailbox, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    with time_machine.travel("2027-03-02T10:00:00+00:00", tick=False) as clock:
        article = make_article()
        held(article, "It waited before.")
        moderator(speed="daily")
        assert rounds(mailbox) == []
        clock.move_to("2027-03-03T05:59:00+00:00")
        assert rounds(mailbox) == []
        clock.move_to("2027-03-03T06:00:00+00:00")
        [mail] = rounds(mailbox)
        assert mail["Subject"] == "1 comment waits"
        assert "It waited before." in text_of(mail)
        assert rounds(mailbox) == []
        Comment.objects.get().approve(by=make_moderator("other"))
        clock.move_to("2027-03-04T06:00:00+00:00")
        assert rounds(mailbox) == []
        held(article)
        clock.move_to("2027-03-04T15:00:00+00:00")
        assert rounds(mailbox) == []  # that morning is over
        clock.move_to("2027-03-05T06:00:00+00:00")
        assert len(rounds(mailbox)) == 1


def test_what_was_decided_before_the_mail_left_is_not_in_it(article: Article, mailbox: Mailbox) -> None:
    moderator()
    comment = held(article)
    held_mail.look_for_held()
    comment.approve(by=make_moderator("other"))
    work_off()
    assert mailbox.take() == []


def test_what_the_site_itself_put_back_is_news_again(article: Article, mailbox: Mailbox) -> None:
    moderator()
    comment = make_comment(article)
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(days=9))
    comment.restore(by=None, channel="report")
    assert len(rounds(mailbox)) == 1
    assert rounds(mailbox) == []


def test_what_reports_put_back_is_told_again_however_lately_it_was_told(article: Article, mailbox: Mailbox) -> None:
    max_ = moderator()
    comment = held(article)
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False) as clock:
        assert len(rounds(mailbox)) == 1
        clock.shift(timedelta(minutes=1))
        comment.approve(by=max_)
        for number in (1, 2, 3):
            comment.report(reason="abuse", network=f"203.0.{number}.0/24")
        [mail] = rounds(mailbox)
        assert "Held by readers' reports: 3 abuse." in text_of(mail)
        clock.shift(timedelta(minutes=1))
        assert rounds(mailbox) == []


def test_what_moderators_were_told_is_forgotten_after_a_while(article: Article, mailbox: Mailbox) -> None:
    moderator()
    held(article)
    rounds(mailbox)
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        held_mail.forget_told()
        assert rounds(mailbox) == []
        later = held(article)
        rounds(mailbox)
        held_mail.forget_told()
        assert list(HeldNotice.objects.values_list("comment", flat=True)) == [later.pk]
        assert rounds(mailbox) == []


def test_what_came_while_the_worker_stood_still_is_told_when_it_works_again(article: Article, mailbox: Mailbox) -> None:
    moderator()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        held(article)
    with time_machine.travel(timezone.now() + timedelta(hours=9)):
        assert len(rounds(mailbox)) == 1


def test_a_notice_that_is_taken_back_is_no_news_about_its_comment(article: Article, mailbox: Mailbox) -> None:
    moderator()
    comment = make_comment(article)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)) as clock:
        report = comment.report(reason="illegal", statement="A lie", network="192.0.2.0/24")
        assert report is not None
        notice = Notice.enter(report)
        for number in (3, 4):
            Comment.objects.get().report(reason="abuse", network=f"192.0.{number}.0/24")
        clock.shift(timedelta(minutes=1))
        assert len(rounds(mailbox)) == 1
        clock.shift(timedelta(minutes=1))
        notice.void(by=None, explanation="A mistake.")
        clock.shift(timedelta(minutes=1))
        assert rounds(mailbox) == []


# The links.


@pytest.mark.parametrize(("act", "status"), [("approve", "approved"), ("spam", "spam"), ("reject", "rejected")])
def test_a_press_decides_through_the_models_own_act(client: Client, article: Article, act: str, status: str) -> None:
    max_, comment = moderator(), held(article)
    response = press(client, link(comment, act, max_), reason="off-topic", note="About\x00 chips, please.")
    assert response.status_code == 200
    comment.refresh_from_db()
    assert comment.status == status
    decision = Decision.objects.get()
    assert (decision.by, decision.channel, decision.became) == (max_, "mail", status)
    if act == "reject":
        assert (comment.reason, comment.note) == ("off-topic", "About chips, please.")
    assert not response.cookies


def test_the_page_shows_what_will_happen_and_needs_no_login(client: Client, article: Article) -> None:
    comment = held(article, "<b>Is</b> that so?")
    response = client.get(link(comment, "approve", moderator()))
    words = text(response)
    assert "Readers see the comment below at once." in words
    assert "&lt;b&gt;Is" in response.content.decode()
    assert "The chip maker opens a plant" in words
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_says_what_readers_do_not_see_while_the_article_is_withdrawn(client: Client, article: Article) -> None:
    comment, max_ = held(article), moderator()
    article.withdraw(by=None, reason="It was wrong.")
    path = link(comment, "approve", max_)
    asks = text(client.get(path))
    assert "Article withdrawn" in asks
    assert "Readers see the comment below once its article is published." in asks
    assert article.get_absolute_url() not in client.get(path).content.decode()
    assert "Readers see it once its article is published." in text(press(client, path))


def test_fetching_every_link_ten_times_changes_nothing(article: Article, mailbox: Mailbox) -> None:
    moderator()
    comment = held(article)
    [mail] = rounds(mailbox)
    paths = re.findall(r"https://news\.example(/comments/decide/\S+/)", text_of(mail))
    scanner = Client()
    for path in paths * 10:
        assert scanner.get(path).status_code == 200
        assert scanner.head(path).status_code == 200
        assert scanner.options(path).status_code == 405
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert not Decision.objects.exists()


def test_a_link_works_once_and_the_second_moderator_is_told_who_was_first(client: Client, article: Article) -> None:
    max_, second, comment = moderator(), make_moderator("second"), held(article)
    User.objects.filter(pk=max_.pk).update(first_name="Max", last_name="Orsini")
    mine, others = link(comment, "approve", max_), link(comment, "spam", second)
    version = seen(client, mine)
    assert press(client, mine).status_code == 200
    for path in (mine, others):
        response = client.post(path, {"seen": version})
        assert response.status_code == 409
        assert "Max Orsini moved this comment to approved" in text(response)
        assert "Max Orsini moved this comment to approved" in text(client.get(path))
    comment.refresh_from_db()
    assert comment.status == "approved"
    assert Decision.objects.count() == 1
    # Put back into the queue it waits again; the old links stay void.
    comment.restore(by=second)
    assert client.post(mine, {"seen": version}).status_code == 409
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_a_link_ends_after_three_days(client: Client, article: Article) -> None:
    comment = held(article)
    path = link(comment, "approve", moderator())
    version = seen(client, path)
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert client.get(path).status_code == 410
        assert client.post(path, {"seen": version}).status_code == 410
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_a_link_survives_a_change_of_the_secret_key(client: Client, article: Article, settings: Any) -> None:
    comment = held(article)
    path = link(comment, "approve", moderator())
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" + "1" * 40
    assert press(client, path).status_code == 200
    comment.refresh_from_db()
    assert comment.status == "approved"
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("change", ["role", "active", "staff", "password", "erased"])
def test_a_link_ends_with_the_role_the_login_and_the_password(client: Client, article: Article, change: str) -> None:
    max_, comment = moderator(), held(article)
    path = link(comment, "approve", max_)
    version = seen(client, path)
    if change == "role":
        max_.groups.clear()
    elif change == "active":
        max_.is_active = False
        max_.save()
    elif change == "staff":
        max_.is_staff = False
        max_.save()
    elif change == "password":
        max_.set_password("another long password")
        max_.save()
    else:
        max_.delete()
    assert client.get(path).status_code == 404
    assert client.post(path, {"seen": version}).status_code == 404
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_a_link_is_for_its_comment_its_act_and_its_moderator(client: Client, article: Article) -> None:
    max_, second, comment, other = moderator(), make_moderator("second"), held(article), held(article, "Another.")
    token = link(comment, "spam", max_).split("/")[-2]
    words = token.split("-", 4)
    swaps = [
        [str(other.pk), *words[1:]],
        [words[0], str(second.pk), *words[2:]],
        [words[0], words[1], "approve", *words[3:]],
        [words[0], words[1], "spam", "7", *words[4:]],
        [words[0], words[1], "delete", *words[3:]],
        ["9" * 19, *words[1:]],
        ["0", *words[1:]],
    ]
    for swap in swaps:
        assert client.post(f"/comments/decide/{'-'.join(swap)}/", {"seen": "pending@first"}).status_code == 404
    author = make_author_user()
    assert client.get(link(comment, "approve", author)).status_code == 404
    assert set(Comment.objects.values_list("status", flat=True)) == {"pending"}


def test_a_text_that_was_changed_since_it_was_read_is_not_decided_about(client: Client, article: Article) -> None:
    max_, comment = moderator(), held(article)
    path = link(comment, "approve", max_)
    version = seen(client, path)
    Comment.objects.filter(pk=comment.pk).update(text="Buy pills.", html="<p>Buy pills.</p>", edited_at=timezone.now())
    response = client.post(path, {"seen": version})
    assert response.status_code == 409
    assert "Buy pills." in text(response)
    for forged in ({}, {"seen": "pending"}, {"seen": "approved@first"}):
        assert client.post(path, forged).status_code == 422
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert press(client, path).status_code == 200


def test_a_moderators_mend_of_the_text_is_no_decision(client: Client, article: Article) -> None:
    max_, comment = moderator(), held(article)
    path = link(comment, "approve", max_)
    comment.amend(by=moderator("ida"), text="Is that true?", reason="A slip.")
    assert "Is that true?" in text(client.get(path))
    assert press(client, path).status_code == 200
    comment.refresh_from_db()
    assert comment.status == "approved"


def test_a_rejection_needs_a_reason_and_keeps_the_note(client: Client, article: Article) -> None:
    max_, comment = moderator(), held(article)
    response = press(client, link(comment, "reject", max_), note="Kept words.")
    assert response.status_code == 422
    assert "Choose a reason" in text(response)
    assert "Kept words." in text(response)
    assert not Decision.objects.exists()


def test_another_site_and_another_body_are_refused(client: Client, article: Article) -> None:
    comment = held(article)
    path = link(comment, "approve", moderator())
    fields = {"seen": seen(client, path)}
    assert client.post(path, fields, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(path, fields, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post(path, "{}", content_type="application/json").status_code == 415
    assert client.post(path, {"seen": "x" * 70_000}).status_code == 413
    assert client.put(path).status_code == 405
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_a_comment_that_its_writer_took_back_is_told_as_such(client: Client, article: Article) -> None:
    max_, comment = moderator(), held(article)
    path = link(comment, "approve", max_)
    comment.withdraw()
    assert "The writer moved this comment to withdrawn" in text(client.get(path))
    Writer.objects.all().delete()
    assert client.get(path).status_code == 200


# The choice.


def test_each_moderator_chooses_for_himself(client: Client, article: Article) -> None:
    max_, second = make_moderator(), moderator("second")
    client.force_login(max_)
    assert "no email address" in text(client.get(OWN))
    client.post(OWN, {"speed": "daily"})
    assert ModeratorMail.objects.get(user=max_).speed == "daily"
    assert ModeratorMail.objects.get(user=second).speed == "at-once"
    client.post(OWN, {"speed": "often"})
    assert ModeratorMail.objects.get(user=max_).speed == "daily"
    page = text(client.get("/admin/"))
    assert OWN in page
    assert client.get(f"{OWN}{second.pk}/change/").status_code == 403
    assert client.get(f"{OWN}add/").status_code == 403
    client.force_login(make_author_user())
    assert client.get(OWN).status_code == 403
    assert client.post(OWN, {"speed": "daily"}).status_code == 403
