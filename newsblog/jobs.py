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
from comments.models import learn_from_decisions
from comments.retention import purge_personal_data
from comments.transparency import count_figures

KEPT = timedelta(days=14)  # how long the queue remembers what was done


@task("Forget finished tasks")
def forget_finished_tasks() -> None:
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT).delete()


JOBS: tuple[tuple[Task, timedelta], ...] = (
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
