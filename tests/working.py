"""How tests let the worker work: the real one, on the real queue, until nothing is left that is due."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from comments.models.log import UNDO_TIME


def work_off_later(after: timedelta = UNDO_TIME) -> list[DBTaskResult]:
    """The same a while from now: mails about decisions leave a moment for slips."""
    with time_machine.travel(timezone.now() + after + timedelta(seconds=1)):
        return work_off()


def work_off() -> list[DBTaskResult]:
    """Run every task that is due now, and return those that failed for good."""
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="tests",
        excluded_queue_names=[],
    ).run()
    return list(DBTaskResult.objects.failed())
