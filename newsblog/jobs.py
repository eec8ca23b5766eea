"""What happens by the clock, whoever is awake: each job is a task and how often it is queued.

``manage.py work`` queues them and works on the queue. A job that has nothing to do ends at once, and one that is
queued twice by two workers does its work once: each looks at what is done already. Nothing that readers see waits
for a job, as the clock stands in the queries.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.tasks import Task, task
from comments import follow_mail, held_mail
from comments.models import learn_from_decisions
from comments.retention import purge_personal_data
from comments.transparency import count_figures

LEFT = timedelta(hours=1)  # no task of ours takes so long
KEPT = timedelta(days=2)  # how long the queue remembers what was done: the rounds alone are thousands a day
FAILED_KEPT = timedelta(days=14)  # and what was given up


@task("Forget finished tasks")
def forget_finished_tasks() -> None:
    now = timezone.now()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - KEPT).delete()
    DBTaskResult.objects.failed().filter(finished_at__lt=now - FAILED_KEPT).delete()


@task("Take up what a worker left")
def take_up_what_was_left() -> None:
    """A worker that was killed leaves its task marked as running for ever; another one does it again."""
    DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - LEFT).update(status="READY")


@task("Look for mail to writers")
def look_for_mail() -> None:
    follow_mail.look_for_mail()


@task("Look for mail to moderators")
def look_for_held() -> None:
    held_mail.look_for_held()


@task("Forget old wishes for mail")
def forget_old_wishes() -> None:
    follow_mail.forget_old()
    held_mail.forget_told()


JOBS: tuple[tuple[Task, timedelta], ...] = (
    (look_for_mail, timedelta(seconds=25)),
    (look_for_held, timedelta(seconds=25)),
    (take_up_what_was_left, timedelta(minutes=10)),
    (forget_old_wishes, timedelta(hours=6)),
    (forget_finished_tasks, timedelta(days=1)),
    (learn_from_decisions, timedelta(minutes=5)),
    (count_figures, timedelta(hours=1)),
    (purge_personal_data, timedelta(days=1)),
)


def queue_due_jobs(now: datetime | None = None) -> int:
    """Queue every job whose time has come, and return how many; the queue itself says when each was queued last."""
    now = now or timezone.now()
    queued = 0
    for job, every in JOBS:
        with transaction.atomic():
            if not DBTaskResult.objects.filter(task_path=job.module_path, enqueued_at__gt=now - every).exists():
                job.enqueue()
                queued += 1
    return queued
