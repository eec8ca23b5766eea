"""Tasks are tried again where they fail, jobs are queued by the clock, and what failed names nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.tasks import WAITS, task
from newsblog.jobs import JOBS, queue_due_jobs
from newsblog.management.commands import work
from tests.working import work_off

pytestmark = pytest.mark.django_db

calls: list[int] = []
failures: list[int] = []


@task("Count for a test")
def count(number: int) -> None:
    calls.append(number)
    if failures and failures.pop():
        raise OSError("rita@reader.example: 451 mailbox busy")


@pytest.fixture(autouse=True)
def _clean() -> None:
    calls.clear()
    failures.clear()


def test_a_queued_call_is_made_once() -> None:
    count.enqueue(7)
    assert calls == []
    assert work_off() == []
    work_off()
    assert calls == [7]


def test_a_call_that_fails_is_made_again_after_a_wait() -> None:
    failures.append(1)
    count.enqueue(7)
    work_off()
    work_off()
    assert calls == [7]
    with time_machine.travel(timezone.now() + WAITS[0] + timedelta(minutes=1)):
        work_off()
    assert calls == [7, 7]
    assert not DBTaskResult.objects.failed().exists()


def test_after_the_last_try_the_queue_keeps_the_failure_and_no_address(caplog) -> None:
    failures.extend([1] * (len(WAITS) + 1))
    count.enqueue(7)
    now = timezone.now()
    for wait in (timedelta(0), *WAITS):
        now += wait + timedelta(minutes=1)
        with time_machine.travel(now):
            failed = work_off()
    assert len(calls) == len(WAITS) + 1
    assert len(failed) == 1
    assert "Count for a test: given up after 6 tries" in failed[0].traceback
    assert "rita" not in failed[0].traceback + caplog.text


def test_a_call_queued_in_a_transaction_that_is_undone_is_never_made() -> None:
    with transaction.atomic():
        count.enqueue(7)
        transaction.set_rollback(True)
    work_off()
    assert calls == []


def test_every_job_is_queued_when_its_time_has_come_and_not_before() -> None:
    assert queue_due_jobs() == len(JOBS)
    assert queue_due_jobs() == 0
    longest = max(every for _, every in JOBS)
    assert queue_due_jobs(timezone.now() + longest + timedelta(seconds=1)) == len(JOBS)


def test_every_job_does_its_work_on_an_empty_site() -> None:
    call_command("work", once=True)
    assert DBTaskResult.objects.successful().count() >= len(JOBS)
    assert not DBTaskResult.objects.failed().exists()


def test_a_worker_ends_once_whoever_started_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed, its supervisor cannot tell it so."""
    parents = [7, 7, 1]
    monkeypatch.setattr(work.os, "getppid", lambda: parents.pop(0))
    monkeypatch.setattr(work, "LOOK", 0)
    monkeypatch.setattr(work.signal, "signal", lambda number, handler: None)
    call_command("work", under=7)
    assert parents == []
