"""What the worker gave up is shown on Today to those who answer for the site, and is tried again by a button."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.tasks import WAITS
from comments import follow_mail, held_mail
from comments.models import Follow, ModeratorMail
from newsblog import jobs
from tests.comments.posting import text
from tests.factories import make_author_user, make_comment, make_editor, make_moderator
from tests.mailbox import mail_server
from tests.working import work_off

pytestmark = pytest.mark.django_db


def fail_for_good(settings: Any) -> None:
    """Two mails that the server does not take, until their tasks are given up."""
    max_ = make_moderator()
    max_.email = "max@news.example"
    max_.save()
    ModeratorMail(user=max_).choose("at-once")
    comment = make_comment(status="pending")
    Follow.ask(comment)
    with mail_server(settings) as mailbox:
        mailbox.refusal = "451 rita@reader.example: try later"
        held_mail.look_for_held()
        follow_mail.look_for_mail()
        now = timezone.now()
        for wait in (timedelta(0), *WAITS):
            now += wait + timedelta(minutes=1)  # a wait counts from the end of the try before
            with time_machine.travel(now):
                work_off()
        assert mailbox.messages == []


def test_a_mail_that_was_given_up_is_shown_and_sent_when_it_is_tried_again(client: Client, settings: Any) -> None:
    fail_for_good(settings)
    assert DBTaskResult.objects.failed().count() == 2
    client.force_login(make_editor())
    page = text(client.get("/admin/"))
    assert "2 tasks failed" in page
    assert "Mail held comments to a moderator" in page
    assert "Given up after 6 tries, the last one ended in SMTPDataError." in page
    assert "rita@" not in page
    response = client.post("/admin/tasks/again/", {"path": "comments.held_mail.mail_held"})
    assert response.headers["Location"] == "/admin/"
    assert "A task failed" in text(client.get("/admin/"))
    with mail_server(settings) as mailbox:
        work_off()
        [mail] = mailbox.messages
        assert mail["To"] == "max@news.example"
    client.post("/admin/tasks/again/", {"path": "comments.follow_mail.mail_question"})
    assert "failed" not in text(client.get("/admin/"))


def test_what_failed_several_times_is_one_line(client: Client) -> None:
    for number in range(3):
        jobs.look_for_mail.enqueue()
        row = DBTaskResult.objects.latest("enqueued_at")
        row.set_failed(ValueError(f"secret {number}"))
    client.force_login(make_editor())
    page = text(client.get("/admin/"))
    assert "Look for mail (3 times)" in page
    assert "Ended in ValueError." in page
    assert "secret" not in page
    client.post("/admin/tasks/again/", {"path": "newsblog.jobs.look_for_mail"})
    assert DBTaskResult.objects.filter(status="READY").count() == 3


def test_a_task_of_a_release_before_is_forgotten_and_a_made_up_one_does_nothing(client: Client) -> None:
    jobs.look_for_mail.enqueue()
    DBTaskResult.objects.update(task_path="comments.gone.away")
    DBTaskResult.objects.get().set_failed(ImportError())
    client.force_login(make_editor())
    assert "Away" in text(client.get("/admin/"))
    assert client.post("/admin/tasks/again/", {"path": "os.system\x00"}).status_code == 302
    assert client.post("/admin/tasks/again/", {"path": "comments.gone.away"}).status_code == 302
    assert not DBTaskResult.objects.exists()


def test_only_who_answers_for_the_site_sees_and_tries_again(client: Client) -> None:
    jobs.look_for_mail.enqueue()
    DBTaskResult.objects.get().set_failed(OSError())
    for user in (make_author_user(), make_moderator()):
        client.force_login(user)
        assert "failed" not in text(client.get("/admin/"))
        assert client.post("/admin/tasks/again/", {"path": "newsblog.jobs.look_for_mail"}).status_code == 403
    assert Client().post("/admin/tasks/again/").status_code == 302  # to the login
    client.force_login(make_editor())
    assert client.get("/admin/tasks/again/").status_code == 405
    assert DBTaskResult.objects.failed().count() == 1


def test_a_task_whose_worker_was_killed_is_taken_up_by_another(settings: Any) -> None:
    Follow.ask(make_comment())
    follow_mail.look_for_mail()
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now() - timedelta(hours=2))
    with mail_server(settings) as mailbox:
        work_off()
        assert mailbox.messages == []
        jobs.take_up_what_was_left.enqueue()
        work_off()
        assert len(mailbox.messages) == 1
