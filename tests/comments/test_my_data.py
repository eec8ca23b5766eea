"""Asking for one's data: the same answer for everybody, a mail to the owner alone, a copy, and erasure."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments import receipts
from comments.erasure import How, erase, erase_comment
from comments.models import (
    Appeal,
    Comment,
    DataRequest,
    FloodWindow,
    Measure,
    Revision,
    Writer,
)
from tests.comments.posting import text
from tests.comments.test_decisions import assert_counts_are_true
from tests.factories import make_article, make_comment, make_moderator
from tests.working import work_off

pytestmark = pytest.mark.django_db

FORM = "/comments/my-data/"


def ask(client: Client, address: str = "rita@reader.example", **headers: str):
    return client.post(FORM, {"email": address}, headers=headers)


def link(number: int = -1) -> str:
    """Return the path in a mail that was sent."""
    found = re.search(r"https://news\.example(/comments/my-data/[\w-]+/)", str(mail.outbox[number].body))
    assert found, mail.outbox[number].body
    return found[1]


def opened(client: Client, address: str = "rita@reader.example") -> str:
    ask(client, address)
    work_off()
    return link()


# Asking.


def test_whoever_wrote_gets_a_mail_and_whoever_did_not_gets_the_same_answer(client: Client) -> None:
    make_comment()
    with time_machine.travel(timezone.now(), tick=False):  # Expires is the second of the answer
        known, unknown = ask(client, "Rita@Reader.example"), ask(client, "nobody@reader.example")
    assert known.status_code == unknown.status_code == 303
    assert known.headers["Location"] == unknown.headers["Location"] == f"{FORM}?asked"
    assert {**known.headers} == {**unknown.headers}
    assert "reader.example" not in text(client.get(known.headers["Location"]))
    assert work_off() == []
    [sent] = mail.outbox
    assert sent.to == ["rita@reader.example"]
    assert "Rita Moreau" not in str(sent.body), "a name that somebody typed is not mailed to a stranger"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


def test_known_and_unknown_cost_the_same_queries(client: Client) -> None:
    make_comment()
    ask(client, "warm@reader.example")
    counts = []
    for address in ("rita@reader.example", "nobody@reader.example"):
        with CaptureQueriesContext(connection) as queries:
            ask(client, address)
        counts.append([query["sql"].split()[0] for query in queries.captured_queries])
    assert counts[0] == counts[1]


def test_no_task_and_no_row_but_the_writers_holds_the_address(client: Client) -> None:
    make_comment()
    ask(client)
    for row in DBTaskResult.objects.all():
        assert "reader" not in json.dumps(row.args_kwargs)
    work_off()
    key = link().split("/")[-2]
    request = DataRequest.objects.get()
    assert key not in str(request.digest)
    assert "reader" not in str(request.digest)


def test_an_address_gets_one_mail_an_hour(client: Client) -> None:
    make_comment()
    now = timezone.now()
    for minutes in (0, 10, 59):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            ask(client)
            work_off()
    assert len(mail.outbox) == 1
    with time_machine.travel(now + timedelta(minutes=61), tick=False):
        ask(client)
        work_off()
    assert len(mail.outbox) == 2


def asked_and_worked_off_for(client: Client, hours: int) -> int:
    """Ask once, let the worker look every ten minutes, and return after how many minutes the mail came; 0 for never."""
    begun = timezone.now()
    ask(client)
    for minutes in range(0, hours * 60, 10):
        with time_machine.travel(begun + timedelta(minutes=minutes, seconds=5), tick=False):
            assert work_off() == []
        if mail.outbox:
            return minutes or 1
    return 0


def test_a_request_waits_for_its_turn_behind_another_mail(client: Client) -> None:
    make_comment()
    Writer.objects.update(asked_at=timezone.now() - timedelta(minutes=15))  # the question about replies
    assert 40 <= asked_and_worked_off_for(client, 3) <= 60
    assert client.get(link()).status_code == 200


def test_a_request_is_not_lost_where_the_site_has_sent_as_many_as_it_may(client: Client, settings) -> None:
    settings.COMMENTS_QUESTIONS_PER_HOUR = 1
    make_comment()
    make_comment(email="other@reader.example")
    Writer.objects.filter(key="other@reader.example").update(asked_at=timezone.now())
    assert 60 <= asked_and_worked_off_for(client, 3) <= 70


def test_of_requests_that_wait_one_is_mailed_and_none_waits_for_ever(client: Client, settings) -> None:
    make_comment()
    Writer.objects.update(asked_at=timezone.now())
    for _ in range(4):
        ask(client)
    assert asked_and_worked_off_for(client, 3)
    with time_machine.travel(timezone.now() + timedelta(hours=5), tick=False):
        work_off()
    assert len(mail.outbox) == 1
    mail.outbox.clear()
    settings.COMMENTS_QUESTIONS_PER_HOUR = 0
    with time_machine.travel(timezone.now() + timedelta(hours=9)):
        assert not asked_and_worked_off_for(client, 30)
    assert not DBTaskResult.objects.filter(status="READY", task_path__endswith="mail_data_link").exists()


def test_who_wants_no_mail_is_asked_no_more_than_daily_by_others(client: Client) -> None:
    make_comment()
    now = timezone.now()
    Writer.objects.update(stopped_at=now)
    for hours in (0, 2, 23):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            ask(client)
            work_off()
    assert len(mail.outbox) == 1


def test_a_mail_that_could_not_be_sent_is_sent_by_a_later_try(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_comment()

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("550 rita@reader.example unknown")

    ask(client)
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
        work_off()
    assert mail.outbox == []
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert work_off() == []
    assert len(mail.outbox) == 1
    assert client.get(link()).status_code == 200


@pytest.mark.parametrize(
    "address", ["", "nonsense", "a@b", "x" * 300 + "@reader.example", "rita\\@reader.example", "a@b\nBcc: c@d"]
)
def test_what_is_no_address_is_said_and_nothing_sent(client: Client, address: str) -> None:
    response = ask(client, address)
    assert response.status_code == 422
    work_off()
    assert mail.outbox == []
    assert b"Set-Cookie" not in response.serialize_headers()


def test_a_control_in_an_address_is_left_out_as_in_a_comment(client: Client) -> None:
    make_comment()
    assert ask(client, "rita\x00@reader.example").status_code == 303
    assert work_off() == []
    assert [message.to for message in mail.outbox] == [["rita@reader.example"]]


def test_looking_at_the_form_asks_nothing(client: Client) -> None:
    make_comment()
    client.get(FORM, {"email": "rita@reader.example", "asked": ""})
    client.head(FORM)
    assert not DataRequest.objects.exists()
    assert client.put(FORM).status_code == 405


def test_another_site_asks_for_nobody(client: Client) -> None:
    make_comment()
    assert ask(client, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert ask(client, Origin="https://elsewhere.example").status_code == 403
    assert not DataRequest.objects.exists()


def test_a_script_that_asks_and_asks_is_told_to_wait(client: Client) -> None:
    for number in range(10):
        assert ask(client, f"reader{number}@reader.example").status_code == 303
    response = ask(client, "one-more@reader.example")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "3600"
    assert FloodWindow.objects.get().network.startswith("data ")


# The link.


def test_the_link_shows_all_comments_with_their_receipts(client: Client) -> None:
    mine, other = make_comment(text="Mine."), make_comment(text="Not mine.", email="other@reader.example")
    page = text(client.get(opened(client)))
    assert "Mine." in page
    assert f'href="{receipts.receipt_url(mine)}"' in page
    assert "Not mine." not in page
    assert receipts.receipt_url(other) not in page
    assert "rita@reader" not in page


def test_many_comments_stand_on_several_pages(client: Client) -> None:
    article = make_article()
    for number in range(52):
        make_comment(article, text=f"Remark-{number}.")
    address = opened(client)
    page = text(client.get(address))
    assert "Remark-51." in page
    assert "Remark-1." not in page
    older = re.search(r'href="(\?before=\d+)"', page)
    assert older
    assert "Remark-1." in text(client.get(address + older[1]))
    for wrong in ("?before=x", f"?before={'9' * 40}", "?before=٣", "?before=-1"):
        assert client.get(address + wrong).status_code == 200


def test_a_link_is_private_and_looking_changes_nothing(client: Client) -> None:
    comment = make_comment()
    address = opened(client)
    for _ in range(10):
        response = client.get(f"{address}?act=erase&how=remove")
        client.get(f"{address}erase/")
        client.head(address)
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex"
    comment.refresh_from_db()
    assert comment.writer is not None


def test_a_key_that_is_forged_old_or_of_a_gone_address_opens_nothing(client: Client) -> None:
    make_comment()
    address = opened(client)
    for wrong in (f"{FORM}x/", f"{address[:-2]}/", f"{FORM}{'A' * 43}/", f"{FORM}{'9' * 3000}/", f"{FORM}٣/"):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, {"act": "export", "private": "1"}).status_code == 404
        assert client.get(f"{wrong}erase/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert client.get(address).status_code == 404
        assert client.post(address, {"act": "erase", "how": "remove"}).status_code == 404
    assert client.get(address).status_code == 200


def test_a_copy_has_the_address_only_for_whoever_ticks_the_box(client: Client) -> None:
    make_comment(text="Mine.", network="203.0.113.0/24")
    address = opened(client)
    plain = client.post(address, {"act": "export"})
    assert plain.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert json.loads(plain.content)["Comments"][0]["text"] == "Mine."
    assert b"rita@reader" not in plain.content
    assert b"203.0.113" not in plain.content
    private = client.post(address, {"act": "export", "private": "1"})
    assert json.loads(private.content)["Address"][0]["address"] == "rita@reader.example"
    assert "no-store" in private.headers["Cache-Control"]


@pytest.mark.parametrize(
    "sent", [{}, {"act": "erase"}, {"act": "erase", "how": "x"}, {"act": "nonsense", "how": "remove"}]
)
def test_an_unknown_act_changes_nothing(client: Client, sent: dict[str, str]) -> None:
    make_comment()
    address = opened(client)
    assert client.post(address, sent).status_code == 422
    assert client.put(address).status_code == 405
    assert Writer.objects.exists()


def test_another_site_erases_nothing(client: Client) -> None:
    make_comment()
    address = opened(client)
    sent = {"act": "erase", "how": "remove"}
    assert client.post(address, sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert Writer.objects.exists()


# Erasing.


def lived() -> Comment:
    """A comment of Rita's with all that can hang on one."""
    max_ = make_moderator()
    comment = make_comment(
        text="My words.", status="pending", network="203.0.113.0/24", website="https://rita.example/"
    )
    comment.amend(by=max_, text="My words, shorter.", reason="Private data.")
    comment.approve(by=max_)
    Measure.impose(comment.writer, "warn", by=max_, reason="Stay with the subject.")
    return comment


def test_erasing_the_name_leaves_the_words_under_nobodys(client: Client) -> None:
    comment = lived()
    address = opened(client)
    assert 'value="anonymise"' in text(client.get(f"{address}erase/"))
    page = text(client.post(address, {"act": "erase", "how": "anonymise"}))
    assert "Erased" in page
    comment.refresh_from_db()
    assert (comment.name, comment.website, comment.network, comment.writer) == ("Anonymous", "", "", None)
    assert not Writer.objects.exists()
    assert not Measure.objects.exists()
    assert not Revision.objects.exists()
    shown = text(client.get(comment.article.get_absolute_url()))
    assert "My words, shorter." in shown
    assert "Anonymous" in shown
    assert "Rita Moreau" not in shown
    assert "rita.example" not in shown
    assert client.get(address).status_code == 404, "the key went with the address"
    assert_counts_are_true(comment.article_id)


def test_erasing_the_words_leaves_a_stub_where_somebody_answered(client: Client) -> None:
    comment = lived()
    reply = make_comment(comment.article, parent=comment, text="I disagree.", email="other@reader.example")
    client.post(opened(client), {"act": "erase", "how": "remove"})
    comment.refresh_from_db()
    assert (comment.status, comment.text, comment.html, comment.name) == ("withdrawn", "", "", "")
    shown = text(client.get(comment.article.get_absolute_url()))
    assert "My words" not in shown
    assert reply.text in shown
    assert "Withdrawn by its writer." in shown
    assert set(Writer.objects.values_list("key", flat=True)) == {"other@reader.example"}
    assert_counts_are_true(comment.article_id)
    assert client.get(receipts.receipt_url(comment)).status_code == 200


@pytest.mark.parametrize("status", ["pending", "approved", "rejected", "spam", "withdrawn"])
@pytest.mark.parametrize("how", list(How))
def test_counts_are_true_after_erasing_from_any_folder(status: str, how: How) -> None:
    comment = make_comment(status=status)
    make_comment(comment.article, status=status)
    make_comment(comment.article, email="other@reader.example")
    erase_comment(comment, how)
    assert_counts_are_true(comment.article_id)
    assert erase(Writer.objects.get(key="rita@reader.example"), how)
    assert_counts_are_true(comment.article_id)
    assert Writer.objects.count() == 1


def test_a_person_with_thousands_of_comments_is_erased_by_the_worker() -> None:
    article = make_article()
    for _ in range(5):
        make_comment(article)
    writer = Writer.objects.get()
    assert not erase(writer, How.ANONYMISE, at_once=2)
    assert Comment.objects.filter(writer=None).count() == 2
    assert work_off() == []
    assert not Writer.objects.exists()
    assert not Comment.objects.exclude(name="Anonymous").exists()


def test_one_comment_is_copied_and_erased_from_its_receipt(client: Client) -> None:
    comment, other = lived(), make_comment(text="Stays.")
    address = f"{receipts.receipt_url(comment)}data/"
    assert f'href="{address}"' in text(client.get(receipts.receipt_url(comment)))
    copy = client.post(address, {"act": "export"})
    assert json.loads(copy.content)["Earlier wordings"][0]["text"] == "My words."
    assert b"rita@reader" not in copy.content
    assert client.post(address, {"act": "erase"}).status_code == 422
    assert client.post(address, {"act": "erase", "how": "remove"}).status_code == 303
    comment.refresh_from_db()
    other.refresh_from_db()
    assert (comment.text, comment.writer) == ("", None)
    assert (other.text, other.writer) == ("Stays.", Writer.objects.get())
    assert not Revision.objects.exists()
    page = text(client.get(receipts.receipt_url(comment)))
    assert "The text is kept no longer." in page
    assert "tied to no address" in page


@pytest.mark.parametrize("how", How)
def test_the_words_of_an_appeal_are_erased_and_there_is_no_second_one(client: Client, how: How) -> None:
    comment = make_comment(status="rejected")
    Appeal.lodge(comment, "Private reasons of mine.").refuse(by=make_moderator(), note="Not so, Rita.")
    erase_comment(comment, how)
    appeal = Appeal.objects.get()
    assert (appeal.text, appeal.note, appeal.state) == ("", "", "refused")
    assert "appealed already" in Appeal.why_not(Comment.objects.get())
    assert "What you asked" not in text(client.get(receipts.receipt_url(comment)))


def test_what_a_moderator_wrote_of_the_person_goes_with_the_name() -> None:
    comment = make_comment(rule="marked", because="This writer is always held: Rita is known for it.")
    erase_comment(comment, How.ANONYMISE)
    comment.refresh_from_db()
    assert (comment.rule, comment.because) == ("marked", "")
    assert comment.text
