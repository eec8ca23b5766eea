"""Work that is done after the answer was sent: by a worker, from the queue in the database, again where it failed.

``@task("…")`` makes a function of a module's top level a task; ``mail_held.enqueue(7)`` queues a call of it.
Enqueued inside a transaction, the call is queued exactly when the transaction is committed. Arguments lie in the
queue as JSON for as long as its rows are kept: pass ids and short codes, never an address or a text of somebody's.
``newsblog/jobs.py`` lists what is queued by the clock.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Protocol

from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

if sys.version_info >= (3, 12):  # with Django 6.1, which brings the interface
    from django.tasks import task as stock_task
else:
    from django_tasks import task as stock_task

log = logging.getLogger(__name__)

# Waits before each try after the first: a mail server restarts within minutes, or is mended in the morning.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)


class Task(Protocol):
    """What both lines of Django make of a function."""

    @property
    def module_path(self) -> str:
        """Its name in the queue."""

    def enqueue(self, *args: Any, **kwargs: Any) -> object:
        """Queue a call."""

    def using(self, *, run_after: datetime) -> Task:
        """Return the same, to be queued for a later moment."""


class GivenUp(Exception):
    """The last try failed; the row of the queue keeps this."""


def task(name: str, *, queue: str = "default") -> Callable[[Callable[..., None]], Task]:
    """Make a function a task that is tried again after ``WAITS`` where it raises; the name is for people.

    A call may happen more than once (a worker that dies after the work was done), so the function looks first at
    what is done already. After the last try it raises GivenUp, which the desk shows.
    """

    def make(function: Callable[..., None]) -> Task:
        @wraps(function)
        def attempt(*args: Any, tried: int = 0, **kwargs: Any) -> None:
            try:
                function(*args, **kwargs)
            except Exception as error:
                # The class alone: a mail server's answer may repeat the address that it refused.
                what = type(error).__name__
                if tried == len(WAITS):
                    raise GivenUp(f"{name}: given up after {tried + 1} tries, the last one ended in {what}.") from None
                log.warning("%s failed (%s) and is tried again in %s.", name, what, WAITS[tried])
                made.using(run_after=timezone.now() + WAITS[tried]).enqueue(*args, tried=tried + 1, **kwargs)

        made: Any = stock_task(queue_name=queue)(attempt)  # of another class on each line of Django
        queued: Task = made
        return queued

    return make


LOOKED_AT = 500  # failed calls


@dataclass
class Failure:
    """The calls of one task that were given up, as the desk shows them."""

    path: str
    name: str
    sentence: str
    count: int
    at: datetime | None


def failures() -> list[Failure]:
    """Return the tasks with calls that were given up, the latest first."""
    found: dict[str, Failure] = {}
    failed = DBTaskResult.objects.failed().order_by("-finished_at").defer("args_kwargs", "return_value")
    for row in failed[:LOOKED_AT]:
        if row.task_path in found:
            found[row.task_path].count += 1
            continue
        # Our own last sentence; what another exception says may repeat what it was given.
        own = row.traceback.rpartition(f"{GivenUp.__module__}.{GivenUp.__qualname__}: ")
        name, _, sentence = own[2].strip().partition(": ") if own[1] else ("", "", "")
        short = row.task_path.rpartition(".")[2].replace("_", " ")
        kind = row.exception_class_path.rpartition(".")[2]
        found[row.task_path] = Failure(
            row.task_path, name or short.capitalize(), sentence or f"Ended in {kind}.", 1, row.finished_at
        )
    return list(found.values())


def try_again(path: str) -> int:
    """Queue the calls of one task that were given up once more, and return how many; the failures are forgotten."""
    with transaction.atomic():
        rows = list(DBTaskResult.objects.failed().filter(task_path=path).select_for_update()[:LOOKED_AT])
        for row in rows:
            try:
                again = row.task.using(run_after=timezone.now())
            except (ImportError, SuspiciousOperation):  # a task of a release before
                continue
            arguments = row.args_kwargs
            kwargs = {name: value for name, value in arguments["kwargs"].items() if name != "tried"}
            again.enqueue(*arguments["args"], **kwargs)
        DBTaskResult.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
