"""A commenter's address reaches nothing public: not whole, not in parts, not as a hash, not in a log."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail as sent_mail
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments import follow_mail, held_mail, subscriptions, trust
from comments.addresses import address_key
from comments.avatars import code_of
from comments.forms import form_token
from comments.models import Appeal, Comment, DataRequest, Decision, Follow, ModeratorMail, Policy, Writer
from comments.receipts import receipt_url
from comments.report_form import report_token
from comments.transparency import count_on
from tests.comments.posting import RITA, post
from tests.factories import make_article, make_comment, make_editor, make_moderator, make_publisher
from tests.mailbox import html_of, mail_server, text_of
from tests.working import work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_keys")]

LOCAL, HOST = "Zqx-Marker.Rita", "vbnk-host.example"
ADDRESS = f"{LOCAL}@{HOST}"
SENDER = "203.0.113.77"
# Public routes that are reached through another test or hold nothing of ours.
NOT_CRAWLED = {"media/<path:name>"}  # pictures, by a name made from their content


def traces() -> list[bytes]:
    """The address, its parts, its usual spellings and the hashes by which others publish one."""
    spellings = {ADDRESS, ADDRESS.lower(), ADDRESS.upper(), LOCAL, LOCAL.lower(), HOST, f"Zqx-Marker@{HOST}"}
    found = {spelling.encode() for spelling in spellings}
    for spelling in spellings | {f"mailto:{ADDRESS}", f"{ADDRESS}\n", f" {ADDRESS}"}:
        for algorithm in ("md5", "sha1", "sha256"):
            digest = hashlib.new(algorithm, spelling.encode(), usedforsecurity=False)
            found |= {digest.hexdigest().encode(), digest.hexdigest().upper().encode()}
    return [*found, SENDER.encode()]


def public_routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """The pattern of every address outside the desk."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if not route.startswith("admin/"):
                yield from public_routes(entry, route)
        elif isinstance(entry, URLPattern) and not route.startswith("admin/"):
            yield route


@pytest.fixture
def addresses() -> dict[str, list[str]]:
    """A site with comments in every state by the marked writer; the addresses that reach each public route."""
    article = make_article("Marked story", tags=("Linux",), slug="marked", source_publisher=make_publisher())
    article.save()
    article.correct(by=make_editor("corrector"), kind="correction", text="A figure was wrong.")
    article.slug, old = "marked-now", article.slug
    article.save()
    guest = Client(REMOTE_ADDR=SENDER, HTTP_USER_AGENT="Browser/1.0")
    receipts, permalinks = [], []
    for number, status in enumerate(Comment.Status.values):
        fields = {**RITA, "comment": f"Remark {number}.", "email": ADDRESS, "token": form_token(article)}
        receipts.append(guest.post(f"/comments/on/{article.slug}/", fields).headers["Location"])
        comment = Comment.objects.latest("pk")
        max_ = make_moderator(f"max-{number}")
        acts = {
            "approved": lambda comment=comment, max_=max_: comment.approve(by=max_),
            "rejected": lambda comment=comment, max_=max_: comment.reject(by=max_, reason="insult", note="No."),
            "spam": lambda comment=comment, max_=max_: comment.mark_spam(by=max_),
            "withdrawn": comment.withdraw,
        }
        acts.get(status, lambda: None)()
        permalinks.append(f"/comments/{comment.pk}/")
    answered = Comment.objects.get(status="approved")
    notice = {"reason": "illegal", "statement": "So it is.", "good_faith": "on", "email": ADDRESS}
    notice["token"] = report_token(answered)
    count_on(timezone.now() + timedelta(hours=1))
    this_year = timezone.localtime().year
    notices = [guest.post(f"/comments/{answered.pk}/report/", notice).headers["Location"]]
    make_comment(article, parent=answered, email=ADDRESS)
    Appeal.lodge(Comment.objects.get(status="rejected"), "Please read it again.")
    key = DataRequest.of(address_key(ADDRESS)).open_with_new_key()
    Follow.ask(answered)
    waiting, follow = Comment.objects.get(status="pending"), Follow.objects.get()
    writer = follow.writer
    acts = [held_mail.decision_link(waiting, act, User.objects.get(username="max-0"), 0) for act in held_mail.ACTS]
    when = timezone.localtime(article.publish_at)
    month = f"/{when:%Y}/{when:%m}/"
    Policy(public_log=True, trust_confirmed=True, trust_after=1, rejected_share=0).save()
    Writer.objects.update(confirmed_at=timezone.now())
    Client().post(f"/comments/on/{article.slug}/", {**RITA, "email": ADDRESS, "token": form_token(article)})
    own = trust.own_url(Comment.objects.latest("pk"))
    lists = {
        "sections/<slug:slug>/": "security",
        "tags/<slug:slug>/": "linux",
        "authors/<slug:slug>/": "ada-king",
        "publishers/<slug:slug>/": "official-microsoft-blog",
    }
    found = {route: [f"/{route.replace('<slug:slug>', slug)}"] for route, slug in lists.items()}
    for route, slug in lists.items():
        for tail in ("", "atom/"):
            found[f"feeds/{route}{tail}"] = [f"/feeds/{route.replace('<slug:slug>', slug)}{tail}"]
    plain = ["", "archive/", "corrections/", "feeds/", "feeds/latest/", "feeds/latest/atom/", "feeds/corrections/"]
    plain += ["feeds/corrections/atom/", "sitemap.xml", "sitemap-news.xml", "robots.txt", "-/live", "-/ready"]
    plain += [".well-known/security.txt", "comments/feed/", "comments/feed/atom/"]
    found |= {route: [f"/{route}"] for route in plain}
    return found | {
        "search/": [f"/search/?q={query}" for query in ("story", "remark", LOCAL, HOST)],
        "sitemap-<slug:part>.xml": [f"/sitemap-{part}.xml" for part in ("articles", "lists", f"{when:%Y}", "1")],
        "^(?P<year>[0-9]{4})/$": [f"/{when:%Y}/"],
        "^(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/$": [month],
        "^(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/(?P<slug>[-a-zA-Z0-9_]+)/$": [
            f"{month}marked-now/",
            f"{month}marked-now/?sort=newest",
            f"{month}{old}/",
        ],
        "<slug:slug>/": ["/marked-now/", "/marked/", "/nowhere/"],
        "comments/on/<slug:slug>/": ["/comments/on/marked-now/", f"/comments/on/marked-now/?reply={answered.pk}"],
        "comments/feed/on/<slug:slug>/": ["/comments/feed/on/marked-now/", f"/comments/feed/on/{old}/"],
        "comments/feed/on/<slug:slug>/atom/": ["/comments/feed/on/marked-now/atom/"],
        "comments/receipt/<str:token>/": receipts,
        "comments/avatars/<str:code>.svg": [
            f"/comments/avatars/{code_of(answered.writer.random, answered.name, comment=answered.pk)}.svg"
        ],
        "comments/receipt/<str:token>/edit/": [f"{receipt}edit/" for receipt in receipts],
        "comments/receipt/<str:token>/withdraw/": [f"{receipt}withdraw/" for receipt in receipts],
        "comments/receipt/<str:token>/appeal/": [f"{receipt}appeal/" for receipt in receipts],
        "comments/receipt/<str:token>/data/": [f"{receipt}data/" for receipt in receipts],
        "comments/my-data/": ["/comments/my-data/", "/comments/my-data/?asked"],
        "comments/my-data/<str:key>/": [f"/comments/my-data/{key}/"],
        "comments/my-data/<str:key>/erase/": [f"/comments/my-data/{key}/erase/"],
        "privacy/": ["/privacy/"],
        "comments/receipt/<str:token>/link/": [f"{receipt}link/" for receipt in receipts],
        "comments/notice/<str:token>/": notices,
        "comments/transparency/": ["/comments/transparency/"],
        "comments/transparency/<int:year>/": [f"/comments/transparency/{this_year}/"],
        "comments/transparency/<int:year>.csv": [f"/comments/transparency/{this_year}.csv"],
        "comments/log/": ["/comments/log/"],
        "comments/log/<int:before>/": [f"/comments/log/{Decision.objects.count()}/"],
        "comments/on/<slug:slug>/reported/": ["/comments/on/marked-now/reported/"],
        "comments/<int:pk>/report/": [f"{permalink}report/" for permalink in permalinks],
        "comments/own/<str:token>/": [own],
        "comments/<int:pk>/": permalinks,
        "comments/<int:pk>/thread/": [f"{permalink}thread/" for permalink in permalinks],
        "comments/receipt/<str:token>/follow/": [f"{receipt}follow/" for receipt in receipts],
        "comments/follow/<str:token>/": [subscriptions.mute_path(follow)],
        "comments/mail/<str:token>/": [subscriptions.subscriptions_path(writer)],
        "comments/mail/<str:token>/stop/": [subscriptions.stop_path(writer)],
        "comments/mail/<str:token>/confirm/": [subscriptions.question_path(writer)],
        "comments/decide/<str:token>/": acts,
    }


def test_every_public_route_is_crawled_and_none_knows_the_address(addresses, caplog, capfd) -> None:
    caplog.set_level(logging.DEBUG)
    routes = set(public_routes(get_resolver())) - NOT_CRAWLED
    assert routes <= set(addresses), f"add an address that reaches: {sorted(routes - set(addresses))}"
    known = traces()
    for route, reached in addresses.items():
        answers = [Client().get(address) for address in reached]
        if route in routes and route != ".well-known/security.txt":  # absent while no contact is set
            assert any(answer.status_code < 400 for answer in answers), f"nothing was seen of {route}"
        for address, answer in zip(reached, answers, strict=True):
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode()
            own_words = address.split("?")[-1].encode()  # a search prints what was asked, by whoever asked
            for trace in known:
                if trace not in own_words:
                    assert trace not in content, f"{address} prints {trace!r}"
                assert trace not in headers, f"the headers of {address} hold {trace!r}"
            assert not answer.cookies
            assert "Set-Cookie" not in answer.headers
    logged = caplog.text.encode() + "".join(capfd.readouterr()).encode()
    for trace in known:
        if trace not in (LOCAL.encode(), LOCAL.lower().encode(), HOST.encode()):  # the two searches above are logged
            assert trace not in logged


@pytest.mark.parametrize(
    "fields",
    [{}, {"comment": ""}, {"website": "nonsense"}, {"token": "x"}, {"reply": "999"}, {"preview": "1"}],
)
def test_no_answer_to_a_post_lets_the_address_out_except_into_its_own_field(caplog, fields: dict[str, str]) -> None:
    """A form with an error gives its writer every field back; it is never stored, and nothing else holds it."""
    caplog.set_level(logging.DEBUG)
    client, article = Client(REMOTE_ADDR=SENDER), make_article()
    answer = post(client, article, email=ADDRESS, **fields)
    content = answer.content.replace(f'value="{ADDRESS}"'.encode(), b"")
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode()
    assert "no-store" in answer.headers["Cache-Control"]
    for trace in traces():
        assert trace not in content
        assert trace not in headers
        assert trace not in caplog.text.encode()
    assert not answer.cookies


def test_an_error_of_ours_logs_no_address(caplog, monkeypatch) -> None:
    """A traceback prints neither the request's body nor the values of variables."""
    caplog.set_level(logging.DEBUG)

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Comment, "enter", fail)
    answer = post(Client(REMOTE_ADDR=SENDER, raise_request_exception=False), make_article(), email=ADDRESS)
    assert answer.status_code == 500
    for trace in traces():
        assert trace not in caplog.text.encode()


def test_no_description_of_a_row_names_an_address() -> None:
    comment = make_comment(email=ADDRESS)
    for row in (comment, Writer.objects.get(), comment.article):
        for words in (str(row), repr(row)):
            assert LOCAL.lower() not in words.lower()
            assert HOST not in words


def test_the_log_of_decisions_prints_no_address(capsys) -> None:
    make_comment(email=ADDRESS, status="pending").approve(by=make_moderator())
    call_command("verify_log")
    assert HOST not in capsys.readouterr().out


def test_what_stands_for_a_writer_does_not_follow_from_the_address() -> None:
    first = Writer.of(ADDRESS)
    value = first.random
    first.delete()
    assert Writer.of(ADDRESS).random != value


def assert_no_trace(*said: bytes | str) -> None:
    for words in said:
        content = words.encode() if isinstance(words, str) else words
        for trace in traces():
            assert trace not in content


def test_what_a_writer_does_on_the_receipt_lets_nothing_out(caplog, capfd) -> None:
    """Editing, appealing, erasing and asking for data, with good input and bad: pages, headers, logs, the queue."""
    caplog.set_level(logging.DEBUG)
    client = Client(REMOTE_ADDR=SENDER)
    mended = make_comment(status="pending", email=ADDRESS, text="The frist word.")
    refused = make_comment(status="rejected", email=ADDRESS)
    posts = [
        (mended, "edit/", {"comment": "The first word.", "name": "Rita", "seen": "first"}),
        (mended, "edit/", {"comment": "", "name": "Rita", "seen": "first"}),
        (mended, "edit/", {"comment": "Else.", "name": "Rita", "seen": "nonsense"}),
        (refused, "edit/", {"comment": "Else.", "name": "Rita", "seen": "first"}),
        (refused, "appeal/", {"text": ""}),
        (refused, "appeal/", {"text": "Read it again."}),
        (refused, "appeal/", {"text": "And again."}),
        (refused, "data/", {"act": "export"}),
        (refused, "data/", {"act": "erase"}),
        (refused, "data/", {"act": "erase", "how": "anonymise"}),
        (mended, "", {"act": "renew"}),
        (mended, "", {"act": "nonsense"}),
    ]
    for comment, page, sent in posts:
        comment.refresh_from_db()
        answer = client.post(f"{receipt_url(comment)}{page}", sent)
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        assert answer.status_code < 500
        assert not answer.cookies
        assert_no_trace(answer.content, headers)
    assert_no_trace(caplog.text, *capfd.readouterr())


def test_asking_for_data_lets_the_address_out_to_its_owner_alone(caplog, capfd) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client(REMOTE_ADDR=SENDER)
    make_comment(email=ADDRESS, network="203.0.113.0/24")
    answers = [client.post("/comments/my-data/", {"email": ADDRESS}), client.get("/comments/my-data/?asked")]
    assert work_off() == []
    [mail] = sent_mail.outbox
    assert mail.to == [ADDRESS]
    assert_no_trace(str(mail.body), str(mail.alternatives[0][0]), mail.subject, str(mail.extra_headers))
    key = re.search(r"/my-data/([\w-]+)/", str(mail.body))
    assert key
    private = client.post(f"/comments/my-data/{key[1]}/", {"act": "export", "private": "1"})
    assert ADDRESS.encode() in private.content, "the one place, for its owner, who ticked the box"
    answers.append(client.post(f"/comments/my-data/{key[1]}/", {"act": "export"}))
    answers.append(client.post(f"/comments/my-data/{key[1]}/", {"act": "erase", "how": "remove"}))
    for answer in answers:
        assert_no_trace(answer.content, str(answer.headers))
    for row in DBTaskResult.objects.all():
        assert_no_trace(json.dumps(row.args_kwargs), row.traceback)
    assert_no_trace(caplog.text, *capfd.readouterr())


def test_purging_by_hand_prints_no_address(capsys) -> None:
    make_comment(email=ADDRESS, status="spam", created_at=timezone.now() - timedelta(days=400))
    Writer.objects.update(created_at=timezone.now() - timedelta(days=400))
    call_command("purge_personal_data", "--dry-run")
    call_command("purge_personal_data")
    assert_no_trace(capsys.readouterr().out)
    assert not Writer.objects.exists()


def test_no_mail_to_somebody_carries_the_address_or_network_of_another(settings, caplog, monkeypatch) -> None:
    """Every kind of mail, with all its headers; the address stands in its own recipient's alone."""
    monkeypatch.setattr(follow_mail, "UNDO_TIME", timedelta(0))
    caplog.set_level(logging.DEBUG)
    max_, article = make_moderator(), make_article()
    User.objects.filter(pk=max_.pk).update(email="max@news.example")
    ModeratorMail(user=max_).choose("at-once")
    rita = make_comment(article, email="rita@reader.example")
    Follow.ask(rita)
    Follow.ask(make_comment(article, email="new@reader.example"))
    Writer.objects.filter(key="rita@reader.example").update(confirmed_at=timezone.now())
    sender = Client(REMOTE_ADDR=SENDER)
    post(sender, article, email=ADDRESS, reply=str(rita.pk), follow="on", wants_outcome="on")
    with mail_server(settings) as mailbox:
        for step in ("held", "decided", "sent"):
            if step == "decided":
                comment = Comment.objects.latest("pk")
                Writer.objects.filter(pk=comment.writer_id).update(confirmed_at=timezone.now())
                comment.approve(by=max_)
            follow_mail.look_for_mail()
            held_mail.look_for_held()
            assert not work_off()
    to = [message["To"] for message in mailbox.messages]
    assert sorted(set(to)) == sorted({ADDRESS, "max@news.example", "new@reader.example", "rita@reader.example"})
    for message, raw in zip(mailbox.messages, mailbox.raw, strict=True):
        whole = raw + text_of(message).encode() + html_of(message).encode()
        for trace in traces():
            if message["To"] == ADDRESS:
                whole = whole.replace(f"To: {ADDRESS}".encode(), b"")
            assert trace not in whole, f"the mail to {message['To']} holds {trace!r}"
    logged = " ".join(record.getMessage() for record in caplog.records if record.name != "mail.log").encode()
    for trace in traces():
        assert trace not in logged


def test_no_task_in_the_queue_holds_an_address(settings) -> None:
    post(Client(REMOTE_ADDR=SENDER), make_article(), email=ADDRESS, follow="on")
    follow_mail.look_for_mail()
    queued = " ".join(map(str, DBTaskResult.objects.values_list("task_path", "args_kwargs"))).encode()
    assert b"mail_question" in queued
    for trace in traces():
        assert trace not in queued
