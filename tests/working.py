"""How tests let the worker work: the real one, on the real queue, until nothing is left that is due."""

from __future__ import annotations

from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult


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
