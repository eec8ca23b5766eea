"""The page on which readers report, and the private page of a notice: no account, no cookie, no script."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from comments.models import AlreadyAnswered, Comment, Decision, Notice, Policy, Report, Statement, Tally, Writer
from comments.report_form import report_token
from tests.comments.posting import text
from tests.factories import make_author_user, make_comment, make_moderator
from tests.working import work_off, work_off_later

pytestmark = pytest.mark.django_db

NOTICE = {
    "reason": "illegal",
    "statement": "The third sentence denies a crime that a court has found.",
    "law": "Criminal code § 130",
    "name": "Nora Notifier",
    "email": "nora@notify.example",
    "good_faith": "on",
}


def send(comment: Comment, client: Client | None = None, *, sender: str = "203.0.113.7", **fields: Any) -> HttpResponse:
    client = client or Client(REMOTE_ADDR=sender)
    sent = {"reason": "spam", "statement": "", "token": report_token(comment), **fields}
    headers = sent.pop("headers", None)
    sent = {name: value for name, value in sent.items() if value is not None}
    return client.post(f"/comments/{comment.pk}/report/", sent, headers=headers)


def notify(comment: Comment, **fields: Any) -> Notice:
    answer = send(comment, **{**NOTICE, **fields})
    assert answer.status_code == 303
    found = Notice.of_token(answer.headers["Location"].split("/")[-2])
    assert found is not None
    return found


def test_each_comment_in_a_thread_can_be_reported(client: Client) -> None:
    comment = make_comment()
    page = text(client.get(comment.article.get_absolute_url()))
    assert f'href="/comments/{comment.pk}/report/" rel="nofollow">Report<span class="visually-hidden"> Rita' in page
    comment.article.comments_open = False
    comment.article.save()
    assert f"/comments/{comment.pk}/report/" in text(client.get(comment.article.get_absolute_url()))


def test_the_form_quotes_the_comment_and_changes_nothing(client: Client) -> None:
    comment = make_comment(text="A remark that somebody minds.")
    answer = client.get(f"/comments/{comment.pk}/report/?reason=illegal")
    page = text(answer)
    assert answer.status_code == 200
    assert "A remark that somebody minds." in page
    assert re.search(r'value="illegal" required checked', page)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert not answer.cookies
    assert not Report.objects.exists()


def test_a_report_is_taken_and_thanked_for_in_the_same_words_each_time() -> None:
    comment = make_comment()
    for _ in range(2):
        answer = send(comment, statement="It sells pills.")
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/comments/on/{comment.article.slug}/reported/"
        assert not answer.cookies
    assert Report.objects.values_list("reason", "statement", "network").get() == (
        "spam",
        "It sells pills.",
        "203.0.113.0/24",
    )
    page = text(Client().get(answer.headers["Location"]))
    assert "The moderators have your report." in page
    assert "more from the same network count as one" in page


def test_readers_of_three_networks_take_it_from_the_page_at_once(client: Client) -> None:
    comment = make_comment(text="Buy my pills.")
    for number in (1, 2, 3):
        assert "Buy my pills." in text(client.get(comment.article.get_absolute_url()))
        send(comment, sender=f"198.51.{number}.9")
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert send(comment, sender="198.51.100.9").status_code == 404


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"reason": None}, 422, "Choose what is wrong with the comment."),
        ({"reason": "boredom"}, 422, "Choose one of the reasons in the list."),
        ({"token": "forged"}, 422, "This page had been open for too long."),
        ({"token": None}, 422, "This page had been open for too long."),
        ({"statement": "long " * 1000}, 422, "Use at most 4000 characters"),
        ({**NOTICE, "statement": " \u200b "}, 422, "Say which words you mean and why they break the law."),
        ({**NOTICE, "good_faith": None}, 422, "Confirm that you say this in good faith"),
        ({**NOTICE, "email": "nora@nowhere"}, 422, "This is not a whole email address."),
        ({**NOTICE, "law": "x" * 201}, 422, "Use at most 200 characters"),
        ({**NOTICE, "name": "Nora\nBcc: all@example.org"}, 422, "Write this on one line."),
        ({"headers": {"Sec-Fetch-Site": "cross-site"}}, 403, "came from another site"),
        ({"headers": {"Origin": "https://evil.example"}}, 403, "came from another site"),
    ],
)
def test_what_has_to_be_mended_is_said_and_nothing_is_lost(fields: dict[str, Any], status: int, words: str) -> None:
    comment = make_comment()
    answer = send(comment, **{"statement": "My own words.", **fields})
    page = text(answer)
    assert answer.status_code == status
    assert words in page
    assert fields.get("statement", "My own words.").strip() in page
    assert not Report.objects.exists()
    assert not Notice.objects.exists()


def test_a_token_of_another_comment_or_of_long_ago_is_none() -> None:
    comment, other = make_comment(), make_comment()
    assert send(comment, token=report_token(other)).status_code == 422
    with time_machine.travel(timezone.now() - timedelta(weeks=6)):
        old = report_token(comment)
    assert send(comment, token=old).status_code == 422
    with time_machine.travel(timezone.now() - timedelta(weeks=3)):
        recent = report_token(comment)
    assert send(comment, token=recent).status_code == 303


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
def test_what_readers_do_not_see_has_no_report_page(client: Client, status: str) -> None:
    comment = make_comment(status=status)
    assert client.get(f"/comments/{comment.pk}/report/").status_code == 404
    answer = send(comment, statement="My own words.")
    assert answer.status_code == 404
    assert "My own words." in text(answer)


def test_odd_requests_are_answered_and_never_a_fault(client: Client) -> None:
    comment = make_comment()
    page = f"/comments/{comment.pk}/report/"
    assert client.get(f"/comments/{10**30}/report/").status_code == 404
    assert client.get("/comments/0/report/").status_code == 404
    assert client.put(page).status_code == 405
    assert client.post(page, "{}", content_type="application/json").status_code == 415
    assert client.post(page, {"reason": "spam", "statement": "x" * 70_000}).status_code == 413
    answer = send(comment, reason="spam\x00", statement="a\x00b\ud800".encode("utf-8", "replace").decode())
    assert answer.status_code == 303
    assert Report.objects.get().statement == "ab?"
    assert client.get("/comments/on/nowhere/reported/").status_code == 404


def test_one_network_is_stopped_after_many_reports_with_its_text_kept() -> None:
    comments = [make_comment() for _ in range(21)]
    for comment in comments[:20]:
        assert send(comment).status_code == 303
    answer = send(comments[20], statement="My own words.")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 3000
    assert "My own words." in text(answer)
    assert "Wait 60 minutes" in text(answer)
    assert send(comments[20], sender="198.51.100.7").status_code == 303


def test_a_reader_whose_network_is_unknown_is_never_locked_out(settings) -> None:
    client = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")  # a proxy that nobody named
    for _ in range(25):
        assert send(make_comment(), client).status_code == 303


# Notices of illegal content.


def test_a_notice_gets_a_deadline_and_a_private_page_and_repeats_no_address() -> None:
    Policy(notice_days=3).save()
    comment = make_comment()
    notice = notify(comment)
    assert (notice.state, notice.law, notice.name, notice.good_faith) == (
        "received",
        "Criminal code § 130",
        "Nora Notifier",
        True,
    )
    assert notice.due_at - notice.made_at == timedelta(days=3)
    assert notice.notifier is not None
    answer = Client().get(notice.get_absolute_url())
    page = text(answer)
    assert "We have your notice" in page
    assert NOTICE["statement"] in page
    assert "nora@" not in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert Tally.counts()["reported"] == 1
    assert Decision.objects.get(act="notice").about == f"notice={notice.pk}"


def test_a_double_click_makes_one_notice_and_another_person_of_the_network_a_second() -> None:
    comment = make_comment()
    first = notify(comment)
    assert notify(comment).pk == first.pk
    second = notify(comment, statement="It also names my street.", email="")
    assert second.pk != first.pk
    assert [report.weight for report in Report.objects.order_by("pk")] == [100, 0]
    comment.refresh_from_db()
    assert (comment.status, comment.report_weight) == ("approved", 100)


def test_a_notice_without_name_or_address_is_one_too() -> None:
    notice = notify(make_comment(), name="", email="", law="")
    assert notice.notifier is None
    assert not Writer.objects.filter(address="").exists()
    work_off()
    assert mail.outbox == []


def test_what_only_a_notice_asks_for_is_not_kept_of_other_reports() -> None:
    answer = send(make_comment(), **{**NOTICE, "reason": "abuse", "email": "nonsense", "name": "x" * 100})
    assert answer.status_code == 303
    assert not Notice.objects.exists()
    assert not Writer.objects.filter(address__contains="nonsense").exists()


@pytest.mark.parametrize("change", ["forge", "other", "renew"])
def test_a_link_that_is_forged_or_swapped_or_void_leads_nowhere(client: Client, change: str) -> None:
    first, second = notify(make_comment()), notify(make_comment())
    address = first.get_absolute_url()
    assert client.get(address).status_code == 200
    if change == "renew":
        answer = client.post(address, {"act": "renew"})
        assert client.get(answer.headers["Location"]).status_code == 200
    else:
        proof = "A" * 43 if change == "forge" else second.token.partition("-")[2]
        address = f"/comments/notice/{first.pk}-{proof}/"
    answer = client.get(address)
    assert answer.status_code == 404
    assert "no-store" in answer.headers["Cache-Control"]


def test_whoever_sent_a_notice_can_take_it_back_once() -> None:
    client, comment = Client(), make_comment()
    notice = notify(comment)
    for _ in range(3):
        client.get(notice.get_absolute_url())
    assert client.post(notice.get_absolute_url(), {"act": "nonsense"}).status_code == 422
    evil = client.post(notice.get_absolute_url(), {"act": "withdraw"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert evil.status_code == 403
    assert client.post(notice.get_absolute_url(), {"act": "withdraw"}).status_code == 303
    notice.refresh_from_db()
    assert (notice.state, notice.report.state) == ("void", "void")
    assert "You took your notice back." in text(client.get(notice.get_absolute_url()))
    assert client.post(notice.get_absolute_url(), {"act": "withdraw"}).status_code == 422
    comment.refresh_from_db()
    assert comment.reported_at is None
    assert Tally.counts()["reported"] == 0


# What moderators make of a notice.


def test_upholding_takes_the_comment_away_and_tells_both_sides_why(client: Client) -> None:
    max_, comment = make_moderator(), make_comment(text="A punishable remark.")
    notice = notify(comment)
    other = notify(comment, sender="198.51.100.7", statement="I say so too.", law="")
    notice.take(by=max_)
    assert "being looked into" in text(client.get(notice.get_absolute_url()))
    notice.uphold(by=max_, explanation="It denies what the court found.")
    comment.refresh_from_db()
    other.refresh_from_db()
    assert (comment.status, comment.reason, comment.note) == ("rejected", "unlawful", "It denies what the court found.")
    assert (notice.state, other.state) == ("upheld", "upheld")
    assert set(Report.objects.values_list("state", flat=True)) == {"upheld"}
    to_writer = Statement.objects.get(to="writer")
    assert (to_writer.ground, to_writer.law) == ("law", "Criminal code § 130")
    assert "Nora" not in to_writer.facts
    page = text(client.get(notice.get_absolute_url()))
    assert "The comment was removed: readers do not see it any more." in page
    assert "It denies what the court found." in page
    assert "a person did" in page
    assert "article 21 of the Digital Services Act" in page
    assert "A punishable remark." not in text(client.get(comment.article.get_absolute_url()))
    acts = Decision.objects.filter(act__startswith="notice").values_list("act", flat=True)
    assert sorted(acts) == ["notice", "notice", "notice-review", "notice-upheld", "notice-upheld"]


def test_dismissing_leaves_the_comment_and_says_why(client: Client) -> None:
    comment = make_comment()
    notice = notify(comment)
    notice.dismiss(by=make_moderator(), explanation="It is an opinion, and lawful.")
    comment.refresh_from_db()
    notice.report.refresh_from_db()
    assert (comment.status, comment.reported_at, notice.report.state) == ("approved", None, "dismissed")
    page = text(client.get(notice.get_absolute_url()))
    assert "The comment was not removed on account of your notice." in page
    assert "It is an opinion, and lawful." in page


def test_a_private_link_survives_a_change_of_the_secret_key(client: Client, settings: Any) -> None:
    path = notify(make_comment()).get_absolute_url()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" + "1" * 40
    assert client.get(path).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("act", "state", "words"),
    [
        (lambda comment, by: comment.reject(by=by, reason="unlawful", note="So it is."), "upheld", "was removed"),
        (lambda comment, by: comment.reject(by=by, reason="insult"), "void", "on other grounds"),
        (lambda comment, by: comment.mark_spam(by=by), "void", "on other grounds"),
        (lambda comment, by: comment.withdraw(), "void", "writer took it back"),
    ],
)
def test_a_comment_that_goes_by_another_way_answers_its_notices(client: Client, act, state: str, words: str) -> None:
    comment = make_comment()
    notice = notify(comment)
    act(comment, make_moderator())
    notice.refresh_from_db()
    assert notice.state == state
    assert words in text(client.get(notice.get_absolute_url()))


def test_keeping_a_comment_leaves_its_notice_open_for_a_decision_of_its_own() -> None:
    comment = make_comment()
    notice = notify(comment)
    send(comment, sender="198.51.100.7")
    assert comment.dismiss_reports(by=make_moderator()) is not None
    notice.refresh_from_db()
    comment.refresh_from_db()
    assert notice.is_open
    assert (comment.reported_at is not None, comment.report_weight) == (True, 100)


def test_an_undo_of_the_decision_opens_the_notice_again(client: Client) -> None:
    max_, comment = make_moderator(), make_comment()
    notice = notify(comment)
    decision = comment.reject(by=max_, reason="unlawful")
    assert decision is not None
    comment.undo(decision, by=max_)
    notice.refresh_from_db()
    assert (notice.state, notice.decision) == ("review", None)
    assert "being looked into" in text(client.get(notice.get_absolute_url()))


def test_a_notice_is_answered_once_with_reasons_and_by_moderators() -> None:
    max_, notice = make_moderator(), notify(make_comment())
    with pytest.raises(ValueError, match="Write the reasons"):
        notice.dismiss(by=max_, explanation=" ")
    for act in (notice.uphold, notice.dismiss, notice.void):
        with pytest.raises(PermissionDenied):
            act(by=make_author_user(f"jonas-{act.__name__}"), explanation="No.")
    notice.void(by=max_, explanation="This is a question, not a notice.")
    with pytest.raises(AlreadyAnswered, match="was void before"):
        notice.uphold(by=max_, explanation="Yes.")


# What goes by mail.


def test_who_gave_an_address_is_told_by_mail_without_a_word_that_was_typed() -> None:
    comment = make_comment(text="The reported remark.", name="Rita Moreau")
    notice = notify(comment)
    assert work_off() == []
    assert [letter.to for letter in mail.outbox] == [["nora@notify.example"]]
    Writer.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    notice.uphold(by=make_moderator(), explanation="Secret words of the moderator.")
    assert work_off_later() == []
    assert [letter.subject for letter in mail.outbox] == [
        f"We have your notice {notice.pk}",
        f"Your notice {notice.pk} was answered",
    ]
    for letter in mail.outbox:
        body = letter.body + letter.alternatives[0][0]
        assert notice.get_absolute_url() in letter.body
        for typed in (*(NOTICE[name] for name in ("statement", "law", "name")), "remark", "Rita", "Secret words"):
            assert typed not in body


def test_an_unconfirmed_address_gets_one_mail_an_hour_however_many_notices_name_it() -> None:
    for number in range(4):
        notify(make_comment(), sender=f"198.51.{number}.7")
    work_off()
    assert len(mail.outbox) == 1


def test_whoever_wants_no_mail_gets_none() -> None:
    notify(make_comment())
    Writer.objects.filter(address="nora@notify.example").update(stopped_at=timezone.now())
    work_off()
    assert mail.outbox == []
