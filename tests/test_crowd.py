"""A crowd of comments: a few together only wait, too many for too long are refused with their text."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest
from django.test import Client

from benchmarks.burst import burst
from benchmarks.desk import Desk
from benchmarks.load import ask
from benchmarks.servers import Place, site
from comments.models import Comment
from newsblog import crowd
from tests.comments.posting import post
from tests.factories import make_article


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_few_together_only_wait() -> None:
    gate = crowd.Gate(Clock())
    assert all(gate.enter() for _ in range(4 * crowd.ROOM))


def test_too_many_for_too_long_are_refused_until_it_is_calm() -> None:
    clock = Clock()
    gate = crowd.Gate(clock)
    for _ in range(crowd.ROOM):
        assert gate.enter()
    clock.now += crowd.PATIENCE + 0.1
    assert not gate.enter()
    gate.leave()
    clock.now += crowd.CALM / 2
    assert gate.enter(), "there was room"
    assert not gate.enter(), "the crowd is the same: the place was taken again at once"
    gate.leave()
    clock.now += crowd.CALM * 2
    assert gate.enter()
    assert gate.enter(), "it was calm in between, so a few together wait again"
    assert gate.inside == crowd.ROOM + 1


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd.gate, "enter", lambda: False)


@pytest.mark.usefixtures("full")
@pytest.mark.django_db
def test_a_refused_comment_comes_back_with_its_text_and_a_time(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    article = make_article()
    with caplog.at_level(logging.WARNING):
        answer = post(client, article, comment="A <remark> that took an hour.", reply="7")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == str(crowd.RETRY_AFTER)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "More comments arrive than we can write down at this moment." in page
    assert "A &lt;remark&gt; that took an hour." in page
    assert f'<form method="post" action="/comments/on/{article.slug}/">' in page
    assert '<input type="hidden" name="reply" value="7">' in page
    assert not Comment.objects.exists()
    assert not caplog.records, "one line a crowd is enough"


@pytest.mark.usefixtures("full")
@pytest.mark.django_db
def test_whoever_reads_is_not_refused(client: Client) -> None:
    article = make_article()
    assert client.get(article.get_absolute_url()).status_code == 200
    assert client.get(f"/comments/on/{article.slug}/").status_code == 200


@pytest.mark.django_db
def test_a_place_is_given_back_whatever_happens(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    article = make_article()
    assert post(client, article).status_code == 303
    assert crowd.gate.inside == 0

    def broken(*args: object, **kwargs: object) -> None:
        raise ValueError("a mistake of ours")

    monkeypatch.setattr("comments.views.write._take", broken)
    client.raise_request_exception = False
    assert post(client, article).status_code == 500
    assert crowd.gate.inside == 0
    assert not crowd.turn.locked()


def test_a_crowd_is_told_once_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    gate = crowd.Gate(clock)
    for _ in range(crowd.ROOM):
        gate.enter()
    clock.now += crowd.PATIENCE + 0.1
    with caplog.at_level(logging.WARNING, logger="newsblog.crowd"):
        assert not any(gate.enter() for _ in range(50))
    assert len(caplog.records) == 1


def test_in_a_burst_with_killed_workers_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    place = Place(tmp_path / "site", workers=2)
    place.extra |= {"NEWSBLOG_DEBUG": "1", "TRUSTED_PROXIES": "127.0.0.1", "COMMENTS_FLOOD_LIMIT": "5"}
    place.seed(20)
    before = set(threading.enumerate())
    with Desk(place) as desk, site(place) as server:
        outcome = burst(server, desk, place.pages["slugs"], rate=100, seconds=2)
        taken = [post for post in outcome.sent if post.is_taken]
        lost = [post.text for post in taken[::5] if post.text not in ask(server.port, post.receipt).body.decode()]
        log = place.folder.joinpath("gunicorn.log").read_text()
    approving = "from comments.models import Comment; [each.approve(by=None) for each in Comment.objects.pending()[:9]]"
    place.manage("shell", "-c", approving)
    assert "unbroken" in place.manage("verify_log")
    changing = (
        "from django.db import connection as c; c.cursor().execute('UPDATE comments_decision SET by_id=1 WHERE id=5')"
    )
    place.manage("shell", "-c", changing)
    with pytest.raises(RuntimeError, match="Decision 5 was changed after it was written"):
        place.manage("verify_log")
    assert outcome.problems == []
    assert lost == [], "the receipt of an acknowledged comment shows it"
    assert outcome.killed == 2
    assert outcome.taken > 0
    assert outcome.counts == {"once": outcome.taken}
    assert "Traceback" not in log, log
    assert set(threading.enumerate()) <= before
